import { expect, test } from "vitest";
import type { Finding } from "../source_types";
import { joined, marksIn, remarkOf, remarksOf } from "./marks";

const finding: Finding = {
  code: "syntax",
  severity: "error",
  message: "words.py, line 2, column 4: invalid syntax",
  line: 2,
  fix: "",
  file: "words.py",
  column: 4,
  end_column: null,
};
const problem = {
  message: "words.py, line 2, column 4: invalid syntax",
  hint: "Mend it.",
  file: "words.py",
  line: 2,
  column: 4,
  traceback: "",
  edition: 1,
};

test("what the check and the save say of one place is told once, what is worse first", () => {
  const note: Finding = { ...finding, severity: "note", message: "`x` is old.", file: "", line: 1 };
  const found = joined(remarksOf([note, finding], true), [remarkOf(problem)]);
  expect(found.map(({ file, severity, message }) => [file, severity, message])).toEqual([
    ["words.py", "error", "Invalid syntax"],
    ["__init__.py", "info", "`x` is old."],
  ]);
  expect(marksIn(found, "words.py")).toHaveLength(1);
  expect(marksIn(remarksOf([{ ...finding, line: null }], true), "words.py")).toEqual([]);
});

test("a function of one file has no names of files", () => {
  expect(remarksOf([{ ...finding, file: "" }], false)[0]?.file).toBe("");
});
