/** What functions have the page do: run JavaScript in a frame of its own, download, copy, open. */
import { api } from "$lib/api/client";
import { copyText } from "$lib/clipboard";
import { isMapping, textOf } from "$lib/events";
import { saveAs } from "$lib/download";
import { newId } from "$lib/ids";
import { texts } from "$lib/texts";
import { toasts } from "./toasts.svelte";

export interface ScriptRun {
  key: string;
  questionId: string | null;
  code: string;
}

class InPage {
  scripts = $state<ScriptRun[]>([]);
  #done = new Set<string>();

  /** Does what an event asks for; each question once, however often it is sent. */
  async perform(type: string, data: unknown, questionId: string | null): Promise<void> {
    if (questionId && this.#done.has(questionId)) return;
    if (questionId) this.#done.add(questionId);
    const values = isMapping(data) ? data : { value: data };
    if (type === "execute") {
      this.scripts.push({ key: newId(), questionId, code: textOf(values.code ?? values.value) });
      return;
    }
    await this.answer(questionId, await this.#simple(type, values));
  }

  async answer(questionId: string | null, answer: unknown): Promise<void> {
    if (!questionId) return;
    await api.post(`/api/v1/questions/${questionId}/answer`, { answer }).catch(() => null);
  }

  close(key: string): void {
    this.scripts = this.scripts.filter((script) => script.key !== key);
  }

  async #simple(type: string, values: Record<string, unknown>): Promise<unknown> {
    if (type === "copy") {
      const copied = await copyText(textOf(values.text ?? values.content ?? values.value));
      if (copied) toasts.success(texts.shared.copied);
      return copied;
    }
    if (type === "open") return opened(textOf(values.url ?? values.value));
    return saveAs(
      textOf(values.filename ?? values.name) || "download",
      textOf(values.content ?? values.data ?? values.value),
      textOf(values.content_type ?? values.mime) || "text/plain",
      textOf(values.url),
    );
  }
}

function opened(address: string): boolean {
  const url = new URL(address, location.href);
  if (!["http:", "https:"].includes(url.protocol)) return false;
  return window.open(url, "_blank", "noopener,noreferrer") !== null;
}

export const inPage = new InPage();
