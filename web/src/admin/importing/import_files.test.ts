import { expect, test } from "vitest";
import { exported, readFiles, readSource } from "./import_files";

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

test("a source can be opened in the editor, with the address that it came from", async () => {
  const [file] = (await readFiles([new File(["class Pipe: ..."], "a.py")])).items;
  expect(file).toMatchObject({ id: "a", draft: { content: "class Pipe: ...", originUrl: "" } });
  const draft = { content: PIPE, fileName: "x", originUrl: "https://x/y.py", originHash: "00" };
  const [found] = readSource(draft).items;
  expect(found).toMatchObject({
    id: "my_pipe",
    sent: { origin_url: "https://x/y.py", origin_hash: "00" },
    draft,
  });
});

test("an address may hold an export", () => {
  const draft = {
    content: JSON.stringify([item]),
    fileName: "all",
    originUrl: "https://x/all.json",
    originHash: "00",
  };
  expect(readSource(draft).items).toMatchObject([{ id: "a", sent: { id: "a" } }]);
});

test("what is wrong with a file is said, with its place", async () => {
  const read = await readFiles([
    new File(['[{"a": 1},\n  {"b" 2}]'], "a.json"),
    new File(["[{"], "cut.json"),
    new File([""], "b.py"),
    new File([new Uint8Array([0xff, 0xfe, 0x00])], "c.py"),
    new File(["hello"], "d.txt"),
  ]);
  expect(read.items).toEqual([]);
  expect(read.problems[0]).toContain("a.json is not valid JSON (line 2, column 8)");
  expect(read.problems[1]).toContain("cut.json is not valid JSON");
  expect(read.problems.slice(2)).toEqual([
    "b.py is empty.",
    "c.py is not a text file, so it cannot be Python.",
    "d.txt is neither a Python file, nor a zip, nor an export (.py, .zip, .json).",
  ]);
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
