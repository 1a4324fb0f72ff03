/** Tools that a person lets a model use, per model, kept on this device. */
import { api } from "$lib/api/calls";
import { sentence } from "$lib/api/client";
import type { ModelItem, ToolItem } from "$lib/types";

const KEY = "penstock:tools";

class Tools {
  items = $state.raw<ToolItem[]>([]);
  loaded = $state(false);
  failure = $state("");
  #chosen = $state<Record<string, string[]>>(stored());

  async load(): Promise<void> {
    try {
      this.items = await api.get("/api/v1/tools/");
      this.failure = "";
      this.loaded = true;
    } catch (error) {
      this.failure = sentence(error);
    }
  }

  /** Only models that functions make can call the tools of this server. */
  isFor(model: ModelItem): boolean {
    return Boolean(model.pipe);
  }

  /** What the request names; nothing where nobody chose, so that what an administrator chose holds. */
  named(model: ModelItem): { tool_ids?: string[] } {
    const chosen = this.#chosen[model.id];
    return chosen && this.isFor(model) ? { tool_ids: chosen } : {};
  }

  activeFor(model: ModelItem): string[] {
    if (!this.isFor(model)) return [];
    return this.#chosen[model.id] ?? model.info?.meta?.toolIds ?? [];
  }

  isOn(model: ModelItem, id: string): boolean {
    return this.activeFor(model).includes(id);
  }

  set(model: ModelItem, id: string, on: boolean): void {
    const others = this.activeFor(model).filter((each) => each !== id);
    this.#chosen[model.id] = on ? [...others, id] : others;
    localStorage.setItem(KEY, JSON.stringify(this.#chosen));
  }
}

function stored(): Record<string, string[]> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, string[]>;
  } catch {
    return {};
  }
}

export const tools = new Tools();
