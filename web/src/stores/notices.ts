/** Tells of what happens in chats that are not on screen. */
import { isMapping } from "$lib/events";
import { texts } from "$lib/texts";
import type { WireEvent } from "$lib/types";
import { chats } from "./chats.svelte";
import { isOnScreen, placeOf } from "./screen";
import { toasts, type Toast, type ToastKind } from "./toasts.svelte";

const words = texts.chat.notices;
const TITLE_PATIENCE = 1200;
const UNSAVED = ["local:", "temporary:"];
/** Runs that have said something themselves: their end needs no notice. */
const spoken = new Set<string>();

/** The way to the chat of an event, where another one is on screen. */
export function wayTo(event: WireEvent): Toast["link"] {
  const { chat_id: chatId, message_id: messageId } = event;
  if (!isElsewhere(chatId)) return undefined;
  return { href: placeOf(chatId, messageId), label: words.open };
}

export function spoke(event: WireEvent): void {
  if (event.run_id) spoken.add(event.run_id);
}

/** An answer that failed may end with several events. */
let lastFailed: string | null = null;

export function answered(event: WireEvent, failed: boolean): void {
  if (!isElsewhere(event.chat_id) || (event.message_id && event.message_id === lastFailed)) return;
  lastFailed = failed ? event.message_id : null;
  chats.markUnread(event.chat_id);
  notify(failed ? "warning" : "info", failed ? words.failed : words.answered, event);
}

export function acted(event: WireEvent, name: string | undefined, runId: string): void {
  const silent = spoken.delete(runId);
  const { data } = event.data;
  if (silent || !name || !isElsewhere(event.chat_id)) return;
  if (!isMapping(data) || data.status !== "done") return;
  chats.markUnread(event.chat_id);
  notify("info", (title) => words.acted(name, title), event);
}

/** A chat that has no title yet gets one right after its first answer. */
function notify(kind: ToastKind, say: (title: string) => string, event: WireEvent): void {
  if (document.visibilityState !== "visible") return;
  const tell = () => toasts.show(kind, say(titleOf(event.chat_id ?? "")), wayTo(event));
  if (titleOf(event.chat_id ?? "") === texts.chat.untitled) setTimeout(tell, TITLE_PATIENCE);
  else tell();
}

function isElsewhere(chatId: string | null): chatId is string {
  return Boolean(chatId) && !isOnScreen(chatId) && !UNSAVED.some((prefix) => chatId?.startsWith(prefix));
}

function titleOf(chatId: string): string {
  return chats.find(chatId)?.title ?? words.unknown;
}
