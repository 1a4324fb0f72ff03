/** Actions under way, each at its message. */
import { api } from "$lib/api/calls";
import { newId } from "$lib/ids";
import { texts } from "$lib/texts";
import type { ActionButton, ActiveRun, ChatMessage } from "$lib/types";
import { messages } from "./messages.svelte";
import { models } from "./models.svelte";
import { socket } from "./socket.svelte";
import { toasts } from "./toasts.svelte";

export interface ActionRun {
  key: string;
  runId: string | null;
  actionId: string;
  messageId: string;
  chatId: string | null;
  name: string;
  queued: boolean;
  stopping: boolean;
  settling: boolean;
}

const BACKGROUND_CHECK = 1500;

class Runs {
  items = $state<ActionRun[]>([]);

  of(messageId: string): ActionRun[] {
    return this.items.filter((run) => run.messageId === messageId);
  }

  isRunning(messageId: string, actionId: string): boolean {
    return this.items.some((run) => run.messageId === messageId && run.actionId === actionId);
  }

  nameOf(runId: string): string | undefined {
    return this.items.find((run) => run.runId === runId)?.name;
  }

  async start(action: ActionButton, message: ChatMessage): Promise<void> {
    const run: ActionRun = {
      key: newId(),
      runId: null,
      actionId: action.id,
      messageId: message.id,
      chatId: messages.chatId,
      name: action.name,
      queued: false,
      stopping: false,
      settling: false,
    };
    this.items.push(run);
    try {
      await api.post("/api/chat/actions/{action_id}", {
        path: { action_id: action.id },
        body: await bodyFor(message),
        headers: { "Idempotency-Key": run.key, Prefer: "stopped-as-result" },
      });
    } catch (error) {
      toasts.error(error);
    }
    await this.#settle(run.key);
  }

  async stop(key: string): Promise<void> {
    const run = this.items.find((item) => item.key === key);
    if (!run?.runId) return;
    run.stopping = true;
    try {
      await api.post("/api/v1/runs/{run_id}/cancel", { path: { run_id: run.runId } });
      toasts.info(texts.chat.actions.stopped(run.name));
    } catch (error) {
      run.stopping = false;
      toasts.error(error);
    }
  }

  /** `action:started`: our own click learns its run; a click in another tab appears here too. */
  started(chatId: string | null, messageId: string, run: ActiveRun): void {
    const queued = run.state === "queued";
    const known = this.items.find((item) => item.runId === run.run_id);
    if (known) known.queued = queued;
    if (known) return;
    const actionId = run.action_id ?? run.function_id ?? "";
    const own = this.items.find(
      (item) => !item.runId && item.messageId === messageId && item.actionId === actionId,
    );
    if (own) Object.assign(own, { runId: run.run_id, queued });
    else {
      const name = run.name ?? actionId;
      this.items.push({
        key: run.run_id,
        runId: run.run_id,
        actionId,
        messageId,
        chatId,
        name,
        queued: run.state === "queued",
        stopping: false,
        settling: false,
      });
    }
  }

  finished(runId: string): void {
    const run = this.items.find((item) => item.runId === runId);
    if (run) void this.#settle(run.key);
  }

  resume(chatId: string, runs: ActiveRun[]): void {
    const known = new Set(runs.map((run) => run.run_id));
    this.#drop((run) => run.chatId === chatId && run.key === run.runId && !known.has(run.runId));
    for (const run of runs) {
      if (!run.action_id || !run.message_id) continue;
      this.started(chatId, run.message_id, run);
      if (run.state === "background") this.finished(run.run_id);
    }
  }

  /** An action that has answered may go on in the background: it stays as long as it does. */
  async #settle(key: string): Promise<void> {
    const run = this.items.find((item) => item.key === key);
    if (!run || run.settling) return;
    run.settling = true;
    while (run.runId && (await isInBackground(run.runId))) await pause(BACKGROUND_CHECK);
    this.#drop((other) => other.key === key);
  }

  #drop(goes: (run: ActionRun) => boolean): void {
    this.items = this.items.filter((run) => !goes(run));
  }
}

async function isInBackground(runId: string): Promise<boolean> {
  const run = await api.get("/api/v1/runs/{run_id}", { path: { run_id: runId } }).catch(() => null);
  return run?.state === "background";
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function bodyFor(message: ChatMessage) {
  const chain = messages.chainTo(message.id);
  return {
    model: message.model ?? models.chosen?.id,
    messages: chain.map(({ id, role, content, timestamp, info, sources }) => ({
      id,
      role,
      content,
      timestamp,
      ...(info ? { info } : {}),
      ...(sources ? { sources } : {}),
    })),
    model_item: models.find(message.model),
    chat_id: messages.chatId,
    session_id: (await socket.session()) || "offline",
    id: message.id,
  };
}

export const runs = new Runs();
