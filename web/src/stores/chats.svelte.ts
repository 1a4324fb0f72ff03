/** The list of chats beside the conversation. */
import { api } from "$lib/api/calls";
import { sentence } from "$lib/api/client";
import { putBack } from "$lib/put_back";
import { texts } from "$lib/texts";
import type { ChatAnswer, ChatDocument, ChatSummary } from "$lib/types";
import { toasts } from "./toasts.svelte";

const PAGE = 60;
const { refused } = texts.chat.list;

class Chats {
  items = $state<ChatSummary[]>([]);
  loaded = $state(false);
  found = $state<ChatSummary[] | null>(null);
  query = $state("");
  complete = $state(false);
  /** Chats where something happened while another one was open. */
  unread = $state<Record<string, true>>({});
  #page = 1;
  #asked = 0;
  /** Grows with every change made here: a list that was asked for before one of them is out of date. */
  #changes = 0;

  async load(): Promise<void> {
    try {
      let [seen, items] = [this.#changes, await this.#newest()];
      while (seen !== this.#changes) [seen, items] = [this.#changes, await this.#newest()];
      this.items = items;
      this.#page = 1;
    } catch (error) {
      toasts.error(error);
    }
    this.loaded = true;
  }

  async loadMore(): Promise<void> {
    if (this.complete || !this.loaded) return;
    try {
      const more = await this.#fetch(this.#page + 1);
      this.#page += 1;
      this.items = merged(this.items, more);
    } catch (error) {
      toasts.error(error);
    }
  }

  async search(text: string): Promise<void> {
    this.query = text;
    const asked = ++this.#asked;
    if (!text.trim()) {
      this.found = null;
      return;
    }
    try {
      const found = await api.get("/api/v1/chats/search", { query: { text: text.trim() } });
      if (asked === this.#asked) this.found = found;
    } catch (error) {
      toasts.error(error);
    }
  }

  async create(document: ChatDocument): Promise<ChatAnswer> {
    const chat = await api.post("/api/v1/chats/new", { body: { chat: document } });
    this.put(chat);
    return chat;
  }

  async rename(id: string, title: string): Promise<void> {
    const before = this.find(id)?.title ?? "";
    this.retitle(id, title);
    await api
      .post("/api/v1/chats/{chat_id}", { path: { chat_id: id }, body: { chat: { title } } })
      .catch((error: unknown) => {
        this.retitle(id, before);
        toasts.error(refused.rename(before, sentence(error)));
      });
  }

  async pin(id: string): Promise<void> {
    const chat = this.find(id);
    if (!chat) return;
    const wanted = !chat.pinned;
    chat.pinned = wanted;
    this.#changes += 1;
    await api.post("/api/v1/chats/{chat_id}/pin", { path: { chat_id: id } }).catch((error: unknown) => {
      const now = this.find(id);
      if (now) now.pinned = !wanted;
      toasts.error(refused[wanted ? "pin" : "unpin"](chat.title, sentence(error)));
    });
  }

  async archive(id: string): Promise<boolean> {
    const title = this.find(id)?.title ?? "";
    const request = () => api.post("/api/v1/chats/{chat_id}/archive", { path: { chat_id: id } });
    const done = await this.#remove(id, request, refused.archive);
    const { done: words, link } = texts.chat.archive;
    if (done) toasts.show("success", words(title), { href: "/archive", label: link });
    return done;
  }

  async delete(id: string): Promise<boolean> {
    const request = () => api.delete("/api/v1/chats/{chat_id}", { path: { chat_id: id } });
    return this.#remove(id, request, refused.delete);
  }

  find(id: string): ChatSummary | undefined {
    return this.items.find((chat) => chat.id === id);
  }

  /** Shows a chat on top of the list, as it is after something was written into it. */
  put(chat: ChatSummary): void {
    this.#changes += 1;
    const { id, title, created_at, updated_at, pinned, archived } = chat;
    this.items = merged(
      [{ ...this.find(id), id, title, created_at, updated_at, pinned, archived }],
      this.items,
    );
  }

  retitle(id: string, title: string): void {
    this.#changes += 1;
    for (const chat of [...this.items, ...(this.found ?? [])]) if (chat.id === id) chat.title = title;
  }

  touch(id: string): void {
    const chat = this.find(id);
    if (chat) chat.updated_at = Date.now() / 1000;
  }

  markUnread(id: string): void {
    this.unread[id] = true;
  }

  markRead(id: string): void {
    delete this.unread[id];
  }

  async #newest(): Promise<ChatSummary[]> {
    const [first, pinned] = await Promise.all([this.#fetch(1), api.get("/api/v1/chats/pinned")]);
    const pinnedIds = new Set(pinned.map((chat) => chat.id));
    return merged(
      pinned.map((chat) => ({ ...chat, pinned: true })),
      first.map((chat) => ({ ...chat, pinned: pinnedIds.has(chat.id) })),
    );
  }

  async #fetch(page: number): Promise<ChatSummary[]> {
    const found = await api.get("/api/v1/chats/", { query: { page } });
    this.complete = found.length < PAGE;
    return found;
  }

  /** What came meanwhile stays when the server refuses: only this chat is put back where it was. */
  async #remove(
    id: string,
    request: () => Promise<unknown>,
    said: (title: string, reason: string) => string,
  ): Promise<boolean> {
    const before = { items: this.items, found: this.found };
    this.items = before.items.filter((chat) => chat.id !== id);
    this.found = before.found?.filter((chat) => chat.id !== id) ?? null;
    try {
      await request();
      this.#changes += 1;
      return true;
    } catch (error) {
      this.items = putBack(this.items, before.items, id);
      if (this.found && before.found) this.found = putBack(this.found, before.found, id);
      toasts.error(said(before.items.find((chat) => chat.id === id)?.title ?? "", sentence(error)));
      return false;
    }
  }
}

/** Both lists in order, each chat once. */
function merged(first: ChatSummary[], second: ChatSummary[]): ChatSummary[] {
  const known = new Set(first.map((chat) => chat.id));
  return [...first, ...second.filter((chat) => !known.has(chat.id))];
}

export const chats = new Chats();
