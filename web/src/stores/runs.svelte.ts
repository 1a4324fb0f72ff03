/** Actions under way, each at its message. */
import { ApiError, api } from "$lib/api/client";
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
  stopping: boolean;
}

class Runs {
  items = $state<ActionRun[]>([]);

  of(messageId: string): ActionRun[] {
    return this.items.filter((run) => run.messageId === messageId);
  }

  isRunning(messageId: string, actionId: string): boolean {
    return this.items.some((run) => run.messageId === messageId && run.actionId === actionId);
  }

  async start(action: ActionButton, message: ChatMessage): Promise<void> {
    const run: ActionRun = {
      key: newId(),
      runId: null,
      actionId: action.id,
      messageId: message.id,
      chatId: messages.chatId,
      name: action.name,
      stopping: false,
    };
    this.items.push(run);
    try {
      await api.post(`/api/chat/actions/${encodeURIComponent(action.id)}`, await bodyFor(message), {
        headers: { "Idempotency-Key": run.key },
      });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "run_cancelled")) toasts.error(error);
    } finally {
      this.#drop((other) => other.key === run.key);
    }
  }

  async stop(key: string): Promise<void> {
    const run = this.items.find((item) => item.key === key);
    if (!run?.runId) return;
    run.stopping = true;
    try {
      await api.post(`/api/v1/runs/${run.runId}/cancel`);
      toasts.info(texts.chat.actions.stopped(run.name));
    } catch (error) {
      run.stopping = false;
      toasts.error(error);
    }
  }

  /** `action:started`: our own click learns its run; a click in another tab appears here too. */
  started(chatId: string | null, messageId: string, run: ActiveRun): void {
    if (this.items.some((item) => item.runId === run.run_id)) return;
    const actionId = run.action_id ?? run.function_id ?? "";
    const own = this.items.find(
      (item) => !item.runId && item.messageId === messageId && item.actionId === actionId,
    );
    if (own) own.runId = run.run_id;
    else {
      const name = run.name ?? actionId;
      this.items.push({
        key: run.run_id,
        runId: run.run_id,
        actionId,
        messageId,
        chatId,
        name,
        stopping: false,
      });
    }
  }

  finished(runId: string): void {
    this.#drop((run) => run.runId === runId);
  }

  resume(chatId: string, runs: ActiveRun[]): void {
    const known = new Set(runs.map((run) => run.run_id));
    this.#drop((run) => run.chatId === chatId && run.key === run.runId && !known.has(run.runId));
    for (const run of runs) {
      if (run.action_id && run.message_id) this.started(chatId, run.message_id, run);
    }
  }

  #drop(goes: (run: ActionRun) => boolean): void {
    this.items = this.items.filter((run) => !goes(run));
  }
}

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
