/** Files that somebody wants to import, read but not sent. */
import type { Draft } from "$stores/admin/draft";
import { identityOf } from "../identity";
import { words } from "../texts";

/** One function of an export, as it will be sent. */
export interface ImportItem {
  id: string;
  name: string;
  description: string;
  sent: Record<string, unknown>;
}

export interface Read {
  drafts: Draft[];
  items: ImportItem[];
  problems: string[];
}

type Given = Record<string, unknown>;
const text = words.functions.transfer;

export async function readFiles(files: File[]): Promise<Read> {
  const read: Read = { drafts: [], items: [], problems: [] };
  for (const file of files) take(file.name, await file.text(), read);
  // One source is looked at in the editor; many are chosen from a list.
  if (read.drafts.length > 1 || read.items.length) {
    read.items.push(...read.drafts.map(itemOf));
    read.drafts = [];
  }
  keepLast(read);
  return read;
}

/** An id stands for one function; which one is taken is said. */
function keepLast(read: Read): void {
  const byId = new Map<string, ImportItem>();
  for (const item of read.items) {
    if (byId.has(item.id)) read.problems.push(text.twice(item.id));
    byId.set(item.id, item);
  }
  read.items = [...byId.values()];
}

function take(name: string, content: string, read: Read): void {
  if (/\.json$/i.test(name)) {
    try {
      const items = exported(JSON.parse(content));
      if (!items.length) read.problems.push(text.noFunctions(name));
      read.items.push(...items);
    } catch {
      read.problems.push(text.notJson(name));
    }
  } else if (/\.py$/i.test(name)) read.drafts.push({ content, fileName: name, originUrl: "" });
  else read.problems.push(text.wrongFile(name));
}

/** A list, one object, or `{functions: [...]}`; each may stand in a `function` of its own. */
export function exported(given: unknown): ImportItem[] {
  const whole = given as Given | null;
  const list = Array.isArray(given) ? given : Array.isArray(whole?.functions) ? whole.functions : [given];
  return list.flatMap((entry) => {
    const outer = (entry ?? {}) as Given;
    const item = (outer.function && typeof outer.function === "object" ? outer.function : outer) as Given;
    if (typeof item.content !== "string") return [];
    const said = identityOf(item.content, String(item.name ?? ""));
    const meta = (item.meta ?? {}) as Given;
    const id = String(item.id || said.id);
    const description = String(meta.description || said.description);
    return [{ id, name: String(item.name || said.name || id), description, sent: { ...item, id } }];
  });
}

function itemOf(draft: Draft): ImportItem {
  const { id, name, description } = identityOf(draft.content, draft.fileName);
  return { id, name, description, sent: { id, name, content: draft.content, meta: { description } } };
}
