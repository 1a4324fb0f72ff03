import { expect, it } from "vitest";
import { grouped } from "./chat_groups";

const now = new Date(2026, 5, 15, 12);
const chat = (id: string, hoursAgo: number, pinned = false) => ({
  id,
  title: id,
  pinned,
  created_at: 0,
  updated_at: now.getTime() / 1000 - hoursAgo * 3600,
});

it("groups by age, newest first, pinned on top", () => {
  const groups = grouped(
    [
      chat("b", 3),
      chat("a", 1),
      chat("y", 20),
      chat("w", 80),
      chat("m", 400),
      chat("o", 4000),
      chat("p", 5000, true),
    ],
    now,
  );
  expect(groups.map((group) => [group.name, group.chats.map((item) => item.id).join()])).toEqual([
    ["pinned", "p"],
    ["today", "a,b"],
    ["yesterday", "y"],
    ["week", "w"],
    ["month", "m"],
    ["older", "o"],
  ]);
});
