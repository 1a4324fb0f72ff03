/** What this tab shows at the moment. */
import { router } from "$lib/router.svelte";
import { messages } from "./messages.svelte";

/** Whether the conversation of that chat is on screen, rather than another one or another page. */
export function isOnScreen(chatId: string | null): boolean {
  return chatId === messages.chatId && ["", "c"].includes(router.segments[0] ?? "");
}

/** The address of a message in its chat. */
export function placeOf(chatId: string, messageId: string | null): string {
  return `/c/${chatId}${messageId ? `#message-${messageId}` : ""}`;
}
