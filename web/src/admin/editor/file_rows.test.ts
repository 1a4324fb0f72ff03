import { expect, test } from "vitest";
import { badPath, rowsOf } from "./file_rows";

test("files stand in their folders", () => {
  const rows = rowsOf(["__init__.py", "data/deep/x.txt", "data/y.txt", "words.py"]);
  expect(rows.map(({ name, depth, folder }) => `${"-".repeat(depth)}${name}${folder ? "/" : ""}`)).toEqual([
    "__init__.py",
    "words.py",
    "data/",
    "-deep/",
    "--x.txt",
    "-y.txt",
  ]);
});

test.each([
  ["", "needed"],
  ["../x.py", "bad"],
  ["/x.py", "bad"],
  ["a\\b.py", "bad"],
  [" x.py", "bad"],
  ["words.py", "taken"],
  ["words.py/x", "taken"],
  ["data", "taken"],
  ["data/x.txt", ""],
])("%j is %j", (path, said) => expect(badPath(path, ["words.py", "data/y.txt"])).toBe(said));
