import { expect, it } from "vitest";
import { embedView, readEmbedMessage, sandboxOf } from "./embeds";

it.each([
  ["<p>x</p>", { html: "<p>x</p>", url: "" }],
  ["https://example.org/a", { html: "", url: "https://example.org/a" }],
  [{ html: "<b>" }, { html: "<b>", url: "" }],
])("%j", (item, expected) => expect(embedView(item)).toEqual(expected));

it.each([
  [
    { type: "iframe:height", height: 20 },
    { kind: "height", height: 20 },
  ],
  [{ type: "iframe:height", height: Infinity }, null],
  [
    { type: "input:prompt", text: "a" },
    { kind: "prompt", text: "a", submit: false },
  ],
  [
    { type: "action:submit", text: "a" },
    { kind: "prompt", text: "a", submit: true },
  ],
  [
    { type: "penstock:copy", text: "a" },
    { kind: "copy", text: "a" },
  ],
  [
    { type: "penstock:overlay", covers: "all" },
    { kind: "overlay", covers: "all" },
  ],
  [{ type: "penstock:overlay", covers: "more" }, null],
  [
    { type: "penstock:open", url: "https://example.org" },
    { kind: "open", url: "https://example.org" },
  ],
  [{ type: "penstock:save", name: "a", blob: "no blob" }, null],
  [
    { type: "penstock:executed", id: 1, value: [2] },
    { kind: "executed", id: 1, outcome: { value: [2] } },
  ],
  [
    { type: "penstock:executed", id: 1, failure: { error: "Error: no", line: "odd" } },
    {
      kind: "executed",
      id: 1,
      outcome: { failure: { error: "Error: no", type: "Error", message: "Error: no", line: null } },
    },
  ],
  [{ type: "input:prompt", text: " " }, null],
  [{ type: "other" }, null],
  ["text", null],
  [null, null],
])("%j", (data, expected) => expect(readEmbedMessage(data)).toEqual(expected));

it.each([
  ["", false],
  ["https://server.example/api/v1/files/1/content", false],
  ["https://elsewhere.example/", true],
])("gives %s its own origin: %s", (url, own) => {
  const sandbox = sandboxOf({ html: "", url }, "https://server.example");
  expect(sandbox.includes("allow-same-origin")).toBe(own);
});
