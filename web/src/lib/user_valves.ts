/** Which functions let each person choose: read from the models that a person sees. */
import type { ModelItem } from "./types";

export function functionsWithUserValves(models: ModelItem[]): { id: string; name: string }[] {
  const found = new Map<string, string>();
  for (const model of models) {
    const pipe = model.id.split(".")[0] ?? model.id;
    if (model.pipe && model.has_user_valves && !found.has(pipe)) found.set(pipe, model.name);
    for (const item of [...model.filters, ...model.actions]) {
      const id = item.id.split(".")[0] ?? item.id;
      if ("has_user_valves" in item && item.has_user_valves && !found.has(id)) found.set(id, item.name);
    }
  }
  return [...found].map(([id, name]) => ({ id, name }));
}
