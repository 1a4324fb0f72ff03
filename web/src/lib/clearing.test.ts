import { expect, test } from "vitest";
import { clearing, overlaps, type Box } from "./clearing";

const room: Box = { left: 0, top: 0, right: 400, bottom: 300 };
const row = (top: number, bottom: number, left = 0, right = 400): Box => ({ left, top, right, bottom });

test("a notice begins in the corner", () => {
  expect(clearing(100, 40, room, [])).toEqual(row(260, 300, 300));
});

test("a notice rises above what is needed there", () => {
  const taken = [row(240, 290), row(190, 230)];
  expect(clearing(100, 40, room, taken)).toEqual(row(142, 182, 300));
  expect(overlaps(clearing(100, 40, room, taken), taken)).toBe(false);
});

test("a notice finds the gap between two rows", () => {
  expect(clearing(100, 40, room, [row(250, 300), row(0, 200)])).toEqual(row(202, 242, 300));
});

test("a column of buttons at the right sends a notice aside", () => {
  expect(clearing(100, 40, room, [row(0, 300, 350)])).toEqual(row(260, 300, 150, 250));
});

test("where everything is needed, a notice covers what is smallest", () => {
  expect(clearing(100, 40, room, [row(0, 300, 0, 360), row(0, 270, 360)]).top).toBe(260);
});
