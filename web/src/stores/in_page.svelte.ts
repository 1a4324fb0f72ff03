/** What functions have the page do: run JavaScript, in the page or in a frame of its own, download, copy, open. */
import { api } from "$lib/api/calls";
import { ApiError, sentence } from "$lib/api/client";
import { copyText } from "$lib/clipboard";
import { saveAs } from "$lib/download";
import { isMapping, textOf } from "$lib/events";
import { newId } from "$lib/ids";
import { offerToken } from "$lib/page_token";
import { mayRunScripts, runScript, type Outcome } from "$lib/script";
import { texts } from "$lib/texts";
import type { ScriptAuthor } from "$lib/types";
import { confirm } from "./confirmation.svelte";
import { session } from "./session.svelte";
import { socket } from "./socket.svelte";
import { toasts } from "./toasts.svelte";

const ANSWER = "/api/v1/questions/{question_id}/answer";

const words = texts.chat.scripts;
const NOBODY: ScriptAuthor = { id: "", name: words.anybody, page_script: false };

/** A script in a frame of its own. */
export interface ScriptRun {
  key: string;
  questionId: string;
  code: string;
  author: ScriptAuthor;
  answered: boolean;
}

class InPage {
  scripts = $state<ScriptRun[]>([]);
  #seen = new Set<string>();
  #refused = new Set<string>();

  /** Does what an event asks for, if no other tab does: each question once, however often it is sent. */
  async perform(type: string, data: unknown, questionId: string | null, author = NOBODY): Promise<void> {
    if (!questionId || this.#seen.has(questionId)) return;
    this.#seen.add(questionId);
    const values = isMapping(data) ? data : { value: data };
    const here = type === "execute" && author.page_script;
    const blocked = here && !mayRunScripts();
    if (blocked && (await this.#reloads(author))) return;
    if (!(await socket.begin(questionId))) return;
    if (blocked) return this.answer(questionId, { error: words.notReloaded });
    if (type !== "execute") return this.answer(questionId, await this.#simple(type, values, author));
    const code = textOf(values.code ?? values.value);
    if (here) return this.#runHere(questionId, code);
    this.scripts.push({ key: newId(), questionId, code, author, answered: false });
  }

  /** A script in a frame has come to its end. */
  executed(script: ScriptRun, outcome: Outcome): void {
    if (script.answered) return;
    script.answered = true;
    void this.answer(script.questionId, answerOf(outcome));
  }

  /** The answer; where the server does not take it, the reason instead, so that nobody waits for ever. */
  async answer(questionId: string, answer: unknown): Promise<void> {
    const path = { question_id: questionId };
    try {
      await api.post(ANSWER, { path, body: { answer } });
    } catch (error) {
      if (error instanceof ApiError && [401, 404, 409].includes(error.status)) return;
      await api.post(ANSWER, { path, body: { answer: { error: sentence(error) } } }).catch(() => null);
    } finally {
      socket.end(questionId);
    }
  }

  /** The question is closed: what still runs for it in a frame ends. */
  finished(questionId: string): void {
    socket.end(questionId);
    this.scripts = this.scripts.filter((script) => script.questionId !== questionId || script.answered);
  }

  close(key: string): void {
    const script = this.scripts.find((each) => each.key === key);
    if (script && !script.answered) {
      script.answered = true;
      void this.answer(script.questionId, { error: words.closed });
    }
    this.scripts = this.scripts.filter((each) => each.key !== key);
  }

  /** Opens another page, when the person agrees. */
  async open(address: string, author: ScriptAuthor): Promise<boolean> {
    const url = webAddress(address);
    if (!url) {
      toasts.warning(words.notOpened);
      return false;
    }
    const body = url.href.slice(0, 400);
    const agreed = await confirm({ title: words.wantsOpen(author.name), body, action: words.open });
    if (agreed) window.open(url, "_blank", "noopener,noreferrer");
    return agreed;
  }

  /** Says which right is missing, once for each function, and to admins where it is granted. */
  refused(author: ScriptAuthor): void {
    if (this.#refused.has(author.id)) return;
    this.#refused.add(author.id);
    const href = `/admin/functions/${encodeURIComponent(author.id)}?rights`;
    const link = session.isAdmin && author.id ? { href, label: words.grant } : undefined;
    toasts.show("warning", words.refused(author.name), link);
  }

  async #runHere(questionId: string, code: string): Promise<void> {
    offerToken(() => session.token);
    const outcome = await runScript(code);
    if ("failure" in outcome) console.info(`A script of a function failed: ${outcome.failure.error}`);
    await this.answer(questionId, answerOf(outcome));
  }

  async #reloads(author: ScriptAuthor): Promise<boolean> {
    const title = words.mustReload(author.name);
    if (!(await confirm({ title, body: words.whyReload, action: words.reload }))) return false;
    location.reload();
    return true;
  }

  async #simple(type: string, values: Record<string, unknown>, author: ScriptAuthor): Promise<unknown> {
    if (type === "copy") {
      const copied = await copyText(textOf(values.text ?? values.content ?? values.value));
      if (copied) toasts.success(texts.shared.copied);
      return copied;
    }
    if (type === "open") return this.open(textOf(values.url ?? values.value), author);
    return saveAs(
      textOf(values.filename ?? values.name) || "download",
      textOf(values.content ?? values.data ?? values.value),
      textOf(values.content_type ?? values.mime) || "text/plain",
      textOf(values.url),
    );
  }
}

function answerOf(outcome: Outcome): unknown {
  return "failure" in outcome ? outcome.failure : outcome.value;
}

function webAddress(address: string): URL | null {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

export const inPage = new InPage();
