import { describe, expect, it } from "vitest";
import { filledIn, missingFields } from "./form_values";
import { fieldsOf, initialObject, type Schema } from "./schema";

const schema: Schema = {
  type: "object",
  required: ["api_key", "mode"],
  $defs: { Mode: { enum: ["fast", "exact"], type: "string" } },
  properties: {
    api_key: { type: "string", description: "Secret", input: { type: "password" } },
    mode: { $ref: "#/$defs/Mode", default: "fast" },
    retries: { type: "integer", default: 3, minimum: 0 },
    verbose: { type: "boolean" },
    city: { anyOf: [{ type: "string" }, { type: "null" }], title: "City" },
    tags: { type: "array", items: { type: "string" } },
    colours: { type: "array", items: { enum: ["red", "blue"] } },
    extra: { type: "object" },
    nested: { type: "object", required: ["x"], properties: { x: { type: "number" } } },
    tone: { type: "string", input: { type: "select", options: [{ label: "Formal", value: "f" }, "plain"] } },
  },
};

describe("fieldsOf", () => {
  const fields = Object.fromEntries(fieldsOf(schema).map((field) => [field.name, field]));

  it.each([
    ["api_key", "password"],
    ["mode", "select"],
    ["retries", "number"],
    ["verbose", "switch"],
    ["city", "text"],
    ["tags", "list"],
    ["colours", "multiselect"],
    ["extra", "json"],
    ["nested", "object"],
    ["tone", "select"],
  ])("%s is a %s", (name, control) => expect(fields[name]?.control).toBe(control));

  it("labels fields", () => expect(fields.api_key?.label).toBe("Api key"));
  it("knows null", () => expect(fields.city?.nullable).toBe(true));
  it("reads options", () =>
    expect(fields.tone?.choices).toEqual([
      { value: "f", label: "Formal" },
      { value: "plain", label: "plain" },
    ]));
});

it("starts with the defaults", () =>
  expect(initialObject(schema)).toEqual({ mode: "fast", retries: 3, nested: {} }));

it("finds what is missing, in a group that may be left out once something of it is there", () => {
  const nested = { ...schema.properties?.nested, properties: { x: {}, y: { type: "string" } } };
  const group = { ...schema, properties: { ...schema.properties, nested } };
  const missing = (value: Record<string, unknown>) =>
    missingFields(group, { mode: "fast", ...value }, "Needed.");
  expect(missing({ nested: {} })).toEqual({ api_key: "Needed." });
  expect(missing({ nested: { y: "z" } })).toEqual({ api_key: "Needed.", "nested.x": "Needed." });
});

describe("filledIn", () => {
  const form: Schema = {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string" },
      mail: { type: "string", format: "email" },
      note: { type: "string" },
      turns: { type: "integer" },
      city: { anyOf: [{ type: "string" }, { type: "null" }] },
      place: { type: "object", required: ["x"], properties: { x: { type: "number" } } },
    },
  };

  it("leaves out what was left empty and may be", () => {
    const entered = { name: "", mail: "", note: "", turns: null, city: null, place: {} };
    expect(filledIn(form, entered)).toEqual({ name: "", note: "", city: null });
    expect(missingFields(form, { ...entered, name: "x" }, "Missing")).toEqual({});
  });

  it("keeps what was entered", () => {
    const entered = { name: "a", mail: "b", turns: 0, place: { x: 1 } };
    expect(filledIn(form, entered)).toEqual(entered);
  });
});
