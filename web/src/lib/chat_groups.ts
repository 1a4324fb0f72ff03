/** Chats by age, as the list shows them. */
import type { ChatSummary } from "./types";

export type GroupName = "pinned" | "today" | "yesterday" | "week" | "month" | "older";

export interface ChatGroup {
  name: GroupName;
  chats: ChatSummary[];
}

const DAY = 86_400_000;

export function grouped(chats: ChatSummary[], now = new Date()): ChatGroup[] {
  const groups = new Map<GroupName, ChatSummary[]>();
  for (const name of ["pinned", "today", "yesterday", "week", "month", "older"] as const)
    groups.set(name, []);
  for (const chat of [...chats].sort((a, b) => b.updated_at - a.updated_at)) {
    groups.get(chat.pinned ? "pinned" : ageOf(chat.updated_at * 1000, now))?.push(chat);
  }
  return [...groups]
    .filter(([, members]) => members.length)
    .map(([name, members]) => ({ name, chats: members }));
}

function ageOf(time: number, now: Date): GroupName {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (time >= midnight) return "today";
  if (time >= midnight - DAY) return "yesterday";
  if (time >= midnight - 7 * DAY) return "week";
  return time >= midnight - 30 * DAY ? "month" : "older";
}
