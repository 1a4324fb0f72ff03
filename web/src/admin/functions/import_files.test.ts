import { expect, test } from "vitest";
import { exported, readFiles } from "./import_files";

const PIPE = '"""\ntitle: My pipe\n"""\nclass Pipe: ...';
const item = { id: "a", name: "A", content: PIPE, meta: { description: "What it does" } };

test.each([
  ["a list", [item]],
  ["one object", item],
  ["a set", { functions: [item] }],
  ["an export of a community site", [{ id: "x", function: item }]],
])("%s of functions is understood", (_, given) => {
  expect(exported(given)).toMatchObject([{ id: "a", name: "A", description: "What it does" }]);
});

test("an item without an id takes the one of its source", () => {
  expect(exported({ content: PIPE })).toMatchObject([{ id: "my_pipe", name: "My pipe" }]);
});

test("one source goes to the editor, several are listed", async () => {
  const source = (name: string) => new File(["class Pipe: ..."], name);
  expect((await readFiles([source("a.py")])).drafts).toHaveLength(1);
  expect((await readFiles([source("a.py"), source("b.py")])).items).toHaveLength(2);
});

test("two functions with one id: the last is taken, and that is said", async () => {
  const read = await readFiles([new File([PIPE], "a.py"), new File([PIPE], "b.py")]);
  expect(read.items).toHaveLength(1);
  expect(read.problems).toHaveLength(1);
});

test("files that hold no functions say so", async () => {
  const read = await readFiles([
    new File(["{"], "a.json"),
    new File(["[]"], "b.json"),
    new File([""], "c.txt"),
  ]);
  expect(read.items).toEqual([]);
  expect(read.problems).toHaveLength(3);
});
