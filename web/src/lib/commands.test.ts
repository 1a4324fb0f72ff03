import { expect, it } from "vitest";
import { commandQuery, commandsFor } from "./commands";

const model = {
  id: "m",
  name: "M",
  actions: [
    { id: "improve", name: "Improve" },
    { id: "chart", name: "Chart the numbers" },
  ],
  filters: [{ id: "brief", name: "Brief" }],
};

it.each([
  ["/", ""],
  ["/imp", "imp"],
  ["/chart the", "chart the"],
  ["hello /", null],
  ["/a\nb", null],
])("%j", (text, expected) => expect(commandQuery(text)).toBe(expected));

it("offers actions of the last answer, then filters", () =>
  expect(commandsFor("", model, model).map((command) => command.id)).toEqual([
    "a:improve",
    "a:chart",
    "f:brief",
  ]));
it("searches", () =>
  expect(commandsFor("Num", model, model).map((command) => command.id)).toEqual(["a:chart"]));
it("needs an answer for actions", () => expect(commandsFor("", undefined, model)).toHaveLength(1));
