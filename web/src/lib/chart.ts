/** A table as something to draw: what stands along the axis, and which columns are drawn over it. */
import { isMapping } from "./events";
import { cellText, numberOf, type Table } from "./table";

export const CHART_KINDS = ["bar", "line", "area", "pie", "scatter"] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

export interface Series {
  name: string;
  values: (number | null)[];
}

export interface Chart {
  kind: ChartKind;
  labels: string[];
  /** Where the points stand; null where they stand side by side. */
  places: number[] | null;
  series: Series[];
  stacked: boolean;
  /** How many rows there are, where not all of them are drawn. */
  of: number | null;
}

const MOST_SERIES = 6;
const MOST: Record<ChartKind, number> = { bar: 60, pie: 10, line: 1000, area: 1000, scatter: 2000 };

/** Null where there is no column of numbers. `wanted` is what the author said, `kind` what the reader chose. */
export function chartOf(table: Table, wanted: unknown, kind?: ChartKind): Chart | null {
  const said = isMapping(wanted) ? wanted : {};
  const shown = kind ?? CHART_KINDS.find((each) => each === said.type) ?? usual(table);
  const numeric = table.columns.map((_, index) => isNumeric(table, index));
  const x = axisOf(table, said.x, shown, numeric);
  const y = columnsOf(table, said.y, numeric, x).slice(0, shown === "pie" ? 1 : MOST_SERIES);
  if (!y.length || !table.rows.length) return null;
  const rows = drawn(table.rows, shown, y[0] ?? 0);
  return {
    kind: shown,
    labels: rows.map((row, place) => (x === null ? String(place + 1) : cellText(row[x]))),
    places: shown === "scatter" && x !== null && numeric[x] ? rows.map((row) => numberOf(row[x]) ?? 0) : null,
    series: y.map((index) => ({
      name: table.columns[index] ?? "",
      values: rows.map((row) => numberOf(row[index])),
    })),
    stacked: said.stacked === true && (shown === "bar" || shown === "area"),
    of: rows.length < table.rows.length ? table.rows.length : null,
  };
}

/** Round numbers that hold all of `values`, and nothing. */
export function ticks(low: number, high: number, about = 5): number[] {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  const first = Math.floor(low / step);
  const count = Math.min(20, Math.ceil((high - first * step) / step - 1e-9));
  return Array.from({ length: Math.max(2, count + 1) }, (_, place) =>
    Number(((first + place) * step).toPrecision(12)),
  );
}

/** The lowest and the highest value, of stacks where there are any; bars and areas stand on zero. */
export function extent({ series, stacked, kind, labels }: Chart): [number, number] {
  const values = stacked
    ? labels.flatMap((_, place) => {
        const here = series.map(({ values }) => values[place] ?? 0);
        return [total(here.filter((value) => value > 0)), total(here.filter((value) => value < 0))];
      })
    : series.flatMap(({ values }) => values.filter((value) => value !== null));
  const ground = kind === "bar" || kind === "area" ? [0] : [];
  const all = [...values, ...ground];
  return all.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  );
}

/** Of the series or share with that number; more than there are colours come again, paler. */
export function colourOf(index: number): string {
  const colour = `var(--chart-${(index % MOST_SERIES) + 1})`;
  return index < MOST_SERIES ? colour : `color-mix(in oklab, ${colour} 50%, var(--surface))`;
}

export function numberText(value: number | null): string {
  if (value === null) return "–";
  const small = Math.abs(value) < 1e-4 && value !== 0;
  if (small || Math.abs(value) >= 1e12) return value.toExponential(2);
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 1 ? 4 : 2 });
}

export const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);

function usual(table: Table): ChartKind {
  return table.rows.length > 24 ? "line" : "bar";
}

function isNumeric({ rows }: Table, index: number): boolean {
  const values = rows.map((row) => row[index]).filter((value) => value !== null && value !== undefined);
  return values.length > 0 && values.every((value) => numberOf(value) !== null);
}

function axisOf({ columns }: Table, said: unknown, kind: ChartKind, numeric: boolean[]): number | null {
  const named = columns.indexOf(String(said ?? ""));
  if (said !== undefined && named >= 0) return named;
  const words = numeric.indexOf(false);
  if (words >= 0 && kind !== "scatter") return words;
  const numbers = numeric.filter(Boolean).length;
  return numbers > 1 && kind === "scatter" ? numeric.indexOf(true) : words >= 0 ? words : null;
}

function columnsOf({ columns }: Table, said: unknown, numeric: boolean[], x: number | null): number[] {
  const all = columns.map((_, index) => index).filter((index) => numeric[index] && index !== x);
  const named = Array.isArray(said) ? said.map((name) => columns.indexOf(String(name))) : [];
  const wanted = named.filter((index) => index >= 0 && numeric[index]);
  return wanted.length ? wanted : all;
}

/** The largest shares of a pie, the first bars, and of a long line points at even distances. */
function drawn(rows: unknown[][], kind: ChartKind, column: number): unknown[][] {
  const most = MOST[kind];
  if (kind === "pie") {
    const shares = rows.filter((row) => (numberOf(row[column]) ?? 0) > 0);
    return shares.length > most
      ? shares.sort((a, b) => (numberOf(b[column]) ?? 0) - (numberOf(a[column]) ?? 0)).slice(0, most)
      : shares;
  }
  if (rows.length <= most) return rows;
  if (kind === "bar") return rows.slice(0, most);
  return Array.from({ length: most }, (_, place) => rows[Math.floor((place * rows.length) / most)] ?? []);
}
