/** How a status stands: whether something still goes on, and how far it is. */
import type { StatusItem } from "./types";
import { isWebAddress } from "./web_address";

export interface StatusView {
  text: string;
  done: boolean;
  /** 0..100, or null where nobody knows. */
  percent: number | null;
  level: string;
  urls: string[];
}

export function statusView(item: StatusItem): StatusView {
  const percent = percentOf(item);
  const done = typeof item.done === "number" ? item.done >= 1 : item.done !== false;
  const finished = percent !== null && "progress" in item ? item.done === true || percent >= 100 : done;
  return {
    text: textOf(item),
    done: finished,
    percent: finished ? null : percent,
    level: typeof item.level === "string" ? item.level : "",
    urls: Array.isArray(item.urls) ? item.urls.map(String).filter(isWebAddress) : [],
  };
}

/** What is shown of a history: everything that is not hidden. */
export function visible(history: StatusItem[]): StatusItem[] {
  return history.filter((item) => !item.hidden && (textOf(item) || percentOf(item) !== null));
}

function textOf(item: StatusItem): string {
  const text = String(item.description ?? item.message ?? "");
  if (!text.includes("{{")) return text;
  const values: Record<string, unknown> = { count: item.urls?.length, searchQuery: item.query, ...item };
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, name: string) => String(values[name] ?? all));
}

function percentOf(item: StatusItem): number | null {
  if (typeof item.progress === "number") return Math.min(100, Math.max(0, item.progress));
  if (typeof item.done === "number") return Math.min(100, Math.max(0, item.done * 100));
  return null;
}
