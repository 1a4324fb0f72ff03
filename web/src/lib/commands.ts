/** What a slash offers in the composer: the actions of the last answer, and filters to switch. */
import type { ActionButton, FilterSwitch, ModelItem } from "./types";

export type Command =
  | { kind: "action"; id: string; name: string; description: string; action: ActionButton }
  | { kind: "filter"; id: string; name: string; description: string; filter: FilterSwitch };

/** The word after the slash, or null where the text is no command. */
export function commandQuery(text: string): string | null {
  return /^\/([^\n]{0,40})$/.exec(text)?.[1] ?? null;
}

export function commandsFor(
  query: string,
  answering: ModelItem | undefined,
  next: ModelItem | undefined,
): Command[] {
  const actions = (answering?.actions ?? []).map((action): Command => ({
    kind: "action",
    id: `a:${action.id}`,
    name: action.name,
    description: action.description ?? "",
    action,
  }));
  const filters = (next?.filters ?? []).map((filter): Command => ({
    kind: "filter",
    id: `f:${filter.id}`,
    name: filter.name,
    description: filter.description ?? "",
    filter,
  }));
  const wanted = query.trim().toLowerCase();
  return [...actions, ...filters].filter((command) => command.name.toLowerCase().includes(wanted));
}
