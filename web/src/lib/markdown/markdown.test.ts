import { describe, expect, it } from "vitest";
import { GrowingText } from "./blocks";
import { pageOf } from "./pages";
import { parts } from "./reasoning";
import { marked } from "./syntax";

describe("GrowingText", () => {
  const text =
    "# Title\n\nOne *two*.\n\n- a\n- b\n\n```py\nx = 1\n\ny = 2\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\nEnd.";

  it("ends with the same blocks as a text that came at once", () => {
    const growing = new GrowingText();
    for (let length = 1; length < text.length; length++) growing.read(text.slice(0, length), false);
    const atOnce = new GrowingText().read(text, true);
    expect(growing.read(text, true)).toEqual(atOnce);
    expect(atOnce.map(({ token }) => token.type).filter((type) => type !== "space")).toEqual([
      "heading",
      "paragraph",
      "list",
      "code",
      "table",
      "paragraph",
    ]);
  });

  it("keeps settled blocks as they are", () => {
    const growing = new GrowingText();
    const first = growing.read("a\n\nb\n\nc\n\nd", false);
    const second = growing.read("a\n\nb\n\nc\n\nd e", false);
    expect(first[0]?.settled).toBe(true);
    expect(second[0]).toBe(first[0]);
  });

  it("starts again when the text was replaced", () => {
    const growing = new GrowingText();
    growing.read("a\n\nb\n\nc\n\nd", false);
    expect(growing.read("x", false)).toHaveLength(1);
  });
});

describe("formulas", () => {
  it.each([
    ["$Q$ and $h$", ["Q", "h"]],
    ["$$ P = Q $$", ["P = Q"]],
    ["\\(a\\) \\[b\\]", ["a", "b"]],
    ["It costs $5 and $6.", []],
    ["`$code$`", []],
  ])("%s", (text, expected) => {
    const found: string[] = [];
    marked.walkTokens(marked.lexer(text), (token) => {
      if (token.type === "inlineMath" || token.type === "blockMath")
        found.push((token as unknown as { tex: string }).tex);
    });
    expect(found).toEqual(expected);
  });
});

describe("parts", () => {
  it.each([
    ["plain", "Hello", ["text:Hello:true"]],
    ["think", "<think>a</think>b", ["reasoning:a:true", "text:b:true"]],
    ["open", "<think>a", ["reasoning:a:false"]],
    [
      "details",
      '<details type="reasoning" done="true" duration="3">\n<summary>T</summary>\n> a\n</details>\nb',
      ["reasoning:a:true", "text:\nb:true"],
    ],
    ["in code", "```\n<think>a</think>\n```", ["text:```\n<think>a</think>\n```:true"]],
  ])("%s", (_name, content, expected) =>
    expect(parts(content).map((part) => `${part.kind}:${part.text}:${part.done}`)).toEqual(expected),
  );
});

it("reuses blocks at the end, unless links were defined", () => {
  const growing = new GrowingText();
  const text = "a\n\nb\n\n[c]\n\nd\n\ne";
  const before = growing.read(text, false);
  expect(growing.read(text, true)[0]).toBe(before[0]);
  const linked = growing.read(`${text}\n\n[c]: https://example.org`, true);
  expect(linked[0]).not.toBe(before[0]);
  expect(JSON.stringify(linked.find(({ token }) => token.raw.startsWith("[c]"))?.token)).toContain(
    "https://example.org",
  );
});

it.each([
  ["```html\n<p>x</p>\n```", { kind: "html", html: "<p>x</p>", open: false }],
  [
    "```html\n<!-- OPENWEBUI_PLUGIN_OUTPUT -->\n<p>\n```",
    { kind: "html", html: "<!-- OPENWEBUI_PLUGIN_OUTPUT -->\n<p>", open: true },
  ],
  ["{{HTML_FILE_ID_ab-1}}", { kind: "file", id: "ab-1" }],
  ["{{VIDEO_FILE_ID_ab-1}}", { kind: "video", id: "ab-1" }],
  ["see {{HTML_FILE_ID_ab-1}}", null],
  ["```js\nx\n```", null],
])("finds the page in %j", (text, expected) => {
  expect(new GrowingText().read(text, true).map(pageOf)).toEqual([expected]);
});

it("leaves a page that still grows as it is", () => {
  expect(new GrowingText().read("```html\n<p>", false).map(pageOf)).toEqual([null]);
});
