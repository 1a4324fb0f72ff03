/** Long chats in groups: the browser skips a group that is off screen as one, and keeps its words findable. */
import { messageHeight } from "./message_height";
import type { ChatMessage } from "./types";

const SIZE = 20;

export function inGroups<T>(items: T[]): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at < items.length; at += SIZE) groups.push(items.slice(at, at + SIZE));
  return groups;
}

/** Pixels, before any of them was drawn. */
export function groupHeight(messages: Pick<ChatMessage, "role" | "content">[], columns: number): number {
  return messages.reduce((sum, message) => sum + messageHeight(message, columns), 0);
}
