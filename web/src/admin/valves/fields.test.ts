import { expect, test } from "vitest";
import { fieldsOf, type Schema } from "$lib/schema";
import { bounds, defaultText, isSet, MASK, needsValue, shownValue, spreadErrors } from "./fields";

const schema: Schema = {
  type: "object",
  required: ["api_key"],
  properties: {
    api_key: { type: "string", writeOnly: true },
    retries: { type: "integer", default: 3, minimum: 0, maximum: 10 },
    loud: { type: "boolean", default: false },
    mode: { enum: ["fast", "slow"], default: "fast" },
    note: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
  },
};
const fields = Object.fromEntries(fieldsOf(schema).map((field) => [field.name, field]));

test("an unset field shows its default, a stored secret shows nothing", () => {
  expect(shownValue(fields.retries!, {}, schema)).toBe(3);
  expect(shownValue(fields.retries!, { retries: 5 }, schema)).toBe(5);
  expect(shownValue(fields.api_key!, { api_key: MASK }, schema)).toBe("");
});

test("a required field without a value is missing", () => {
  expect(needsValue(fields.api_key!, {})).toBe(true);
  expect(needsValue(fields.api_key!, { api_key: MASK })).toBe(false);
  expect(needsValue(fields.retries!, {})).toBe(false);
  expect(isSet({ note: null }, "note")).toBe(false);
});

test.each([
  ["retries", "3"],
  ["loud", "off"],
  ["mode", "fast"],
  ["note", ""],
  ["api_key", ""],
])("the default of %s reads %s", (name, text) => expect(defaultText(fields[name]!)).toBe(text));

test("bounds are said", () => {
  expect(bounds({ minimum: 0, maximum: 10 })).toBe("From 0 to 10.");
  expect(bounds({ exclusiveMinimum: 0 })).toBe("More than 0.");
  expect(bounds({})).toBe("");
});

test("an error inside a field stands at the field too", () => {
  expect(spreadErrors({ "hosts.2.port": "Too large" })).toEqual({
    "hosts.2.port": "Too large",
    "hosts.2": "Too large",
    hosts: "Too large",
  });
});
