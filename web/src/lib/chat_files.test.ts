import { expect, test } from "vitest";
import { chatMarkdown, fileName } from "./chat_export";
import { chatsIn } from "./chat_import";
import type { ChatMessage } from "./types";

const message = (given: Partial<ChatMessage>): ChatMessage => ({
  id: "a",
  parentId: null,
  childrenIds: [],
  role: "user",
  content: "",
  ...given,
});
const messages = {
  a: message({ content: "Hello", files: [{ name: "plan.pdf" }] }),
  b: message({
    id: "b",
    parentId: "a",
    role: "assistant",
    modelName: "Guide",
    content: "<think>hm</think>Good day",
  }),
  c: message({ id: "c", parentId: "a", role: "assistant", content: "another branch" }),
};
const chat = { title: "Water", models: [], history: { currentId: "b", messages } };
const names = { you: "You", system: "System", unnamed: "Model" };

test("the shown branch as Markdown, without thoughts", () => {
  expect(chatMarkdown({ title: "Water", chat }, names)).toBe(
    "# Water\n\n## You\n\nHello\n\n- plan.pdf\n\n## Guide\n\nGood day\n",
  );
});

test("names of files", () => {
  expect(fileName('What is "a/b"?', "md")).toBe("What is a b.md");
  expect(fileName(" ... ", "json")).toBe("chat.json");
  expect(fileName("x".repeat(300), "md").length).toBeLessThan(90);
});

test("chats in a file: one, several, a bare document", () => {
  const whole = { id: "1", title: "Water", chat, pinned: true, archived: false, created_at: 5 };
  expect(chatsIn(JSON.stringify(whole))).toEqual([{ chat, pinned: true, archived: false, created_at: 5 }]);
  expect(chatsIn(JSON.stringify([whole, { chat: {} }, 3]))).toHaveLength(1);
  expect(chatsIn(JSON.stringify({ chats: [whole] }))).toHaveLength(1);
  expect(chatsIn(JSON.stringify(chat))).toEqual([{ chat }]);
});

test.each(["", "no JSON", "[]", "3", "null", '{"chats": 3}', '{"chat": {"history": 1}}'])(
  "no chats in %j",
  (text) => {
    expect(chatsIn(text)).toEqual([]);
  },
);
