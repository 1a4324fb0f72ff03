import { expect, test } from "vitest";
import { hooksOf } from "./hooks";

test("hooks are found in what somebody writes", () => {
  expect(hooksOf("class Action:\n    async def action(self, body): ...\n")).toEqual(["action"]);
  expect(hooksOf("class Pipe:\n    def pipes(self): ...\n    async def pipe(self, body): ...\n")).toEqual([
    "pipe",
    "pipes",
  ]);
  expect(hooksOf("class Filter(Base):\n\tdef outlet(self, body):\n")).toEqual(["outlet"]);
  expect(hooksOf("class Piper:\n    def pipe(self): ...\n")).toEqual([]);
  expect(hooksOf("")).toEqual([]);
});
