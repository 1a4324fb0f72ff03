/** Whether the list of chats is on screen: beside the page, or over it on a phone. */
import { narrow } from "$lib/viewport.svelte";

const KEY = "penstock:sidebar";

class Sidebar {
  #beside = $state(localStorage.getItem(KEY) !== "closed");
  #over = $state(false);

  get open(): boolean {
    return narrow.current ? this.#over : this.#beside;
  }

  toggle(): void {
    if (narrow.current) this.#over = !this.#over;
    else {
      this.#beside = !this.#beside;
      localStorage.setItem(KEY, this.#beside ? "open" : "closed");
    }
  }

  /** After something was chosen from it on a phone. */
  leave(): void {
    this.#over = false;
  }
}

export const sidebar = new Sidebar();
