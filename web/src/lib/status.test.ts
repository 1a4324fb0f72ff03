import { expect, it } from "vitest";
import { statusView, visible } from "./status";

it.each([
  [
    { description: "a", done: false },
    { done: false, percent: null },
  ],
  [
    { description: "a", done: true },
    { done: true, percent: null },
  ],
  [{ description: "a" }, { done: true, percent: null }],
  [
    { description: "a", done: 0 },
    { done: false, percent: 0 },
  ],
  [
    { description: "a", done: 0.4 },
    { done: false, percent: 40 },
  ],
  [
    { description: "a", done: 1 },
    { done: true, percent: null },
  ],
  [
    { progress: 30, done: false },
    { done: false, percent: 30 },
  ],
  [
    { progress: 100, done: true },
    { done: true, percent: null },
  ],
])("%j", (item, expected) => expect(statusView(item)).toMatchObject(expected));

it("hides what is hidden or empty", () =>
  expect(
    visible([{ description: "a" }, { description: "b", hidden: true }, {}, { progress: 5 }]),
  ).toHaveLength(2));
it("fills placeholders", () =>
  expect(statusView({ description: "Found {{count}} sites", urls: ["https://a.example"] }).text).toBe(
    "Found 1 sites",
  ));
