/** Chats that were put out of the list. */
import { api } from "$lib/api/calls";
import { texts } from "$lib/texts";
import type { ChatSummary } from "$lib/types";
import { chats } from "./chats.svelte";
import { toasts } from "./toasts.svelte";

class Archive {
  items = $state<ChatSummary[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);
  busy = $state(false);

  async load(): Promise<void> {
    this.failure = null;
    try {
      this.items = await api.get("/api/v1/chats/archived");
      this.loaded = true;
    } catch (error) {
      this.failure = error;
    }
  }

  /** Back into the list of chats. */
  async restore(chat: ChatSummary): Promise<void> {
    await this.#without(chat.id, () =>
      api.post("/api/v1/chats/{chat_id}/archive", { path: { chat_id: chat.id } }),
    );
  }

  async delete(chat: ChatSummary): Promise<void> {
    await this.#without(chat.id, () => api.delete("/api/v1/chats/{chat_id}", { path: { chat_id: chat.id } }));
  }

  async restoreAll(): Promise<void> {
    this.busy = true;
    try {
      await api.post("/api/v1/chats/unarchive/all");
      await Promise.all([this.load(), chats.load()]);
    } catch (error) {
      toasts.error(error);
    }
    this.busy = false;
  }

  /** Gone from the list at once; back in it where the server refuses. */
  async #without(id: string, request: () => Promise<unknown>): Promise<void> {
    const chat = this.items.find((item) => item.id === id);
    const before = this.items;
    this.items = before.filter((item) => item.id !== id);
    try {
      const answer = await request();
      if (answer !== true && chat) toasts.success(texts.chat.archive.restored(chat.title));
      await chats.load();
    } catch (error) {
      this.items = before;
      toasts.error(error);
    }
  }
}

export const archive = new Archive();
