/** What an event means for the message it belongs to; the mirror of `penstock.functions.events`. */
import { shared } from "./texts/shared";
import type { ChatMessage, MessageError, StatusItem } from "./types";

export type MessageChanges = Partial<ChatMessage>;
type Mapping = Record<string, unknown>;
type Reducer = (message: ChatMessage, data: unknown) => MessageChanges;

const ALIASES: Record<string, string> = {
  message: "chat:message:delta",
  replace: "chat:message",
  files: "chat:message:files",
  embeds: "chat:message:embeds",
  source: "citation",
};

export const canonical = (type: string): string => ALIASES[type] ?? type;

/** The fields of `message` that this event changes; empty for what does not belong to a message. */
export function changesOf(message: ChatMessage, type: string, data: unknown): MessageChanges {
  if (data === null || data === undefined) return {};
  return REDUCERS[canonical(type)]?.(message, data) ?? {};
}

/** The message after the event; the same object when nothing changed. */
export function applyEvent(message: ChatMessage, type: string, data: unknown): ChatMessage {
  const changes = changesOf(message, type, data);
  return Object.keys(changes).length ? { ...message, ...changes } : message;
}

/** Text of anything that authors send as content: a string, or the text parts of a list. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (Array.isArray(content))
    return content.map((part) => (isMapping(part) ? String(part.text ?? "") : String(part))).join("");
  return content === null || content === undefined ? "" : String(content);
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An error as the page shows it. */
export function errorOf(error: unknown): MessageError {
  if (error === true) return { content: shared.answerFailed };
  if (!isMapping(error)) return { content: textOf(error) };
  const sentence = error.content ?? error.detail ?? error.message;
  return { ...error, content: sentence ? textOf(sentence) : shared.answerFailed };
}

const append: Reducer = (message, data) => {
  const added = contentOf(data);
  return added ? { content: message.content + added } : {};
};

const replace: Reducer = (_message, data) => {
  if (isMapping(data) && !("content" in data)) return {};
  const changes: MessageChanges = { content: contentOf(data) };
  if (isMapping(data) && typeof data.originalContent === "string")
    changes.originalContent = data.originalContent;
  return changes;
};

const status: Reducer = (message, data) => {
  const entry = isMapping(data) ? (data as StatusItem) : { description: textOf(data) };
  return { statusHistory: [...(message.statusHistory ?? []), entry] };
};

const progress: Reducer = (message, data) => {
  const entry = progressEntry(data);
  const history = [...(message.statusHistory ?? [])];
  const place = history.findLastIndex(
    (item) => isMapping(item) && "progress" in item && !item.done && item.id === entry.id,
  );
  if (place < 0) history.push(entry);
  else history[place] = { ...history[place], ...entry };
  return { statusHistory: history };
};

const completion: Reducer = (message, data) => {
  if (!isMapping(data)) return {};
  const changes = { ...completedText(message, data), ...reasoned(message, data) };
  if (isMapping(data.usage)) changes.usage = data.usage;
  if (Array.isArray(data.sources)) changes.sources = [...(message.sources ?? []), ...data.sources];
  if (data.error) Object.assign(changes, { error: errorOf(data.error), done: true });
  if ("done" in data) changes.done = Boolean(data.done) || Boolean(changes.done);
  return changes;
};

const citation: Reducer = (message, data) => {
  if (isMapping(data) && data.type === "code_execution") {
    const known = Array.isArray(message.code_executions) ? message.code_executions : [];
    return { code_executions: united(known, [data]) };
  }
  const items = (Array.isArray(data) ? data : [data]) as ChatMessage["sources"];
  return { sources: [...(message.sources ?? []), ...(items ?? [])] };
};

const failure: Reducer = (_message, data) => ({
  error: errorOf(isMapping(data) && "error" in data ? data.error : data),
  done: true,
});

const followUps: Reducer = (_message, data) => {
  const listed = isMapping(data) ? (data.follow_ups ?? data.followUps) : data;
  return Array.isArray(listed) ? { followUps: listed.map(textOf) } : {};
};

const favorite: Reducer = (_message, data) => ({
  favorite: Boolean(isMapping(data) ? (data.favorite ?? true) : data),
});

const output: Reducer = (message, data) => {
  const items = listed(data, "items");
  return items.length ? { output: united(message.output ?? [], items) as ChatMessage["output"] } : {};
};

const FIXED = new Set([
  "id",
  "chat_id",
  "user_id",
  "parentId",
  "parent_id",
  "childrenIds",
  "role",
  "timestamp",
]);

const merge: Reducer = (_message, data) => {
  const given = isMapping(data) && isMapping(data.changes) ? data.changes : {};
  const changes = Object.fromEntries(Object.entries(given).filter(([name]) => !FIXED.has(name)));
  if ("content" in changes) changes.content = textOf(changes.content);
  return changes as MessageChanges;
};

const REDUCERS: Record<string, Reducer> = {
  status,
  progress,
  citation,
  "chat:completion": completion,
  "chat:message:delta": append,
  "chat:message": replace,
  "chat:message:files": listReducer("files"),
  "chat:message:embeds": listReducer("embeds"),
  "chat:message:error": failure,
  "chat:message:follow_ups": followUps,
  "chat:message:favorite": favorite,
  "chat:message:merge": merge,
  "action:output": output,
};

function listReducer(key: "files" | "embeds"): Reducer {
  return (message, data) => {
    const items = listed(data, key);
    if (isMapping(data) && data.replace) return { [key]: items };
    return items.length ? { [key]: united(message[key] ?? [], items) } : {};
  };
}

function contentOf(data: unknown): string {
  return isMapping(data) ? textOf(data.content) : textOf(data);
}

function completedText(message: ChatMessage, data: Mapping): MessageChanges {
  if (data.content !== undefined && data.content !== null) return { content: textOf(data.content) };
  const choices = Array.isArray(data.choices) ? data.choices : [];
  const added = choices.map(choiceText).join("");
  return added ? { content: message.content + added } : {};
}

/** What a model thinks comes beside what it says; the server stores it when the answer is complete. */
function reasoned(message: ChatMessage, data: Mapping): MessageChanges {
  const deltas = Array.isArray(data.choices)
    ? data.choices.map((choice) => isMapping(choice) && choice.delta)
    : [];
  const added = deltas
    .map((delta) => (isMapping(delta) ? textOf(delta.reasoning_content ?? delta.reasoning) : ""))
    .join("");
  return added ? { reasoning: (message.reasoning ?? "") + added } : {};
}

function choiceText(choice: unknown): string {
  if (!isMapping(choice)) return "";
  const part = choice.delta ?? choice.message;
  return isMapping(part) ? textOf(part.content) : "";
}

function progressEntry(data: unknown): StatusItem {
  const entry: StatusItem = isMapping(data) ? { ...data } : { progress: data as number };
  const named = ["progress", "percent", "value"].find((name) => name in entry);
  const percent = percentOf(named ? entry[named] : 0);
  return { ...entry, progress: percent, done: "done" in entry ? Boolean(entry.done) : percent >= 100 };
}

function percentOf(value: unknown): number {
  const number = Number.parseFloat(String(value));
  return Number.isNaN(number) ? 0 : Math.min(100, Math.max(0, number));
}

/** The items of an event that carries a list: under `key`, as the data itself, or a single item. */
function listed(data: unknown, key: string): unknown[] {
  const wraps = isMapping(data) && (key in data || Object.keys(data).every((name) => name === "replace"));
  const value = wraps ? data[key] : data;
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}

/** Both lists in order, where what has the same identity is there once, in its newest form. */
function united(present: unknown[], added: unknown[]): unknown[] {
  const all = [...present];
  for (const item of added) {
    const name = identity(item);
    const place = all.findIndex((other) =>
      name === null ? JSON.stringify(other) === JSON.stringify(item) : identity(other) === name,
    );
    if (place < 0) all.push(item);
    else all[place] = item;
  }
  return all;
}

function identity(item: unknown): string | null {
  if (typeof item === "string") return item;
  if (!isMapping(item)) return null;
  const name = item.id || item.url;
  return typeof name === "string" ? name : null;
}
