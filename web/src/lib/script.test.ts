import { describe, expect, it } from "vitest";
import { answerable, runScript } from "./script";

describe("runScript", () => {
  it.each([
    ["return 1 + 1", 2],
    ["return await Promise.resolve({ a: [1] })", { a: [1] }],
    ["const x = 1", null],
    ["return 1 // the end", 1],
    ["return new Date(0)", "1970-01-01T00:00:00.000Z"],
  ])("answers what %s returns", async (code, value) => {
    expect(await runScript(code)).toEqual({ value });
  });

  it.each([
    ["let a = 1;\nthrow new RangeError('no')", "RangeError: no (line 2)"],
    ["\n\nnothing.here", "ReferenceError: nothing is not defined (line 3)"],
    ["throw 'just a text'", "Error: just a text"],
    ["return ((", "SyntaxError: "],
  ])("says what went wrong in %s", async (code, error) => {
    expect(await runScript(code)).toMatchObject({ failure: { error: expect.stringContaining(error) } });
  });
});

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
