/** The models that this person may use, and the one chosen for the next message. */
import { api } from "$lib/api/calls";
import type { ModelItem } from "$lib/types";

const KEY = "penstock:model";

class Models {
  items = $state.raw<ModelItem[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);
  #chosenId = $state(localStorage.getItem(KEY) ?? "");

  async load(): Promise<void> {
    try {
      const answer = await api.get("/api/models");
      this.items = answer.data.map((model) => ({
        ...model,
        actions: model.actions ?? [],
        filters: model.filters ?? [],
      }));
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  }

  find(id: string | undefined | null): ModelItem | undefined {
    return this.items.find((model) => model.id === id);
  }

  /** What was chosen, or the first that there is. */
  get chosen(): ModelItem | undefined {
    return this.find(this.#chosenId) ?? this.items[0];
  }

  choose(id: string, { remember = true } = {}): void {
    this.#chosenId = id;
    if (remember) localStorage.setItem(KEY, id);
  }

  nameOf(id: string | undefined | null): string {
    return this.find(id)?.name ?? id ?? "";
  }
}

export const models = new Models();
