/** Chats that this person shows to everybody who is signed in and has their address. */
import { api, type Schemas } from "$lib/api/calls";
import { texts } from "$lib/texts";
import { toasts } from "./toasts.svelte";

export type SharedChat = Schemas["ShareItem"];

const words = texts.chat.share;

class Sharing {
  /** The chat whose dialog is open. */
  asked = $state<{ id: string; title: string } | null>(null);
  items = $state<SharedChat[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);
  busy = $state(false);

  find(chatId: string): SharedChat | undefined {
    return this.items.find((item) => item.id === chatId);
  }

  addressOf(shareId: string): string {
    return `${location.origin}/s/${shareId}`;
  }

  async ask(id: string, title: string): Promise<void> {
    this.asked = { id, title };
    await this.load();
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      this.items = await api.get("/api/v1/chats/shared");
      this.loaded = true;
    } catch (error) {
      this.failure = error;
    }
  }

  /** Shows the chat as it is now; an address that there was stays. */
  async share(chatId: string): Promise<void> {
    const again = this.find(chatId) !== undefined;
    await this.#work(async () => {
      await api.post("/api/v1/chats/{chat_id}/share", { path: { chat_id: chatId } });
      await this.load();
      if (again) toasts.success(words.updated);
    });
  }

  async end(chatId: string): Promise<void> {
    await this.#work(async () => {
      await api.delete("/api/v1/chats/{chat_id}/share", { path: { chat_id: chatId } });
      this.items = this.items.filter((item) => item.id !== chatId);
      toasts.success(words.ended);
    });
  }

  async #work(task: () => Promise<void>): Promise<void> {
    this.busy = true;
    await task().catch((error: unknown) => toasts.error(error));
    this.busy = false;
  }
}

export const sharing = new Sharing();
