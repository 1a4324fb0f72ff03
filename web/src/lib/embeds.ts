/** What an embed is, and what it may say to the page. */
import type { EmbedItem } from "./types";

export interface EmbedView {
  html: string;
  url: string;
}

/** How much of the window a script has laid something over. */
export type Cover = "none" | "part" | "all";

export type EmbedMessage =
  | { kind: "ready" }
  | { kind: "height"; height: number }
  | { kind: "prompt"; text: string; submit: boolean }
  | { kind: "payload"; requestId: unknown }
  | { kind: "copy"; text: string }
  | { kind: "overlay"; covers: Cover }
  | { kind: "executed"; id: unknown; value: unknown; error: string | null };

export const SANDBOX = "allow-scripts allow-downloads allow-popups allow-forms allow-modals";
export const TALLEST = 4000;

export function embedView(item: EmbedItem): EmbedView {
  const content = typeof item === "string" ? item : String(item.html ?? item.content ?? item.url ?? "");
  return /^https?:\/\/\S+$/.test(content.trim())
    ? { html: "", url: content.trim() }
    : { html: content, url: "" };
}

export function readEmbedMessage(data: unknown): EmbedMessage | null {
  if (typeof data !== "object" || data === null) return null;
  const { type, height, text, requestId, id, value, error, covers } = data as Record<string, unknown>;
  if (type === "penstock:ready") return { kind: "ready" };
  if (type === "iframe:height" && typeof height === "number" && Number.isFinite(height))
    return { kind: "height", height };
  if (type === "penstock:overlay" && (covers === "none" || covers === "part" || covers === "all"))
    return { kind: "overlay", covers };
  if (type === "payload") return { kind: "payload", requestId };
  if (type === "penstock:executed") {
    return { kind: "executed", id, value, error: error === undefined ? null : String(error) };
  }
  if (typeof text !== "string" || !text.trim()) return null;
  if (type === "penstock:copy") return { kind: "copy", text };
  if (type === "input:prompt") return { kind: "prompt", text, submit: false };
  if (type === "input:prompt:submit" || type === "action:submit")
    return { kind: "prompt", text, submit: true };
  return null;
}
