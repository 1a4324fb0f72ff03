/** Trying what stands in the editor: what it is called with, and what came of it. */
import { ApiError } from "$lib/api/client";
import { listen, type Block } from "$lib/api/progress";
import { applyEvent, isMapping } from "$lib/events";
import type { Schema } from "$lib/schema";
import type { ChatMessage, OpenQuestion } from "$lib/types";
import { hooksOf } from "../../admin/editor/hooks";
import { words } from "../../admin/texts";
import { questions, TRY_CHAT } from "../questions.svelte";
import type { FunctionEditor } from "./editor.svelte";
import { problemIn, type Problem } from "./problem";
import { keepTried, triedBefore } from "./tried";

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
  /** Models of a pipe that has several, as far as it was asked. */
  pipes = $state.raw<{ id: string; name: string }[]>([]);
  steps = $state.raw<Step[]>([]);
  shown = $state.raw<ChatMessage | null>(null);
  result = $state.raw<{ hook: string; value: unknown } | null>(null);
  problem = $state.raw<Problem | null>(null);
  seconds = $state(0);
  #chatId = $state("");
  #began = 0;
  #edition = 0;
  #leaving: AbortController | null = null;

  constructor(readonly editor: FunctionEditor) {
    Object.assign(this, triedBefore(editor.edits.key));
  }

  get hooks(): string[] {
    const found = this.editor.files.list.flatMap(({ path, text }) =>
      path === "" || path.endsWith(".py") ? hooksOf(text ?? "") : [],
    );
    return found.filter((hook, index) => found.indexOf(hook) === index);
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

  /** Keeps what it is called with, for the next time. Valves are not kept: they may be secrets. */
  keep(): void {
    const { hook, sub, model, messages, eventName, more } = this;
    keepTried(this.editor.edits.key, { hook, sub, model, messages, eventName, more });
  }

  async run(): Promise<void> {
    const more = this.#more();
    if (this.busy || !this.hook || !more) return;
    const { hook } = this;
    this.#begin();
    const { signal } = (this.#leaving = new AbortController());
    try {
      if (hook === "pipe") await this.#choosePipe(signal);
      for await (const block of this.#called(hook, { ...this.#body(), ...more }, signal))
        this.#take(block, hook);
    } catch (error) {
      if (signal.aborted) this.stopped = true;
      else
        this.#failed(
          error instanceof ApiError ? { ...error.body, detail: error.message } : { detail: String(error) },
        );
    }
    this.busy = false;
    this.seconds = (performance.now() - this.#began) / 1000;
    if (this.shown) this.shown = { ...this.shown, done: true };
  }

  #called(hook: string, body: Record<string, unknown>, signal: AbortSignal): AsyncGenerator<Block> {
    const form = {
      ...this.editor.source,
      id: this.editor.id.trim(),
      name: this.editor.name.trim(),
      hook,
      action: this.sub.trim(),
      body,
      valves: Object.keys(this.valves).length ? this.valves : null,
    };
    return listen(PATH, form, signal);
  }

  /** A pipe of several models is asked which they are; its first one answers where none was chosen. */
  async #choosePipe(signal: AbortSignal): Promise<void> {
    if (!this.hooks.includes("pipes")) return void (this.pipes = []);
    let offered: unknown = [];
    for await (const { event, data } of this.#called("pipes", {}, signal)) {
      if (event === "result") offered = (data as { value?: unknown }).value;
      else if (event === "error") throw refusal(data);
    }
    this.pipes = (Array.isArray(offered) ? offered.filter(isMapping) : []).map(({ id, name }) => ({
      id: String(id ?? ""),
      name: String(name ?? id ?? ""),
    }));
    if (!this.pipes.some(({ id }) => id === this.sub)) this.sub = this.pipes[0]?.id ?? "";
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
    this.#edition = this.editor.edition;
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
    this.problem = problemIn(body, this.editor.files.several, this.#edition);
  }
}

function refusal(data: unknown): ApiError {
  const body = isMapping(data) ? data : {};
  return new ApiError(400, String(body.code ?? ""), String(body.detail ?? ""), String(body.hint ?? ""), body);
}
