import { expect, test } from "vitest";
import type { Schema } from "$lib/schema";
import { elsewhere, labelOf, layerSpec, type Origins } from "./layers";

const spec: Schema = {
  type: "object",
  required: ["url"],
  properties: {
    priority: { type: "integer", default: 0 },
    url: { type: "string" },
    tone: { type: "string", default: "plain" },
    size: { type: "integer", default: 1 },
    api_key: { type: "string", writeOnly: true },
  },
};
const origins: Origins = {
  tone: { value: "warm", layer: "global", subject: "", name: "" },
  size: { value: 1, layer: "default", subject: "", name: "" },
  api_key: { value: "********", layer: "global", subject: "", name: "" },
};

test("a layer requires nothing, has no order, and what it leaves out is as for all", () => {
  const shown = layerSpec(spec, origins);
  expect(shown.required).toEqual([]);
  expect(Object.keys(shown.properties ?? {})).toEqual(["url", "tone", "size", "api_key"]);
  expect(shown.properties?.tone).toMatchObject({ default: "warm", "x-layer": "global" });
  expect(shown.properties?.size).toMatchObject({ default: 1, "x-layer": "default" });
  expect(shown.properties?.api_key?.default).toBeUndefined();
  expect(spec.properties?.tone?.default).toBe("plain");
});

test("of each field it is told who has a value of their own", () => {
  const group = { layer: "group" as const, subject: "g", name: "Writers", values: { tone: "x" } };
  const model = { layer: "model" as const, subject: "m", name: "Guide", values: { tone: "y", size: 2 } };
  expect(elsewhere([group, model])).toEqual({
    tone: ["Group: Writers", "Model: Guide"],
    size: ["Model: Guide"],
  });
});

test("a layer that sets something says how much", () => {
  const layer = { layer: "group" as const, subject: "g", name: "Writers" };
  expect(labelOf({ ...layer, values: {} })).toBe("Group: Writers");
  expect(labelOf({ ...layer, values: { tone: "x" } })).toBe("Group: Writers (1 set)");
});
