/** What a file of exported chats holds: of Penstock, and of Open WebUI, whose shape is the same. */
import type { ChatDocument } from "./types";

export interface ImportedChat {
  chat: ChatDocument;
  meta?: Record<string, unknown>;
  pinned?: boolean;
  archived?: boolean;
  created_at?: number;
  updated_at?: number;
}

/** The chats in a text; none where it is not such a file. */
export function chatsIn(text: string): ImportedChat[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const given = Array.isArray(value) ? value : isMapping(value) && "chats" in value ? value.chats : [value];
  return Array.isArray(given) ? given.flatMap(one) : [];
}

function one(value: unknown): ImportedChat[] {
  if (!isMapping(value)) return [];
  const { chat, meta, pinned, archived, created_at, updated_at } = value;
  if (!isMapping(chat)) return isChat(value) ? [{ chat: value as unknown as ChatDocument }] : [];
  if (!isChat(chat)) return [];
  const title = typeof value.title === "string" ? { title: value.title } : {};
  return [
    {
      chat: { ...title, ...chat } as unknown as ChatDocument,
      ...(isMapping(meta) && { meta }),
      pinned: pinned === true,
      archived: archived === true,
      ...(typeof created_at === "number" && { created_at }),
      ...(typeof updated_at === "number" && { updated_at }),
    },
  ];
}

function isChat(value: Record<string, unknown>): boolean {
  return Array.isArray(value.messages) || (isMapping(value.history) && isMapping(value.history.messages));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
