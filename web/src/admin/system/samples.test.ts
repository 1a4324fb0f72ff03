import { expect, test } from "vitest";
import type { Worker } from "../types";
import { kept, points, together, type Sample } from "./samples";

const worker = (fields: Partial<Worker>) =>
  ({ memory: 0, cpu: 0, lag: 0, queue: 0, runs: 0, background: 0, ...fields }) as Worker;

test("workers are added up, and the longest lag counts", () => {
  const found = together([worker({ memory: 5, lag: 0.1, queue: 1 }), worker({ memory: 7, lag: 0.3 })], 9);
  expect(found).toEqual({ time: 9, memory: 12, cpu: 0, lag: 0.3, queue: 1, runs: 0 });
  expect(together([], 1).lag).toBe(0);
});

test("only so many samples are kept, the newest", () => {
  let samples: Sample[] = [];
  for (let time = 0; time < 700; time++) samples = kept(samples, together([], time));
  expect([samples.length, samples[0]?.time, samples.at(-1)?.time]).toEqual([600, 100, 699]);
});

test("a line begins at the left and has zero at the bottom", () => {
  expect(points([0, 2, 4], 100, 10)).toBe("0.0,10.0 50.0,5.0 100.0,0.0");
  expect(points([0, 0], 100, 10)).toBe("0.0,10.0 100.0,10.0");
  expect(points([3], 100, 10)).toBe("100.0,0.0");
  expect(points([], 100, 10)).toBe("");
  expect(points([0, 4, 4], 100, 10, [0, 9, 10])).toBe("0.0,10.0 90.0,0.0 100.0,0.0");
});
