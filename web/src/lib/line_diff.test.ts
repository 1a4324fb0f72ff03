import { describe, expect, it } from "vitest";
import { aroundChanges, lineDiff } from "./line_diff";

const told = (before: string, after: string) =>
  lineDiff(before, after).map(({ kind, text }) => ({ same: " ", gone: "-", new: "+" })[kind] + text);

describe("lineDiff", () => {
  it.each([
    ["a", "a", [" a"]],
    ["a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]],
    ["a\nb", "a\nb\nc", [" a", " b", "+c"]],
    ["a\nb\nc", "c", ["-a", "-b", " c"]],
    ["a\nb\nc\nd", "b\nx\nd\ne", ["-a", " b", "-c", "+x", " d", "+e"]],
    ["a\na", "a", [" a", "-a"]],
  ])("tells how %j became %j", (before, after, lines) => {
    expect(told(before, after)).toEqual(lines);
  });

  it("tells very long texts as a whole", () => {
    const long = (sign: string) => Array.from({ length: 1200 }, (_, line) => `${sign}${line}`).join("\n");
    expect(lineDiff(long("a"), long("b"))).toHaveLength(2400);
  });
});

it("leaves out what is far from every change", () => {
  const lines = aroundChanges(lineDiff("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nx\n5\n6\n7"), 1);
  expect(lines.map((line) => line?.text ?? null)).toEqual([null, "3", "4", "x", "5", null]);
});
