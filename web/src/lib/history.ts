/** The tree of a chat: pure functions from messages to branches. */
import type { ChatMessage } from "./types";

export type Messages = ReadonlyMap<string, ChatMessage>;

/** From the root to that message. */
export function chainTo(messages: Messages, id: string | null): ChatMessage[] {
  const chain: ChatMessage[] = [];
  const seen = new Set<string>();
  for (
    let at = id ? messages.get(id) : undefined;
    at && !seen.has(at.id);
    at = messages.get(at.parentId ?? "")
  ) {
    seen.add(at.id);
    chain.push(at);
  }
  return chain.reverse();
}

/** The message and the others that answer the same one. */
export function siblings(messages: Messages, message: ChatMessage): string[] {
  if (message.parentId)
    return messages.get(message.parentId)?.childrenIds.filter((id) => messages.has(id)) ?? [message.id];
  return [...messages.values()].filter((other) => !other.parentId).map((other) => other.id);
}

/** The newest leaf below a message: where a branch ends that was left and is taken up again. */
export function leafBelow(messages: Messages, id: string): string {
  const seen = new Set<string>();
  let at = id;
  for (;;) {
    seen.add(at);
    const next = messages.get(at)?.childrenIds.findLast((child) => messages.has(child) && !seen.has(child));
    if (!next) return at;
    at = next;
  }
}

/** A message and everything below it. */
export function subtree(messages: Messages, id: string): string[] {
  const found: string[] = [];
  const waiting = [id];
  while (waiting.length) {
    const at = waiting.pop() as string;
    if (found.includes(at)) continue;
    found.push(at);
    waiting.push(...(messages.get(at)?.childrenIds ?? []));
  }
  return found;
}

/** Messages as they come over the wire, with every child known to its parent. */
export function linked(given: Record<string, ChatMessage>): Map<string, ChatMessage> {
  const messages = new Map<string, ChatMessage>();
  for (const [id, message] of Object.entries(given)) {
    messages.set(id, {
      ...message,
      id,
      content: message.content ?? "",
      parentId: message.parentId ?? null,
      childrenIds: [...(message.childrenIds ?? [])],
    });
  }
  for (const message of messages.values()) {
    const parent = messages.get(message.parentId ?? "");
    if (parent && !parent.childrenIds.includes(message.id)) parent.childrenIds.push(message.id);
  }
  return messages;
}
