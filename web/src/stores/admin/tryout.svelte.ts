/** Trying what stands in the editor: what it is called with, and what came of it. */
import { ApiError } from "$lib/api/client";
import { listen, type Block } from "$lib/api/progress";
import { applyEvent, isMapping } from "$lib/events";
import type { Schema } from "$lib/schema";
import type { ChatMessage, OpenQuestion } from "$lib/types";
import { hooksOf } from "../../admin/editor/hooks";
import { words } from "../../admin/texts";
import { questions, TRY_CHAT } from "../questions.svelte";
import type { FunctionEditor, Problem } from "./editor.svelte";

export interface Said {
  role: string;
  content: string;
}

/** One thing that happened; `detail` is shown when it is opened. */
export interface Step {
  kind: string;
  text: string;
  level: string;
  at: number;
  detail?: unknown;
}

interface Loaded {
  kind: string;
  hooks: string[];
  actions: { id: string; name: string }[];
  missing: string[];
  valves: Schema | null;
}

const PATH = "/api/v1/functions/try";
const MOST_STEPS = 2000;
const text = words.tryout;

export class Tryout {
  #hook = $state("");
  sub = $state("");
  model = $state("");
  messages = $state<Said[]>([
    { role: "user", content: text.asked },
    { role: "assistant", content: text.answered },
  ]);
  eventName = $state("chat.created");
  more = $state("");
  valves = $state.raw<Record<string, unknown>>({});
  errors = $state.raw<{ more?: string }>({});

  busy = $state(false);
  ran = $state(false);
  stopped = $state(false);
  loaded = $state.raw<Loaded | null>(null);
  steps = $state.raw<Step[]>([]);
  shown = $state.raw<ChatMessage | null>(null);
  result = $state.raw<{ hook: string; value: unknown } | null>(null);
  problem = $state.raw<Problem | null>(null);
  seconds = $state(0);
  #chatId = $state("");
  #began = 0;
  #leaving: AbortController | null = null;

  constructor(readonly editor: FunctionEditor) {}

  get hooks(): string[] {
    return hooksOf(this.editor.content);
  }

  get hook(): string {
    return this.hooks.includes(this.#hook) ? this.#hook : (this.hooks[0] ?? "");
  }

  set hook(hook: string) {
    this.#hook = hook;
  }

  /** What it asks just now. */
  get asked(): OpenQuestion[] {
    return this.busy ? questions.items.filter((item) => item.chat_id === this.#chatId) : [];
  }

  get talks(): boolean {
    return !["pipes", "available", "event"].includes(this.hook);
  }

  async run(): Promise<void> {
    const more = this.#more();
    if (this.busy || !this.hook || !more) return;
    this.#begin();
    const { signal } = (this.#leaving = new AbortController());
    const { hook, editor } = this;
    const form = {
      id: editor.id.trim(),
      name: editor.name.trim(),
      content: editor.content,
      hook,
      action: this.sub.trim(),
      body: { ...this.#body(), ...more },
      valves: Object.keys(this.valves).length ? this.valves : null,
    };
    try {
      for await (const block of listen(PATH, form, signal)) this.#take(block, hook);
    } catch (error) {
      if (signal.aborted) this.stopped = true;
      else this.#failed(error instanceof ApiError ? error.body : { detail: String(error) });
    }
    this.busy = false;
    this.seconds = (performance.now() - this.#began) / 1000;
    if (this.shown) this.shown = { ...this.shown, done: true };
  }

  stop(): void {
    this.#leaving?.abort();
  }

  #begin(): void {
    this.busy = true;
    this.ran = true;
    this.stopped = false;
    this.steps = [];
    this.result = this.problem = this.shown = null;
    this.#began = performance.now();
    this.#chatId = TRY_CHAT + crypto.randomUUID();
  }

  #body(): Record<string, unknown> {
    const shared = { chat_id: this.#chatId, model: this.model || undefined };
    if (this.hook === "event") return { ...shared, name: this.eventName.trim() };
    if (!this.talks) return shared;
    const messages = this.messages.map((message, place) => ({ ...message, id: `message-${place + 1}` }));
    if (this.hook === "pipe") while (messages.at(-1)?.role === "assistant") messages.pop();
    return { ...shared, messages, id: messages.at(-1)?.id };
  }

  /** What is added to the body; null where it cannot be read. */
  #more(): Record<string, unknown> | null {
    this.errors = {};
    if (!this.more.trim()) return {};
    try {
      const given: unknown = JSON.parse(this.more);
      if (isMapping(given)) return this.hook === "event" ? { data: given } : given;
    } catch {
      // said below
    }
    this.errors = { more: text.badJson };
    return null;
  }

  #take({ event, data }: Block, hook: string): void {
    const values = isMapping(data) ? data : {};
    if (event === "loaded") this.loaded = data as Loaded;
    else if (event === "progress") this.#note("progress", String(values.text ?? ""));
    else if (event === "log") this.#note("log", String(values.text ?? ""), String(values.level ?? ""));
    else if (event === "question") this.#ask(values);
    else if (event === "emit") this.#show(String(values.type ?? ""), values.data);
    else if (event === "chunk") this.#show("content" in values ? "message" : "chat:completion", data, true);
    else if (event === "result") this.result = { hook, value: values.value };
    else if (event === "error") this.#failed(values);
  }

  #ask({ type, data }: Record<string, unknown>): void {
    const fields = Object.entries(isMapping(data) ? data : {}).filter(([name]) => name !== "interaction_id");
    this.#note("question", String(type ?? ""), "", Object.fromEntries(fields));
  }

  #show(type: string, data: unknown, quiet = false): void {
    if (!quiet) this.#note("emit", type, "", data);
    const before = this.shown ?? this.#blank();
    const after = applyEvent(before, type, data);
    if (after !== before) this.shown = after;
  }

  #blank(): ChatMessage {
    return { id: "tried", parentId: null, childrenIds: [], role: "assistant", content: "" };
  }

  #note(kind: string, said: string, level = "", detail?: unknown): void {
    const at = (performance.now() - this.#began) / 1000;
    if (this.steps.length < MOST_STEPS) this.steps = [...this.steps, { kind, text: said, level, at, detail }];
  }

  #failed(body: Record<string, unknown>): void {
    this.problem = {
      message: String(body.detail ?? ""),
      hint: String(body.hint ?? ""),
      line: typeof body.line === "number" ? body.line : null,
      column: typeof body.column === "number" ? body.column : null,
      traceback: typeof body.traceback === "string" ? body.traceback : "",
    };
  }
}
