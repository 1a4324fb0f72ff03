/** The conversation on screen: its tree of messages, and what events make of them. */
import { untrack } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import { api } from "$lib/api/calls";
import { applyEvent } from "$lib/events";
import { perFrame } from "$lib/frames";
import { chainTo, leafBelow, linked, siblings, subtree } from "$lib/history";
import type { Active, ChatAnswer, ChatMessage, WireEvent } from "$lib/types";
import { toasts } from "./toasts.svelte";

const CHAT = "/api/v1/chats/{chat_id}";

class Messages {
  chatId = $state<string | null>(null);
  title = $state("");
  loading = $state(false);
  /** Ends when the chat on screen has been read: what is written before has no place in it yet. */
  reading: Promise<void> = Promise.resolve();
  failure = $state<unknown>(null);
  currentId = $state<string | null>(null);
  byId = new SvelteMap<string, ChatMessage>();
  /** Another number whenever messages come or go: what a message says changes nothing in the tree. */
  #tree = $state(0);
  #reads = 0;
  #before: string[] = [];
  #pending = new Map<string, [string, unknown][]>();
  #early: WireEvent[] | null = null;
  /** What was written here while the chat was read: the answer cannot hold it yet. */
  #written: ChatMessage[] = [];
  #flushSoon = perFrame(() => this.#flush());

  /** Ids from the root to the message on screen; the same array as long as they are the same. */
  readonly chain: string[] = $derived.by(() => {
    void this.#tree;
    const { currentId } = this;
    const ids = untrack(() => chainTo(this.byId, currentId).map((message) => message.id));
    const same = ids.length === this.#before.length && ids.every((id, index) => id === this.#before[index]);
    if (!same) this.#before = ids;
    return this.#before;
  });

  get isEmpty(): boolean {
    return this.chain.length === 0;
  }

  get isTemporary(): boolean {
    return this.chatId?.startsWith("local:") ?? false;
  }

  get last(): ChatMessage | undefined {
    return this.byId.get(this.currentId ?? "");
  }

  /** An empty page: the chat is made with the first message. */
  clear(): void {
    this.open(null);
  }

  /** Turns to a chat that is yet to be read. */
  open(chatId: string | null): void {
    this.#take(chatId, "", new Map(), null);
    this.loading = chatId !== null;
    this.failure = null;
  }

  /** Reads a chat; answers with what still runs in it. */
  async load(chatId: string): Promise<Active | null> {
    this.failure = null;
    const number = ++this.#reads;
    const early = (this.#early = [] as WireEvent[]);
    this.#written = [];
    try {
      const answer = await api.get(CHAT, { path: { chat_id: chatId }, query: { branch: false } });
      if (number !== this.#reads || this.chatId !== chatId) return null;
      const { history } = answer.chat;
      this.#take(chatId, answer.title, linked(history.messages), history.currentId);
      this.#rewrite();
      this.#replay(early, answer);
      return answer.active ?? null;
    } catch (error) {
      if (this.chatId === chatId) this.failure = error;
      return null;
    } finally {
      if (this.#early === early) this.#early = null;
      if (number === this.#reads) this.loading = false;
    }
  }

  adopt(chatId: string): void {
    this.chatId = chatId;
  }

  put(...messages: ChatMessage[]): void {
    this.#tree += 1;
    if (this.#early) this.#written.push(...messages);
    for (const message of messages) {
      this.byId.set(message.id, message);
      const parent = this.byId.get(message.parentId ?? "");
      if (parent && !parent.childrenIds.includes(message.id)) {
        this.byId.set(parent.id, { ...parent, childrenIds: [...parent.childrenIds, message.id] });
      }
    }
  }

  change(id: string, changes: Partial<ChatMessage>): void {
    this.#flush();
    const message = this.byId.get(id);
    if (message) this.byId.set(id, { ...message, ...changes });
  }

  /** Takes an event for later this frame. False when its message is not known here. */
  receive(event: WireEvent): boolean {
    if (this.#early) {
      this.#early.push(event);
      return true;
    }
    if (!event.message_id) return true;
    if (!this.byId.has(event.message_id)) return false;
    const waiting = this.#pending.get(event.message_id);
    const entry: [string, unknown] = [event.data.type, event.data.data];
    if (waiting) waiting.push(entry);
    else this.#pending.set(event.message_id, [entry]);
    this.#flushSoon();
    return true;
  }

  siblingsOf(message: ChatMessage): string[] {
    return siblings(this.byId, message);
  }

  chainTo(id: string | null): ChatMessage[] {
    this.#flush();
    return chainTo(this.byId, id);
  }

  /** Shows the branch through that message. */
  select(id: string): void {
    this.currentId = leafBelow(this.byId, id);
    const currentId = this.currentId;
    if (currentId) this.#save((path) => api.post(`${CHAT}/current`, { path, body: { currentId } }));
  }

  reveal(id: string): void {
    if (this.byId.has(id) && !this.chain.includes(id)) this.currentId = leafBelow(this.byId, id);
  }

  async rewrite(id: string, content: string): Promise<void> {
    const before = this.byId.get(id);
    if (!before || before.content === content) return;
    this.change(id, { content });
    const saved = await this.#save((path) =>
      api.post(`${CHAT}/messages/{message_id}`, { path: { ...path, message_id: id }, body: { content } }),
    );
    if (!saved) this.byId.set(id, before);
  }

  /** Puts back the text that an action replaced. */
  async undo(id: string): Promise<void> {
    const message = this.byId.get(id);
    if (typeof message?.originalContent !== "string") return;
    this.change(id, { content: message.originalContent, originalContent: undefined });
    const saved = await this.#save((path) =>
      api.post(`${CHAT}/messages/{message_id}/undo`, { path: { ...path, message_id: id } }),
    );
    if (!saved) this.byId.set(id, message);
  }

  /** The message goes with its answers; what was said after them moves up. */
  async remove(id: string): Promise<void> {
    if (this.isTemporary || !this.chatId) return this.#removeHere(id);
    try {
      const { chatId } = this;
      const answer = await api.delete(`${CHAT}/messages/{message_id}`, {
        path: { chat_id: chatId, message_id: id },
      });
      if (this.chatId !== chatId) return;
      const { history } = answer.chat;
      this.#take(chatId, answer.title, linked(history.messages), history.currentId);
    } catch (error) {
      toasts.error(error);
    }
  }

  #removeHere(id: string): void {
    const parent = this.byId.get(this.byId.get(id)?.parentId ?? "");
    if (parent) this.change(parent.id, { childrenIds: parent.childrenIds.filter((child) => child !== id) });
    this.#tree += 1;
    for (const each of subtree(this.byId, id)) this.byId.delete(each);
    if (this.currentId && !this.byId.has(this.currentId)) this.currentId = this.#next(parent);
  }

  #next(parent: ChatMessage | undefined): string | null {
    if (parent) return leafBelow(this.byId, parent.id);
    const root = [...this.byId.values()].findLast((message) => !message.parentId);
    return root ? leafBelow(this.byId, root.id) : null;
  }

  async #save(save: (path: { chat_id: string }) => Promise<unknown>): Promise<boolean> {
    if (this.isTemporary || !this.chatId) return true;
    try {
      await save({ chat_id: this.chatId });
      return true;
    } catch (error) {
      toasts.error(error);
      return false;
    }
  }

  #take(
    chatId: string | null,
    title: string,
    messages: Map<string, ChatMessage>,
    currentId: string | null,
  ): void {
    this.#pending.clear();
    this.#tree += 1;
    this.chatId = chatId;
    this.title = title;
    for (const id of [...this.byId.keys()]) if (!messages.has(id)) this.byId.delete(id);
    for (const [id, message] of messages) this.byId.set(id, message);
    this.currentId = currentId && messages.has(currentId) ? currentId : this.#next(undefined);
  }

  #rewrite(): void {
    this.#early = null;
    const missing = this.#written.filter((message) => !this.byId.has(message.id));
    this.put(...missing);
    this.currentId = missing.at(-1)?.id ?? this.currentId;
  }

  /** Events that came while the chat was read: only those that the answer does not hold yet. */
  #replay(early: WireEvent[], answer: ChatAnswer): void {
    const isNew = ({ seq }: WireEvent) => seq === null || (seq ?? 0) > (answer.last_event_id ?? 0);
    early.filter(isNew).forEach((event) => this.receive(event));
  }

  #flush(): void {
    for (const [id, events] of this.#pending) {
      const message = this.byId.get(id);
      if (!message) continue;
      this.byId.set(
        id,
        events.reduce((state, [type, data]) => applyEvent(state, type, data), message),
      );
    }
    this.#pending.clear();
  }
}

export const messages = new Messages();
