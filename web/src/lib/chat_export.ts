/** Chats as files to keep. */
import { parts } from "./markdown/reasoning";
import { chainTo, linked } from "./history";
import type { ChatAnswer, ChatMessage } from "./types";

export interface Speakers {
  you: string;
  system: string;
  unnamed: string;
}

/** The branch on screen as Markdown: what was said, without what a model thought. */
export function chatMarkdown({ title, chat }: Pick<ChatAnswer, "title" | "chat">, names: Speakers): string {
  const messages = linked(chat.history.messages);
  const said = chainTo(messages, chat.history.currentId).map((message) => {
    const text = message.role === "assistant" ? spoken(message.content) : message.content;
    return `## ${speaker(message, names)}\n\n${[text.trim(), ...attached(message)].filter(Boolean).join("\n\n")}\n`;
  });
  return [`# ${title}\n`, ...said].join("\n");
}

/** A name that every system takes. */
export function fileName(title: string, extension: string): string {
  const safe = title
    .replace(/[\p{C}<>:"/\\|?*]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 80)
    .replace(/^\.+|[. ]+$/g, "");
  return `${safe || "chat"}.${extension}`;
}

function speaker(message: ChatMessage, names: Speakers): string {
  if (message.role === "user") return names.you;
  if (message.role === "system") return names.system;
  return message.modelName ?? message.model ?? names.unnamed;
}

function spoken(content: string): string {
  return parts(content)
    .filter((part) => part.kind === "text")
    .map((part) => part.text.trim())
    .join("\n\n");
}

function attached(message: ChatMessage): string[] {
  const names = (message.files ?? []).flatMap((file) => (file.name ? [`- ${file.name}`] : []));
  return names.length ? [names.join("\n")] : [];
}
