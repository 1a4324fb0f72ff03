/** Files that somebody wants to import, read but not sent. */
import type { Draft } from "$stores/admin/draft";
import { identifier, identityOf } from "../identity";
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
  for (const file of files) {
    if (/\.zip$/i.test(file.name)) read.items.push(await packed(file));
    else take(file.name, await file.text(), read);
  }
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
      const rows = rowsOf(JSON.parse(content));
      const items = rows.map(itemOfRow);
      if (!items.some((item) => item)) read.problems.push(text.noFunctions(name));
      else
        items.forEach(
          (item, row) => item ?? read.problems.push(text.noSource(name, row + 1, nameOf(rows[row]))),
        );
      read.items.push(...items.filter((item) => item !== null));
    } catch {
      read.problems.push(text.notJson(name));
    }
  } else if (/\.py$/i.test(name))
    read.drafts.push({ content, fileName: name, originUrl: "", originHash: "" });
  else read.problems.push(text.wrongFile(name));
}

/** A list, one object, or `{functions: [...]}`; each may stand in a `function` of its own. */
export function exported(given: unknown): ImportItem[] {
  return rowsOf(given)
    .map(itemOfRow)
    .filter((item) => item !== null);
}

function rowsOf(given: unknown): unknown[] {
  const whole = given as Given | null;
  return Array.isArray(given) ? given : Array.isArray(whole?.functions) ? whole.functions : [given];
}

function inner(row: unknown): Given {
  const outer = (row && typeof row === "object" ? row : {}) as Given;
  return (outer.function && typeof outer.function === "object" ? outer.function : outer) as Given;
}

const nameOf = (row: unknown) => String(inner(row).name || inner(row).id || "");

/** Null where a row has no source: neither a file nor a package. */
function itemOfRow(row: unknown): ImportItem | null {
  const item = inner(row);
  if (typeof item.content !== "string" && typeof item.package !== "string") return null;
  const said = identityOf(String(item.content ?? ""), String(item.name ?? ""));
  const meta = (item.meta ?? {}) as Given;
  const id = String(item.id || said.id);
  const description = String(meta.description || said.description);
  return { id, name: String(item.name || said.name || id), description, sent: { ...item, id } };
}

/** A zip is read by the server; here only its name is known. */
async function packed(file: File): Promise<ImportItem> {
  const id = identifier(file.name.replace(/( \(\d+\))?\.zip$/i, ""));
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let start = 0; start < bytes.length; start += 8192)
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return { id, name: file.name, description: text.packed, sent: { id, name: "", package: btoa(binary) } };
}

function itemOf(draft: Draft): ImportItem {
  const { id, name, description } = identityOf(draft.content, draft.fileName);
  return { id, name, description, sent: { id, name, content: draft.content, meta: { description } } };
}
