import { describe, expect, it } from "vitest";
import { answerable, described } from "./script";

describe("answerable", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;

  it.each([
    [10n, "a bigint, which JSON"],
    [{ when: new Map() }, 'a Map at "when"'],
    [[() => 1], 'a function at "0"'],
    [circle, "circular"],
    [new Uint8Array(2), "a Uint8Array, which JSON"],
  ])("refuses %s", (value, sentence) => {
    expect(() => answerable(value)).toThrow(sentence);
  });
});

describe("described", () => {
  it.each([
    [new RangeError("too far"), "RangeError: too far"],
    ["just a text", "Error: just a text"],
    [{ code: 7 }, "Error: an Object"],
    [null, "Error: null"],
  ])("says what %s is", (thrown, error) => {
    expect(described(thrown)).toMatchObject({ error, line: null });
  });
});
