/** Whether a model has a function, and its record with or without it. */
import type { FunctionItem, ModelMeta, ModelRecord } from "../types";

type Bound = "all" | "some" | "none";

const listOf = (kind: string) => (kind === "action" ? "actionIds" : "filterIds");
/** Those that only make sense beside a binding. */
const alongOf = (kind: string) => (kind === "action" ? "automaticActionIds" : "defaultFilterIds");

/** Of an action, single buttons may be bound. */
export function boundTo(item: FunctionItem, meta: ModelMeta | undefined): Bound {
  const ids = meta?.[listOf(item.kind)] ?? [];
  if (ids.includes(item.id)) return "all";
  return item.buttons.some((button) => ids.includes(button.id)) ? "some" : "none";
}

export function withBinding(record: ModelRecord, item: FunctionItem, on: boolean): ModelRecord {
  const own = [item.id, ...item.buttons.map((button) => button.id)];
  const without = (ids: string[] = []) => ids.filter((id) => !own.includes(id));
  const list = listOf(item.kind);
  const along = alongOf(item.kind);
  const ids = without(record.meta[list]);
  const meta = {
    ...record.meta,
    [list]: on ? [...ids, item.id] : ids,
    ...(!on && record.meta[along] && { [along]: without(record.meta[along]) }),
  };
  return { ...record, meta };
}
