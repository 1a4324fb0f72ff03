/** Answers under way: asking a model, asking again, stopping. */
import { api } from "$lib/api/calls";
import { sentence } from "$lib/api/client";
import { errorOf } from "$lib/events";
import { newId } from "$lib/ids";
import { go } from "$lib/router.svelte";
import { texts } from "$lib/texts";
import type { ChatMessage, FileItem, ModelItem } from "$lib/types";
import { chats } from "./chats.svelte";
import { messages } from "./messages.svelte";
import { models } from "./models.svelte";
import { socket } from "./socket.svelte";
import { switches } from "./switches.svelte";
import { toasts } from "./toasts.svelte";
import { tools } from "./tools.svelte";

class Answers {
  /** Tasks per message that is being written. */
  tasks = $state<Record<string, string[]>>({});
  temporary = $state(false);
  starting = $state(false);
  #requests = new Set<Promise<void>>();

  get busy(): boolean {
    return this.starting || (messages.last?.role === "assistant" && this.isWriting(messages.last));
  }

  isWriting(message: ChatMessage): boolean {
    return message.done === false && !message.error;
  }

  /** An empty page, also where a temporary chat stands at the same address. */
  startNew(): void {
    messages.clear();
    this.temporary = false;
    go("/");
  }

  async send(content: string, files: FileItem[]): Promise<boolean> {
    const model = models.chosen;
    if (!model) {
      toasts.warning(texts.chat.composer.noModel);
      return false;
    }
    const { chatId } = messages;
    this.starting = true;
    try {
      await this.#untilRead();
      if (messages.chatId !== chatId || messages.failure) return false;
      if (!chatId) await this.#open(model);
      this.#ask(messages.currentId, content, files, model);
      return true;
    } catch (error) {
      toasts.error(error);
      return false;
    } finally {
      this.starting = false;
    }
  }

  /** The same question in other words: a branch beside the first. */
  edit(message: ChatMessage, content: string): void {
    const model = models.chosen;
    if (model) this.#ask(message.parentId, content, message.files ?? [], model);
  }

  /** Another answer to the same question. */
  regenerate(message: ChatMessage): void {
    const question = messages.byId.get(message.parentId ?? "");
    const model = models.chosen ?? models.find(message.model);
    if (question && model) this.#answer(question, model);
  }

  async stop(message: ChatMessage): Promise<void> {
    const ids = this.tasks[message.id] ?? [];
    messages.change(message.id, { done: true });
    await Promise.all(
      ids.map((id) => api.post("/api/tasks/stop/{task_id}", { path: { task_id: id } }).catch(() => null)),
    );
    delete this.tasks[message.id];
  }

  /** Takes up what was running before this page was loaded. */
  resume(taskIds: string[]): void {
    for (const message of messages.byId.values()) {
      if (message.role === "assistant" && this.isWriting(message)) this.tasks[message.id] = taskIds;
    }
  }

  /** When the server knows every message that was sent so far. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#requests);
  }

  /** A chat that is read again meanwhile is read when the last of these has come. */
  async #untilRead(): Promise<void> {
    let last: Promise<void>;
    do await (last = messages.reading);
    while (last !== messages.reading);
  }

  async #open(model: ModelItem): Promise<void> {
    if (this.temporary) {
      messages.adopt(`local:${(await socket.session()) || newId()}`);
      return;
    }
    const title = texts.chat.untitled;
    const chat = await chats.create({
      title,
      models: [model.id],
      history: { currentId: null, messages: {} },
    });
    messages.adopt(chat.id);
    messages.title = title;
    go(`/c/${chat.id}`);
  }

  #ask(parentId: string | null, content: string, files: FileItem[], model: ModelItem): void {
    const question: ChatMessage = {
      id: newId(),
      parentId,
      childrenIds: [],
      role: "user",
      content,
      timestamp: Math.floor(Date.now() / 1000),
      models: [model.id],
      ...(files.length && { files }),
    };
    messages.put(question);
    this.#answer(question, model);
  }

  #answer(question: ChatMessage, model: ModelItem): void {
    const answer: ChatMessage = {
      id: newId(),
      parentId: question.id,
      childrenIds: [],
      role: "assistant",
      content: "",
      model: model.id,
      modelName: model.name,
      timestamp: Math.floor(Date.now() / 1000),
      done: false,
    };
    messages.put(answer);
    messages.currentId = answer.id;
    if (messages.chatId) chats.touch(messages.chatId);
    const request = this.#request(question, answer, model);
    this.#requests.add(request);
    void request.finally(() => this.#requests.delete(request));
  }

  async #request(question: ChatMessage, answer: ChatMessage, model: ModelItem): Promise<void> {
    const chatId = messages.chatId;
    const history = messages.isTemporary ? { messages: messages.chainTo(question.id).map(plain) } : {};
    try {
      const started = await api.post("/api/chat/completions", {
        body: {
          ...history,
          model: model.id,
          stream: true,
          session_id: (await socket.session()) || "offline",
          chat_id: chatId,
          id: answer.id,
          parent_id: question.id,
          user_message: {
            id: question.id,
            parentId: question.parentId,
            content: question.content,
            files: question.files ?? [],
          },
          filter_ids: switches.activeFor(model),
          ...tools.named(model),
          files: question.files ?? [],
          background_tasks: {
            title_generation: true,
            tags_generation: question.parentId === null,
            follow_up_generation: true,
          },
        },
      });
      if (started?.task_ids) this.tasks[answer.id] = started.task_ids;
    } catch (error) {
      messages.change(answer.id, { done: true, error: errorOf({ content: sentence(error) }) });
    }
  }
}

function plain(message: ChatMessage) {
  return { id: message.id, role: message.role, content: message.content };
}

export const answers = new Answers();
