/** Whatever people read stands in the catalogue: markup, attributes and code are looked through for words. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "svelte/compiler";
import { expect, test } from "vitest";

const SOURCES = fileURLToPath(new URL("..", import.meta.url));
const READ_ALOUD =
  /^(aria-label|aria-description|title|placeholder|alt|label|description|detail|hint|action)$/;
const WORD = /\p{L}{2,}/u;
const SENTENCE = /(["'`])([A-Z][^"'`\n]*\s[^"'`\n]*[.!?…])\1/g;
/** What is the same in every language. */
const ALLOWED = new Set(["CSV", "JSON", "PENSTOCK_"]);
/** What authors read in the answer of a script, what developers read, and Python. */
const NOT_SHOWN = ["lib/script.ts", "main.ts"];

interface Node {
  type?: string;
  name?: string;
  data?: string;
  value?: unknown;
  [key: string]: unknown;
}

const files = (ending: string) =>
  readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(ending));
const source = (path: string) => readFileSync(SOURCES + path, "utf8");

test.each(files(".svelte"))("%s", (path) => {
  const tree = parse(source(path), { modern: true });
  expect(wordsOf(tree.fragment as unknown as Node)).toEqual([]);
});

test.each(
  files(".ts").filter(
    (path) => !/(^|\/)texts(\/|\.ts)|\.test\.ts$|schema\.d\.ts$/.test(path) && !NOT_SHOWN.includes(path),
  ),
)("%s", (path) => {
  const code = source(path).replace(/^\s*(\/?\*|\/\/).*$/gm, "");
  expect([...code.matchAll(SENTENCE)].map((found) => found[2])).toEqual([]);
});

function wordsOf(node: Node, readAloud = true): string[] {
  if (node.type === "Text") return readAloud ? unknown(node.data) : [];
  if (node.type === "Literal")
    return readAloud ? unknown(node.value).filter((text) => /\s|^\p{Lu}/u.test(text)) : [];
  if (node.type === "Attribute" || node.type?.endsWith("Directive"))
    return below(node, READ_ALOUD.test(node.name ?? "")).map((text) => `${node.name}="${text}"`);
  if (["IfBlock", "EachBlock", "KeyBlock", "AwaitBlock", "RenderTag", "ConstTag"].includes(node.type ?? ""))
    return below({ ...node, test: null, expression: null, key: null, declaration: null }, readAloud);
  return below(node, readAloud);
}

function below(node: Node, readAloud: boolean): string[] {
  return Object.values(node)
    .flat()
    .filter((part): part is Node => typeof part === "object" && part !== null && "type" in part)
    .flatMap((part) => wordsOf(part, readAloud));
}

function unknown(text: unknown): string[] {
  if (typeof text !== "string" || !WORD.test(text) || text.startsWith("{")) return [];
  return ALLOWED.has(text.trim()) ? [] : [text.trim()];
}
