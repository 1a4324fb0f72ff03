/** What an embed is, and what it may say to the page. */
import type { Outcome, ScriptFailure } from "./script";
import type { EmbedItem } from "./types";
import { isWebAddress } from "./web_address";

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
  | { kind: "copyBlob"; blob: Blob }
  | { kind: "save"; name: string; blob: Blob }
  | { kind: "open"; url: string }
  | { kind: "refused" }
  | { kind: "overlay"; covers: Cover }
  | { kind: "executed"; id: unknown; outcome: Outcome };

export const SANDBOX = "allow-scripts allow-downloads allow-popups allow-forms allow-modals";
export const TALLEST = 4000;

export function embedView(item: EmbedItem): EmbedView {
  const content = typeof item === "string" ? item : String(item.html ?? item.content ?? item.url ?? "");
  const address = content.trim();
  return isWebAddress(address) && !/\s/.test(address)
    ? { html: "", url: address }
    : { html: content, url: "" };
}

export function readEmbedMessage(data: unknown): EmbedMessage | null {
  if (typeof data !== "object" || data === null) return null;
  const { type, height, text, requestId, id, covers, ...rest } = data as Record<string, unknown>;
  if (type === "penstock:ready") return { kind: "ready" };
  if (type === "iframe:height" && typeof height === "number" && Number.isFinite(height))
    return { kind: "height", height };
  if (type === "penstock:overlay" && (covers === "none" || covers === "part" || covers === "all"))
    return { kind: "overlay", covers };
  if (type === "payload") return { kind: "payload", requestId };
  if (type === "penstock:executed") return { kind: "executed", id, outcome: outcomeOf(rest) };
  if (type === "penstock:copy" && rest.blob instanceof Blob) return { kind: "copyBlob", blob: rest.blob };
  if (type === "penstock:save" && rest.blob instanceof Blob)
    return { kind: "save", name: String(rest.name), blob: rest.blob };
  if (type === "penstock:open") return { kind: "open", url: String(rest.url) };
  if (type === "penstock:refused") return { kind: "refused" };
  if (typeof text !== "string" || !text.trim()) return null;
  if (type === "penstock:copy") return { kind: "copy", text };
  if (type === "input:prompt") return { kind: "prompt", text, submit: false };
  if (type === "input:prompt:submit" || type === "action:submit")
    return { kind: "prompt", text, submit: true };
  return null;
}

/** What the frame says of a script; the frame is not trusted to keep to the form. */
function outcomeOf({ value, failure }: Record<string, unknown>): Outcome {
  if (typeof failure !== "object" || failure === null) return { value: value ?? null };
  const { error, type, message, line } = failure as Partial<Record<keyof ScriptFailure, unknown>>;
  const text = String(message ?? error);
  const shown = typeof line === "number" ? line : null;
  return {
    failure: { error: String(error ?? text), type: String(type ?? "Error"), message: text, line: shown },
  };
}

/** An address of ours may hold what others wrote: it does not get our origin, as other sites get theirs. */
export function sandboxOf({ url }: EmbedView, origin: string): string {
  return url && new URL(url).origin !== origin ? `${SANDBOX} allow-same-origin` : SANDBOX;
}
