import { expect, test } from "vitest";
import { excerpt, framesOf, linesOf } from "./frames";

const TRACEBACK = `Traceback (most recent call last):
  File "mine.py", line 12, in action
    helper()
  File "/usr/lib/python3/json.py", line 90, in loads
    raise
  File "mine.py", line 7, in helper
    json.loads("")
ValueError: no`;

test("the author's lines are found, the innermost first", () => {
  expect(framesOf(TRACEBACK, 7)).toEqual([7, 12]);
  expect(framesOf("", 3)).toEqual([3]);
  expect(framesOf(TRACEBACK, null)).toEqual([]);
});

test("an excerpt stays inside of the source", () => {
  const lines = ["a", "b", "c", "d"];
  expect(excerpt(lines, 1, 1)).toEqual({ first: 1, marked: 1, lines: ["a", "b"] });
  expect(excerpt(lines, 4, 2)).toEqual({ first: 2, marked: 4, lines: ["b", "c", "d"] });
  expect(excerpt(lines, 5)).toBeNull();
});

test("colours go on over the end of a line", () => {
  expect(linesOf('<span class="s">a\nb</span>c')).toEqual([
    '<span class="s">a</span>',
    '<span class="s">b</span>c',
  ]);
});
