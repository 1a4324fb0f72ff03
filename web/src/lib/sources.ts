/** Citations, one entry per source, with the passages that were used. */
import { isMapping } from "./events";
import type { SourceItem } from "./types";
import { isWebAddress } from "./web_address";

export interface Passage {
  text: string;
  /** As people count. */
  page: number | null;
}

export interface SourceView {
  name: string;
  url: string;
  passages: Passage[];
}

type Facts = Record<string, unknown>;

/** In the order in which they first came: the place of a source is the number that an answer calls it by. */
export function sourceViews(sources: SourceItem[], unnamed: string): SourceView[] {
  const views = new Map<string, SourceView>();
  for (const item of sources.filter(isMapping) as SourceItem[]) {
    const documents = listOf(item.document);
    const facts = listOf(item.metadata).map((each) => (isMapping(each) ? each : {}));
    const several = new Set(facts.map((each) => each.source).filter(Boolean)).size > 1;
    for (let place = 0; place < Math.max(1, documents.length); place++)
      add(views, item, facts[place] ?? (several ? {} : (facts[0] ?? {})), documents[place], several, unnamed);
  }
  return [...views.values()];
}

function add(
  views: Map<string, SourceView>,
  item: SourceItem,
  facts: Facts,
  document: unknown,
  several: boolean,
  unnamed: string,
): void {
  const source: Facts = isMapping(item.source) ? item.source : {};
  const url = several
    ? webAddress(facts.url, facts.source)
    : webAddress(source.url, facts.url, facts.source, source.name);
  const own = text(facts.name) || text(facts.title);
  const name = several
    ? own || text(facts.source) || text(source.name)
    : text(source.name) || own || url || text(facts.source);
  const key = `${name} ${url}`;
  const view = views.get(key) ?? { name: name || unnamed, url, passages: [] };
  views.set(key, view);
  const passage = text(document).trim();
  if (passage && !view.passages.some((known) => known.text === passage))
    view.passages.push({ text: passage, page: pageOf(facts) });
}

/** Readers of PDF files count pages from zero. */
function pageOf({ page, page_label }: Facts): number | null {
  if (Number.isInteger(page)) return Number(page) + 1;
  return Number.isInteger(Number(page_label || NaN)) ? Number(page_label) : null;
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function webAddress(...values: unknown[]): string {
  return String(values.find((value) => isWebAddress(value)) ?? "");
}
