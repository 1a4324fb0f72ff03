/** Where each event goes. */
import { isMapping, textOf } from "$lib/events";
import type { ActiveRun, WireEvent } from "$lib/types";
import { answers } from "./answers.svelte";
import { chats } from "./chats.svelte";
import { inPage } from "./in_page.svelte";
import { messages } from "./messages.svelte";
import { acted, answered, spoke, wayTo } from "./notices";
import { IN_PAGE, questions } from "./questions.svelte";
import { runs } from "./runs.svelte";
import { toasts, type ToastKind } from "./toasts.svelte";

const KINDS: ToastKind[] = ["success", "info", "warning", "error"];
let rereading: ReturnType<typeof setTimeout> | undefined;

export function receive(event: WireEvent): void {
  const { type, data } = event.data;
  const values = isMapping(data) ? data : {};
  const questionId = typeof values.interaction_id === "string" ? values.interaction_id : null;
  if (type === "request:interaction:done") return finish(String(questionId));
  if (IN_PAGE.includes(type)) return void inPage.perform(type, data, questionId, event.function);
  if (questionId) return ask(event, questionId, values);
  handlers[type]?.(event, values);
  toMessage(event);
}

/** Reads again what is on screen: after a gap, or when something is there that this tab does not know. */
export function reread(): Promise<void> {
  return (messages.reading = readAgain());
}

async function readAgain(): Promise<void> {
  await answers.settled();
  const { chatId } = messages;
  if (!chatId || messages.isTemporary) return;
  const active = await messages.load(chatId);
  if (!active) return;
  answers.resume(active.task_ids);
  runs.resume(chatId, active.runs);
}

const handlers: Record<string, (event: WireEvent, values: Record<string, unknown>) => void> = {
  notification: (event, values) => {
    spoke(event);
    toasts.show(kindOf(values.type), textOf(values.content ?? values.message), wayTo(event));
  },
  "chat:title": (event, values) => retitle(event, values.title ?? event.data.data),
  "chat:completion": (event, values) => {
    if (values.title) retitle(event, values.title);
    if (values.done || values.error) finished(event, Boolean(values.error));
  },
  "action:started": (event, values) => {
    if (event.message_id) runs.started(event.chat_id, event.message_id, values as unknown as ActiveRun);
  },
  "chat:message:error": (event) => finished(event, true),
  "action:finished": (event, values) => {
    const runId = String(values.run_id);
    acted(event, runs.nameOf(runId), runId);
    runs.finished(runId);
  },
  "events:gap": () => {
    void chats.load();
    void reread();
  },
};

function finish(questionId: string): void {
  questions.remove(questionId);
  inPage.finished(questionId);
}

function ask(event: WireEvent, id: string, data: Record<string, unknown>): void {
  questions.add({
    id,
    run_id: event.run_id ?? "",
    chat_id: event.chat_id,
    message_id: event.message_id,
    type: event.data.type,
    data,
    created_at: Date.now() / 1000,
    function: event.function,
  });
}

function toMessage(event: WireEvent): void {
  if (!event.chat_id || event.chat_id !== messages.chatId) return;
  if (messages.receive(event)) return;
  clearTimeout(rereading);
  rereading = setTimeout(() => void reread(), 250);
}

function retitle(event: WireEvent, title: unknown): void {
  if (!event.chat_id || typeof title !== "string" || !title.trim()) return;
  chats.retitle(event.chat_id, title);
  if (event.chat_id === messages.chatId) messages.title = title;
}

function finished(event: WireEvent, failed: boolean): void {
  if (event.message_id) delete answers.tasks[event.message_id];
  answered(event, failed);
}

function kindOf(type: unknown): ToastKind {
  return KINDS.find((kind) => kind === type) ?? "info";
}
