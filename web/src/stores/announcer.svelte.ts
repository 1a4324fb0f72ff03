/** Short sentences for screen readers, about what others see happen on the page. */
import { untrack } from "svelte";

const SECONDS = 8;

class Announcer {
  lines = $state.raw<{ id: number; text: string }[]>([]);
  #next = 1;

  say(text: string): void {
    if (!text) return;
    const id = this.#next++;
    this.lines = [...untrack(() => this.lines), { id, text }];
    setTimeout(() => (this.lines = this.lines.filter((line) => line.id !== id)), SECONDS * 1000);
  }
}

export const announcer = new Announcer();
