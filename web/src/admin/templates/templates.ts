/** What a new function may begin with: whole functions that run as they stand. Each is loaded when it is looked at. */
import { words } from "../texts";
import type { Kind } from "../types";

export interface Template {
  id: string;
  kind: Kind;
  title: string;
  about: string;
}

const KINDS: Record<string, Kind> = {
  note: "action",
  ask_twice: "action",
  count_words: "action",
  words_model: "pipe",
  connection_model: "pipe",
  brief_filter: "filter",
  names_filter: "filter",
  answers_event: "event",
};

export const TEMPLATES: Template[] = Object.entries(KINDS).map(([id, kind]) => {
  const [title = id, about = ""] = words.templates.list[id] ?? [];
  return { id, kind, title, about };
});

const sources = import.meta.glob<string>("./sources/*.py", { query: "?raw", import: "default" });

/** Empty where there is no such template. */
export async function templateSource(id: string): Promise<string> {
  return (await sources[`./sources/${id}.py`]?.()) ?? "";
}

/** The first one of a kind. */
export const templateOf = (kind: string) => TEMPLATES.find((template) => template.kind === kind)?.id ?? "";
