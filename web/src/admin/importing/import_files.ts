/** Files that somebody wants to import, read but not sent. */
import type { Draft } from "$stores/admin/draft";
import { identifier, identityOf } from "../identity";
import { words } from "../texts";

/** One function, as it will be sent. */
export interface ImportItem {
  id: string;
  name: string;
  description: string;
  sent: Record<string, unknown>;
  /** Of a Python file: it can be worked on before it is saved. */
  draft?: Draft;
}

export interface Read {
  items: ImportItem[];
  problems: string[];
}

type Given = Record<string, unknown>;
const text = words.importing;

export async function readFiles(files: File[]): Promise<Read> {
  const read: Read = { items: [], problems: [] };
  for (const file of files) await take(file, read);
  return keepLast(read);
}

/** What an address holds: a source, or an export. */
export function readSource(draft: Draft): Read {
  const read: Read = { items: [], problems: [] };
  if (/^\s*[[{]/.test(draft.content)) takeJson(draft.fileName, draft.content, read);
  else read.items.push(itemOf(draft));
  return keepLast(read);
}

async function take(file: File, read: Read): Promise<void> {
  const { name } = file;
  const [, ending = ""] = /\.(py|json|zip)$/i.exec(name) ?? [];
  if (!ending) read.problems.push(text.wrongFile(name));
  else if (!file.size) read.problems.push(text.emptyFile(name));
  else if (ending.toLowerCase() === "zip") read.items.push(await packed(file));
  else {
    const content = await textOf(file);
    if (content === null) read.problems.push(text.notText(name));
    else if (!content.trim()) read.problems.push(text.emptyFile(name));
    else if (ending.toLowerCase() === "json") takeJson(name, content, read);
    else read.items.push(itemOf({ content, fileName: name, originUrl: "", originHash: "" }));
  }
}

async function textOf(file: File): Promise<string | null> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}

/** An id stands for one function; which one is taken is said. */
function keepLast(read: Read): Read {
  const byId = new Map<string, ImportItem>();
  for (const item of read.items) {
    if (byId.has(item.id)) read.problems.push(text.twice(item.id));
    byId.set(item.id, item);
  }
  return { ...read, items: [...byId.values()] };
}

function takeJson(name: string, content: string, read: Read): void {
  let given: unknown;
  try {
    given = JSON.parse(content);
  } catch (error) {
    read.problems.push(text.notJson(name, placeOf(String(error), content)));
    return;
  }
  const rows = rowsOf(given);
  const items = rows.map(itemOfRow);
  if (!items.some((item) => item)) read.problems.push(text.noFunctions(name));
  else
    items.forEach((item, row) => item ?? read.problems.push(text.noSource(name, row + 1, nameOf(rows[row]))));
  read.items.push(...items.filter((item) => item !== null));
}

/** Where JSON breaks off, as far as the browser tells it. */
function placeOf(said: string, content: string): string {
  const at = /unexpected end/i.test(said) ? content.length : Number(/position (\d+)/.exec(said)?.[1] ?? NaN);
  if (Number.isNaN(at)) return "";
  const lines = content.slice(0, at).split("\n");
  return text.place(lines.length, (lines.at(-1)?.length ?? 0) + 1);
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
  const origin = draft.originUrl ? { origin_url: draft.originUrl, origin_hash: draft.originHash } : {};
  return {
    id,
    name,
    description,
    sent: { id, name, content: draft.content, meta: { description }, ...origin },
    draft,
  };
}
