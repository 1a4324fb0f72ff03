import { describe, expect, it } from "vitest";
import { sorted, tableOf, toCsv } from "./table";

describe("tableOf", () => {
  it.each<[string, unknown, unknown]>([
    [
      "records",
      [{ a: 1 }, { a: 2, b: 3 }],
      {
        columns: ["a", "b"],
        rows: [
          [1, undefined],
          [2, 3],
        ],
      },
    ],
    ["lists", [[1, 2], [3]], { columns: ["1", "2"], rows: [[1, 2], [3]] }],
    ["values", ["x"], { columns: [""], rows: [["x"]] }],
    [
      "named columns",
      { columns: ["A", { name: "B" }], rows: [[1, 2]] },
      { columns: ["A", "B"], rows: [[1, 2]] },
    ],
    [
      "columns of lists",
      { a: [1, 2], b: [3] },
      {
        columns: ["a", "b"],
        rows: [
          [1, 3],
          [2, undefined],
        ],
      },
    ],
    ["one record", { a: 1 }, { columns: ["", " "], rows: [["a", 1]] }],
    ["nothing", 5, null],
  ])("%s", (_name, data, expected) => expect(tableOf(data)).toEqual(expected));
});

it("sorts numbers as numbers", () =>
  expect(sorted({ columns: ["n"], rows: [["10"], ["9"], [2]] }, 0, false)).toEqual([[2], ["9"], ["10"]]));

it("writes CSV that quotes and disarms", () =>
  expect(
    toCsv({
      columns: ["a", "b"],
      rows: [
        ['x"y', "1,2"],
        ["=SUM(A1)", -3],
        ["-x", null],
      ],
    }),
  ).toBe('a,b\r\n"x""y","1,2"\r\n\'=SUM(A1),-3\r\n\'-x,'));
