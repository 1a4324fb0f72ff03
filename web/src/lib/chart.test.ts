import { describe, expect, it } from "vitest";
import { chartOf, extent, numberText, ticks } from "./chart";
import { tableOf, type Table } from "./table";

const sales = tableOf([
  { month: "Jan", north: 12, south: -3 },
  { month: "Feb", north: "15", south: 4 },
]) as Table;

describe("chartOf", () => {
  it("draws the numbers over the words", () =>
    expect(chartOf(sales, "bar")).toEqual({
      kind: "bar",
      labels: ["Jan", "Feb"],
      places: null,
      series: [
        { name: "north", values: [12, 15] },
        { name: "south", values: [-3, 4] },
      ],
      stacked: false,
      of: null,
    }));

  it("does as the author says, and as the reader says after that", () => {
    const wanted = { type: "area", x: "month", y: ["south"], stacked: true };
    expect(chartOf(sales, wanted)).toMatchObject({
      kind: "area",
      stacked: true,
      series: [{ name: "south" }],
    });
    expect(chartOf(sales, wanted, "line")).toMatchObject({ kind: "line", stacked: false });
    expect(chartOf(sales, { type: "x", x: "nowhere", y: ["month"] })).toMatchObject({
      kind: "bar",
      labels: ["Jan", "Feb"],
    });
  });

  it("places points by their numbers", () =>
    expect(
      chartOf(
        tableOf([
          { a: 1, b: 2 },
          { a: 5, b: 3 },
        ]) as Table,
        { type: "scatter" },
      ),
    ).toMatchObject({
      places: [1, 5],
      series: [{ name: "b", values: [2, 3] }],
    }));

  it("draws no more than one can see", () => {
    const long = tableOf(Array.from({ length: 5000 }, (_, n) => ({ n, square: n * n }))) as Table;
    const counts = (["bar", "line", "pie", "scatter"] as const).map(
      (kind) => chartOf(long, {}, kind)?.labels.length,
    );
    expect(counts).toEqual([60, 1000, 10, 2000]);
    expect(chartOf(long, {}, "line")?.of).toBe(5000);
  });

  it.each([[[{ a: "x" }]], [[]], [["one", "two"]], [{ a: {}, b: null }]])("draws nothing of %j", (data) =>
    expect(chartOf(tableOf(data) as Table, "bar")).toBe(null),
  );
});

it.each([
  [0, 30, [0, 10, 20, 30]],
  [-3, 15, [-5, 0, 5, 10, 15]],
  [0.1, 0.42, [0.1, 0.2, 0.3, 0.4, 0.5]],
  [7, 7, [6, 8]],
  [0, 0, [0, 0.2]],
])("has round ticks from %d to %d", (low, high, expected) => expect(ticks(low, high)).toEqual(expected));

it("knows how high stacks are", () => {
  const stacked = chartOf(sales, { type: "bar", stacked: true });
  expect(stacked && extent(stacked)).toEqual([-3, 19]);
  const line = chartOf(sales, { type: "line", y: ["north"] });
  expect(line && extent(line)).toEqual([12, 15]);
});

it.each([
  [1234567.891, "1,234,567.89"],
  [0.00001234, "1.23e-5"],
  [null, "–"],
  [0.5, "0.5"],
])("writes %d as %s", (value, text) => expect(numberText(value)).toBe(text));
