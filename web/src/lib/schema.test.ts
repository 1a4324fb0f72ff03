import { describe, expect, it } from "vitest";
import { fieldsOf, initialObject, missingFields, type Schema } from "./schema";

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

it("finds what is missing", () =>
  expect(missingFields(schema, { mode: "fast", nested: {} }, "Needed.")).toEqual({
    api_key: "Needed.",
    "nested.x": "Needed.",
  }));
