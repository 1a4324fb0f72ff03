import { expect, test } from "vitest";
import { pieces } from "./pieces";

test("pieces are the text, and stay as it grows", () => {
  const text = Array.from({ length: 200 }, (_, number) => `line ${number}`).join("\n");
  const found = pieces(text);
  expect(found.join("")).toBe(text);
  expect(found.length).toBe(4);
  expect(pieces(`${text}\nand more`).slice(0, 3)).toEqual(found.slice(0, 3));
  expect(pieces("")).toEqual([]);
});
