/** Values for one group or model, over those for all: what the form shows, and where each value comes from. */
import { api } from "$lib/api/client";
import type { Schema } from "$lib/schema";
import type { ModelItem } from "$lib/types";
import { words } from "../texts";
import type { Valves } from "../types";
import { MASK } from "./fields";

export type LayerKind = "group" | "model";

/** One group or model; no layer at all is "for all". */
export interface Layer {
  layer: LayerKind;
  subject: string;
  name: string;
}

export interface SetLayer extends Layer {
  values: Valves;
}

export interface Origin {
  value: unknown;
  layer: "default" | "global" | "group" | "model" | "user";
  subject: string;
  name: string;
}

export type Origins = Record<string, Origin>;

const at = (id: string, rest: string) => `/api/v1/functions/id/${encodeURIComponent(id)}/valves/${rest}`;
const path = (id: string, { layer, subject }: Layer) =>
  at(id, `layers/${layer}/${subject.split("/").map(encodeURIComponent).join("/")}`);

export const layersApi = {
  list: (id: string) => api.get<SetLayer[]>(at(id, "layers")),
  read: (id: string, layer: Layer) => api.get<Valves>(path(id, layer)),
  update: (id: string, layer: Layer, values: Valves) => api.post<Valves>(path(id, layer), values),
  origin: (id: string) => api.get<Origins>(at(id, "origin")),
};

/** All groups and models, those that have values of their own included although they are gone just now. */
export async function subjects(id: string): Promise<SetLayer[]> {
  const [set, groups, models] = await Promise.all([
    layersApi.list(id),
    api.get<{ id: string; name: string }[]>("/api/v1/groups/"),
    api.get<{ data: ModelItem[] }>("/api/models"),
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
