import { expect, test } from "vitest";
import { enteredParams, outside, readParams } from "./params";

const GIVEN = { temperature: 0.5, stop: ["END"], custom_params: { top_k: 4 }, function_calling: "native" };

test("what was read comes back as it was", () => {
  const entered = enteredParams(GIVEN, readParams(GIVEN));
  expect(JSON.parse(JSON.stringify(entered))).toEqual(GIVEN);
});

test("what is emptied is gone, and what has no field stays", () => {
  const fields = { ...readParams(GIVEN), stop: " ", custom: "" };
  fields.numbers.temperature = null;
  expect(JSON.parse(JSON.stringify(enteredParams(GIVEN, fields)))).toEqual({ function_calling: "native" });
});

test("mistakes are found", () => {
  expect(enteredParams({}, { ...readParams({}), custom: "[1]" })).toBeNull();
  expect(enteredParams({}, { ...readParams({}), custom: "{" })).toBeNull();
  const fields = readParams({ temperature: 3, max_tokens: 0, top_p: 1 });
  expect(outside(fields).map((field) => field.name)).toEqual(["temperature", "max_tokens"]);
});
