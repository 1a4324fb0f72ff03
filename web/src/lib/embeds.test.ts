import { expect, it } from "vitest";
import { embedView, readEmbedMessage } from "./embeds";

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
  [{ type: "input:prompt", text: " " }, null],
  [{ type: "other" }, null],
  ["text", null],
  [null, null],
])("%j", (data, expected) => expect(readEmbedMessage(data)).toEqual(expected));
