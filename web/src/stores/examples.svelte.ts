/** The examples that a first administrator may install. */
import { api } from "$lib/api/calls";
import type { ExampleItem } from "$lib/types";
import { models } from "./models.svelte";
import { toasts } from "./toasts.svelte";

const DISMISSED = "penstock:examples-dismissed";

class Examples {
  items = $state<ExampleItem[]>([]);
  busy = $state(false);
  #dismissed = $state(localStorage.getItem(DISMISSED) !== null);

  get offered(): boolean {
    return !this.#dismissed && this.items.length > 0 && this.items.every((item) => !item.installed);
  }

  async load(): Promise<void> {
    this.items = await api.get("/api/v1/examples").catch(() => []);
  }

  async install(): Promise<boolean> {
    this.busy = true;
    try {
      await api.post("/api/v1/examples/install");
      await Promise.all([this.load(), models.load()]);
      return true;
    } catch (error) {
      toasts.error(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  dismiss(): void {
    this.#dismissed = true;
    localStorage.setItem(DISMISSED, "1");
  }
}

export const examples = new Examples();
