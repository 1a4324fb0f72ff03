/** Values for one group or model, over those for all: what the form shows, and where each value comes from. */
import { api, type Schemas } from "$lib/api/calls";
import type { Schema } from "$lib/schema";
import { words } from "../texts";
import type { Valves } from "../types";
import { MASK } from "./fields";

export type LayerKind = SetLayer["layer"];

/** One group or model; no layer at all is "for all". */
export type Layer = Omit<SetLayer, "values">;

export type SetLayer = Schemas["ValveLayer"];

export type Origin = Schemas["ValveOrigin"];

export type Origins = Record<string, Origin>;

const at = (function_id: string) => ({ path: { function_id } });
const of = (function_id: string, { layer, subject }: Layer) => ({ path: { function_id, layer, subject } });

export const layersApi = {
  list: (id: string) => api.get("/api/v1/functions/id/{function_id}/valves/layers", at(id)),
  read: (id: string, layer: Layer) =>
    api.get("/api/v1/functions/id/{function_id}/valves/layers/{layer}/{subject}", of(id, layer)),
  update: (id: string, layer: Layer, values: Valves) =>
    api.post("/api/v1/functions/id/{function_id}/valves/layers/{layer}/{subject}", {
      ...of(id, layer),
      body: values,
    }),
  origin: (id: string) => api.get("/api/v1/functions/id/{function_id}/valves/origin", at(id)),
};

/** All groups and models, those that have values of their own included although they are gone just now. */
export async function subjects(id: string): Promise<SetLayer[]> {
  const [set, groups, models] = await Promise.all([
    layersApi.list(id),
    api.get("/api/v1/groups/"),
    api.get("/api/models"),
  ]);
  const known: SetLayer[] = [
    ...groups.map((group) => ({ layer: "group" as const, subject: group.id, name: group.name, values: {} })),
    ...models.data.map((model) => ({
      layer: "model" as const,
      subject: model.id,
      name: model.name,
      values: {},
    })),
  ];
  const found = new Map(known.map((layer) => [keyOf(layer), layer]));
  for (const layer of set) {
    const key = keyOf(layer);
    found.set(key, { ...layer, name: found.get(key)?.name ?? layer.name });
  }
  return [...found.values()];
}

export const keyOf = ({ layer, subject }: Layer) => `${layer}:${subject}`;

export function labelOf(layer: SetLayer): string {
  const label = words.valves.layer[layer.layer](layer.name);
  const count = Object.keys(layer.values).length;
  return count ? `${label} ${words.valves.layer.set(count)}` : label;
}

/** Of each field, the groups and models that have a value of their own for it. */
export function elsewhere(layers: SetLayer[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { layer, name, values } of layers)
    for (const field of Object.keys(values)) (found[field] ??= []).push(words.valves.layer[layer](name));
  return found;
}

/** The form for a layer: nothing is required, and what is not set is as for all. */
export function layerSpec(spec: Schema, origins: Origins): Schema {
  const properties = Object.entries(spec.properties ?? {}).filter(([name]) => name !== "priority");
  return {
    ...spec,
    required: [],
    properties: Object.fromEntries(
      properties.map(([name, field]) => [name, underLayer(field, origins[name])]),
    ),
  };
}

function underLayer(field: Schema, origin: Origin | undefined): Schema {
  const marked = { ...field, "x-layer": origin?.layer ?? "default" };
  if (origin?.layer !== "global" || hasMask(origin.value)) return marked;
  return { ...marked, default: origin.value };
}

function hasMask(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes(MASK);
}
