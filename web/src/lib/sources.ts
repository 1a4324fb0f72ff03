/** Citations, one entry per source, with the passages that were used. */
import type { SourceItem } from "./types";
import { isWebAddress } from "./web_address";

export interface SourceView {
  name: string;
  url: string;
  passages: string[];
}

export function sourceViews(sources: SourceItem[], unnamed: string): SourceView[] {
  const views = new Map<string, SourceView>();
  for (const item of sources) {
    const metadata = Array.isArray(item.metadata) ? item.metadata : [];
    const passages = (Array.isArray(item.document) ? item.document : [item.document])
      .filter(Boolean)
      .map(String);
    const first = metadata[0] ?? {};
    const url = webAddress(item.source?.url ?? first.url ?? first.source ?? item.source?.name);
    const name = String(item.source?.name ?? first.name ?? first.title ?? url ?? "") || unnamed;
    const key = `${name} ${url}`;
    const view = views.get(key) ?? { name, url, passages: [] };
    view.passages.push(...passages.filter((passage) => !view.passages.includes(passage)));
    views.set(key, view);
  }
  return [...views.values()];
}

function webAddress(value: unknown): string {
  return isWebAddress(value) ? value : "";
}
