/** What workers took, a little while back: of the last hour as the server has it, and closer while the page is open. */
import type { Worker } from "../types";

const MOST = 600; // an hour at ten seconds each, and twelve minutes at three

export interface Sample {
  time: number;
  memory: number;
  cpu: number;
  lag: number;
  queue: number;
  runs: number;
}

export const MEASURES = ["memory", "cpu", "lag", "queue"] as const;
export type Measure = (typeof MEASURES)[number];

/** All workers together: their memory and processors are added, the longest lag counts. */
export function together(workers: Worker[], time: number): Sample {
  const sum = (pick: (worker: Worker) => number) => workers.reduce((total, each) => total + pick(each), 0);
  return {
    time,
    memory: sum((worker) => worker.memory),
    cpu: sum((worker) => worker.cpu),
    lag: Math.max(0, ...workers.map((worker) => worker.lag)),
    queue: sum((worker) => worker.queue),
    runs: sum((worker) => worker.runs + worker.background),
  };
}

export function kept(samples: Sample[], next: Sample): Sample[] {
  return [...samples.slice(1 - MOST), next];
}

/** Points of a line in a box of that size: the newest at its right edge, zero at its bottom; evenly without times. */
export function points(values: number[], width: number, height: number, times?: number[]): string {
  const most = Math.max(...values, 0);
  const at = (index: number) => times?.[index] ?? index;
  const [from, until] = [at(0), at(values.length - 1)];
  return values
    .map((value, index) => {
      const x = until > from ? ((at(index) - from) / (until - from)) * width : width;
      const y = most > 0 ? height - (value / most) * height : height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
