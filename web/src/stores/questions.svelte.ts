/** What runs ask this person: from every chat, until answered anywhere. */
import { api } from "$lib/api/calls";
import { ApiError } from "$lib/api/client";
import { questionView } from "$lib/question";
import { texts } from "$lib/texts";
import type { OpenQuestion } from "$lib/types";
import { announcer } from "./announcer.svelte";
import { isOnScreen } from "./screen";
import { toasts } from "./toasts.svelte";

/** How chats begin in which a source is tried: what it asks is answered beside the editor. */
export const TRY_CHAT = "temporary:try-";
/** Done by the page itself, see `in_page.ts`. */
export const IN_PAGE = ["execute", "download", "copy", "open"];

class Questions {
  items = $state<OpenQuestion[]>([]);
  /** Put aside: they wait in the tray. */
  aside = $state<Record<string, true>>({});

  /** The question that stands in front: of the chat on screen, or of no chat. */
  get current(): OpenQuestion | undefined {
    return this.items.find((item) => !this.aside[item.id] && this.#belongsHere(item));
  }

  get waiting(): OpenQuestion[] {
    return this.#shown.filter((item) => item.id !== this.current?.id);
  }

  /** Stands before the title of the page: how many wait, also for who looks at another tab. */
  get mark(): string {
    return this.#shown.length ? `(${this.#shown.length}) ` : "";
  }

  get #shown(): OpenQuestion[] {
    return this.items.filter((item) => !item.chat_id?.startsWith(TRY_CHAT));
  }

  async load(): Promise<void> {
    try {
      const open = await api.get("/api/v1/questions");
      this.items = open.filter((item) => !IN_PAGE.includes(item.type));
    } catch (error) {
      toasts.error(error);
    }
  }

  add(question: OpenQuestion): void {
    if (this.items.some((item) => item.id === question.id)) return;
    this.items.push(question);
    if (this.waiting.some((item) => item.id === question.id))
      announcer.say(texts.chat.questions.arrived(questionView(question).title));
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
    delete this.aside[id];
  }

  putAside(id: string): void {
    this.aside[id] = true;
  }

  bringBack(id: string): void {
    delete this.aside[id];
  }

  /** Sends the answer. An answer that does not fit is thrown, so that the form can show it; the question stays. */
  async answer(id: string, answer: unknown): Promise<void> {
    try {
      await api.post("/api/v1/questions/{question_id}/answer", {
        path: { question_id: id },
        body: { answer },
      });
    } catch (error) {
      if (!(error instanceof ApiError) || ![404, 409].includes(error.status)) throw error;
      toasts.info(error.message);
    }
    this.remove(id);
  }

  async cancel(id: string): Promise<void> {
    await api
      .post("/api/v1/questions/{question_id}/cancel", { path: { question_id: id } })
      .catch((error: unknown) => toasts.error(error));
    this.remove(id);
  }

  #belongsHere(item: OpenQuestion): boolean {
    return !item.chat_id || isOnScreen(item.chat_id);
  }
}

export const questions = new Questions();
