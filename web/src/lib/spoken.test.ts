import { expect, test } from "vitest";
import { beginningOf } from "./spoken";

test.each([
  [
    "## Wheel\n\n**Water** turns `it`: see [the plan](https://x.example/y).",
    "Wheel Water turns it: see the plan.",
  ],
  ["- one\n- two\n\n```python\nprint(1)\n```\nDone.", "one two Done."],
  ["| A | B |\n|---|---:|\n| 1 | 2 |", "A B 1 2"],
])("%s is said as %s", (written, said) => {
  expect(beginningOf(written)).toBe(said);
});

test("a long answer is begun only", () => {
  const said = beginningOf("Water turns it. ".repeat(60));
  expect(said.length).toBeLessThanOrEqual(304);
  expect(said.endsWith("it. …")).toBe(true);
});
