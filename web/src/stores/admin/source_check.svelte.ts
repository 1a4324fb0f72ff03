/** What the server finds in a source while it is written; nothing of it is run or saved. */
import { functionsApi } from "../../admin/api";
import type { Finding, SentFiles } from "../../admin/source_types";

const PAUSE = 600;

export class SourceCheck {
  findings = $state.raw<Finding[]>([]);
  busy = $state(false);
  /** Whether anything was looked at yet. */
  done = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leaving: AbortController | null = null;

  /** Looks at `source` when nobody has typed for a moment. */
  soon(source: () => SentFiles & { id: string }, pause = PAUSE): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(source()), pause);
  }

  forget(): void {
    this.stop();
    this.findings = [];
    this.done = false;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#leaving?.abort();
  }

  async #look(form: SentFiles & { id: string }): Promise<void> {
    this.#leaving?.abort();
    const { signal } = (this.#leaving = new AbortController());
    this.busy = true;
    try {
      const { findings } = await functionsApi.examine(form, signal);
      this.findings = findings;
      this.done = true;
    } catch {
      // What was found before stands; the save says what keeps the server from answering.
    }
    if (!signal.aborted) this.busy = false;
  }
}
