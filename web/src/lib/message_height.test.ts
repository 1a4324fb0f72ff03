import { expect, test } from "vitest";
import { groupHeight, inGroups } from "./message_groups";
import { messageHeight } from "./message_height";

test("longer messages are higher", () => {
  const height = (content: string, columns = 80) => messageHeight({ role: "assistant", content }, columns);
  expect(height("a")).toBeLessThan(height("a".repeat(81)));
  expect(height("a".repeat(81), 80)).toBe(height("a\nb", 80));
  expect(height("a".repeat(81), 40)).toBeGreaterThan(height("a".repeat(81), 80));
  expect(height("")).toBeGreaterThan(0);
});

test("groups hold everything, in order", () => {
  const items = Array.from({ length: 45 }, (_, number) => number);
  const groups = inGroups(items);
  expect(groups.map((group) => group.length)).toEqual([20, 20, 5]);
  expect(groups.flat()).toEqual(items);
  const message = { role: "user", content: "words" };
  expect(groupHeight([message, message], 80)).toBe(2 * messageHeight(message, 80));
});
