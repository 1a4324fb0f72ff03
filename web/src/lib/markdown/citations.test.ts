import { describe, expect, it } from "vitest";
import { marked } from "./syntax";

const cited = (text: string) => {
  const found: number[][] = [];
  void marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === "citation") found.push((token as unknown as { numbers: number[] }).numbers);
  });
  return found;
};

describe("citations", () => {
  it.each([
    ["It turns [1].", [[1]]],
    ["Both [1, 3] agree [2]: so", [[1, 3], [2]]],
    ["Next to each other [1][2]", [[1], [2]]],
    ["As some write 【4】 or 【4†wheels.pdf】", [[4], [4]]],
    ["In **bold [2]**", [[2]]],
  ])("are read in %j", (text, numbers) => expect(cited(text)).toEqual(numbers));

  it.each([
    "A [1](https://a.example) link",
    "Defined [1]\n\n[1]: https://a.example",
    "Code `a[1]`",
    "```\na[1]\n```",
    "$x[1]$",
    "An [x] and [2nd] and [1234]",
    "- [ ] a task",
  ])("are not read in %j", (text) => expect(cited(text)).toEqual([]));
});
