/** Chats that leave as files, and come back. */
import { api } from "$lib/api/calls";
import { chatMarkdown, fileName } from "$lib/chat_export";
import { chatsIn, type ImportedChat } from "$lib/chat_import";
import { saveAs } from "$lib/download";
import { texts } from "$lib/texts";
import type { ChatAnswer } from "$lib/types";
import { chats } from "./chats.svelte";
import { toasts } from "./toasts.svelte";

const AT_ONCE = 20;
const words = texts.chat.exchange;

export type ExportFormat = "json" | "markdown";

class Exchange {
  /** How many of the chats in a file have been taken over; null while none is read. */
  progress = $state<{ done: number; all: number } | null>(null);
  exporting = $state<ExportFormat | null>(null);

  async exportOne(id: string, format: ExportFormat): Promise<void> {
    await this.#export(format, async () => {
      const chat = await api.get("/api/v1/chats/{chat_id}", {
        path: { chat_id: id },
        query: { branch: false },
      });
      return { name: chat.title, chats: [chat] };
    });
  }

  async exportAll(format: ExportFormat): Promise<void> {
    await this.#export(format, async () => {
      const [shown, archived] = await Promise.all([
        api.get("/api/v1/chats/all"),
        api.get("/api/v1/chats/all/archived"),
      ]);
      return { name: words.fileOfAll(new Date()), chats: [...shown, ...archived] };
    });
  }

  async import(file: File): Promise<void> {
    const found = chatsIn(await file.text());
    if (!found.length) return toasts.error(words.noChats(file.name));
    this.progress = { done: 0, all: found.length };
    try {
      await this.#takeOver(found);
      toasts.success(words.imported(found.length));
    } catch (error) {
      const { done } = this.progress;
      toasts.error(error);
      if (done) toasts.warning(words.importedInPart(done, found.length));
    }
    this.progress = null;
    await chats.load();
  }

  async #takeOver(found: ImportedChat[]): Promise<void> {
    for (let done = 0; done < found.length; done += AT_ONCE) {
      await api.post("/api/v1/chats/import", { body: { chats: found.slice(done, done + AT_ONCE) } });
      this.progress = { done: Math.min(done + AT_ONCE, found.length), all: found.length };
    }
  }

  async #export(
    format: ExportFormat,
    read: () => Promise<{ name: string; chats: ChatAnswer[] }>,
  ): Promise<void> {
    this.exporting = format;
    try {
      const { name, chats: found } = await read();
      if (format === "json")
        saveAs(fileName(name, "json"), JSON.stringify(found, null, 1), "application/json");
      else {
        const text = found.map((chat) => chatMarkdown(chat, words.speakers)).join("\n---\n\n");
        saveAs(fileName(name, "md"), text, "text/markdown");
      }
    } catch (error) {
      toasts.error(error);
    }
    this.exporting = null;
  }
}

export const exchange = new Exchange();
