/** A request that may take minutes: what the server tells meanwhile, and giving it up. */
import type { Following } from "$lib/api/progress";

export class LongWork {
  busy = $state(false);
  lines = $state.raw<string[]>([]);
  #leaving: AbortController | null = null;

  get givenUp(): boolean {
    return this.#leaving?.signal.aborted ?? false;
  }

  async run<T>(work: (following: Following) => Promise<T>): Promise<T> {
    this.busy = true;
    this.lines = [];
    this.#leaving = new AbortController();
    const told = (line: string) => (this.lines = [...this.lines, line]);
    try {
      return await work({ told, signal: this.#leaving.signal });
    } finally {
      this.busy = false;
    }
  }

  /** The server then forgets all that it has begun. */
  giveUp(): void {
    this.#leaving?.abort();
  }
}
