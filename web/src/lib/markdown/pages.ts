/** What of an answer is a page to look at: HTML in a block of code, or a file that a function has stored. */
import type { Block } from "./blocks";

export type PageBlock =
  | { kind: "html"; html: string; /** Its author wants it seen, not read. */ open: boolean }
  | { kind: "file"; id: string }
  | { kind: "video"; id: string };

const PLUGIN_OUTPUT = /^\s*<!--\s*OPENWEBUI_PLUGIN_OUTPUT\b/;
const STORED = /^\{\{(HTML|VIDEO)_FILE_ID_([\w-]+)\}\}$/;

export function pageOf({ token, settled }: Block): PageBlock | null {
  if (token.type === "code" && settled && /^(html|svg)$/i.test(token.lang ?? "")) {
    return { kind: "html", html: token.text, open: PLUGIN_OUTPUT.test(token.text) };
  }
  const [, kind, id] = (token.type === "paragraph" && STORED.exec(token.raw.trim())) || [];
  return id ? { kind: kind === "HTML" ? "file" : "video", id } : null;
}

export function addressOf(id: string): string {
  return `/api/v1/files/${encodeURIComponent(id)}/content`;
}
