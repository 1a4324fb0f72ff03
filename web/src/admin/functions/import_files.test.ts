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

test("rows without a source are named, the others taken", async () => {
  const rows = JSON.stringify([item, { id: "b", name: "B" }, null, "text"]);
  const read = await readFiles([new File([rows], "export.json")]);
  expect(read.items.map(({ id }) => id)).toEqual(["a"]);
  expect(read.problems).toEqual([
    "export.json, row 2 (B): it has no source, so it cannot be imported.",
    "export.json, row 3: it has no source, so it cannot be imported.",
    "export.json, row 4: it has no source, so it cannot be imported.",
  ]);
});

test("a zip is sent as a package, under an id made of its name", async () => {
  const { items } = await readFiles([new File([new Uint8Array([80, 75, 200])], "My Tool (1).zip")]);
  expect(items).toMatchObject([{ id: "my_tool", sent: { id: "my_tool", package: "UEvI" } }]);
});
