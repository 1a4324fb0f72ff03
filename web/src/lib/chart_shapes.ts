/** Where the marks of a chart stand inside its frame. */
import { ticks, type Chart } from "./chart";

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** What stands at the bottom and at the top. */
  low: number;
  high: number;
}

export interface Bar {
  place: number;
  series: number;
  path: string;
}

export interface Line {
  path: string;
  area: string;
  points: { place: number; x: number; y: number }[];
}

export interface Steps {
  width: number;
  /** Of the place with that number. */
  middle: (place: number) => number;
  /** Of a value along the axis. */
  at: (value: number) => number;
}

export function stepOf({ labels, places, kind }: Chart, { left, right }: Frame): Steps {
  const room = right - left;
  if (places) {
    const marks = ticks(Math.min(...places), Math.max(...places));
    const [first, last] = [marks[0] ?? 0, marks.at(-1) ?? 1];
    const at = (value: number) => left + 8 + ((value - first) / (last - first || 1)) * (room - 16);
    return { width: 2, middle: (place) => at(places[place] ?? 0), at };
  }
  if (kind === "bar" || labels.length < 2) {
    const width = room / Math.max(1, labels.length);
    const middle = (place: number) => left + (place + 0.5) * width;
    return { width, middle, at: middle };
  }
  const width = (room - 24) / (labels.length - 1);
  const middle = (place: number) => left + 12 + place * width;
  return { width: Math.min(width, 2), middle, at: middle };
}

export function nearest(chart: Chart, frame: Frame, x: number): number {
  const { middle } = stepOf(chart, frame);
  const places = chart.labels.map((_, place) => Math.abs(middle(place) - x));
  return places.indexOf(Math.min(...places));
}

export function barsOf(chart: Chart, frame: Frame): Bar[] {
  const { width, middle } = stepOf(chart, frame);
  const columns = chart.stacked ? 1 : chart.series.length;
  const thick = Math.min(46, (width * 0.76) / columns);
  return chart.labels.flatMap((_, place) => {
    const ends = { up: 0, down: 0 };
    return chart.series.flatMap(({ values }, series) => {
      const value = values[place];
      if (value === null || value === undefined || value === 0) return [];
      const side = value > 0 ? "up" : "down";
      const from = chart.stacked ? ends[side] : 0;
      ends[side] = from + value;
      const column = chart.stacked ? 0 : series;
      const x = middle(place) - (thick * columns) / 2 + column * thick;
      return [
        { place, series, path: barPath(x, heightOf(frame, from), heightOf(frame, from + value), thick) },
      ];
    });
  });
}

export function linesOf(chart: Chart, frame: Frame): Line[] {
  const { middle } = stepOf(chart, frame);
  const below = chart.labels.map(() => 0);
  return chart.series.map(({ values }) => {
    const stack = chart.stacked;
    const ground = below.map((value) => heightOf(frame, Math.max(frame.low, Math.min(value, frame.high))));
    const points = values.flatMap((value, place) => {
      if (value === null) return [];
      const whole = stack ? (below[place] = (below[place] ?? 0) + value) : value;
      return [{ place, x: middle(place), y: heightOf(frame, whole) }];
    });
    const path = pathOf(points);
    const back = points.toReversed().map(({ place, x }) => ({ place, x, y: ground[place] ?? frame.bottom }));
    return { points, path, area: points.length ? `${path}${pathOf(back).replace("M", "L")}Z` : "" };
  });
}

function heightOf({ low, high, top, bottom }: Frame, value: number): number {
  return bottom - ((value - low) / (high - low || 1)) * (bottom - top);
}

/** Round at the end that shows the value. */
function barPath(x: number, from: number, to: number, thick: number): string {
  const wide = Math.max(1, thick - (thick > 6 ? 2 : 0));
  const round = Math.min(3, wide / 2, Math.abs(to - from)) * (to < from ? 1 : -1);
  const corner = Math.abs(round);
  return (
    `M${n(x)},${n(from)}V${n(to + round)}Q${n(x)},${n(to)} ${n(x + corner)},${n(to)}` +
    `H${n(x + wide - corner)}Q${n(x + wide)},${n(to)} ${n(x + wide)},${n(to + round)}V${n(from)}Z`
  );
}

/** A place without a value interrupts the line. */
function pathOf(points: { place: number; x: number; y: number }[]): string {
  return points
    .map(({ place, x, y }, index) => {
      const before = points[index - 1];
      const goesOn = before !== undefined && Math.abs(before.place - place) === 1;
      return `${goesOn ? "L" : "M"}${n(x)},${n(y)}`;
    })
    .join("");
}

const n = (value: number): number => Math.round(value * 10) / 10;
