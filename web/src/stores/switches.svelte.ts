/** Filters that a person switches on and off per model, kept on this device. */
import type { FilterSwitch, ModelItem } from "$lib/types";

const KEY = "penstock:switches";

class Switches {
  #chosen = $state<Record<string, string[]>>(stored());

  /** Ids of the filters that are on for the next message. */
  activeFor(model: ModelItem): string[] {
    const known = new Set(model.filters.map((filter) => filter.id));
    return (this.#chosen[model.id] ?? model.info?.meta?.defaultFilterIds ?? []).filter((id) => known.has(id));
  }

  isOn(model: ModelItem, filter: FilterSwitch): boolean {
    return this.activeFor(model).includes(filter.id);
  }

  set(model: ModelItem, filter: FilterSwitch, on: boolean): void {
    const others = this.activeFor(model).filter((id) => id !== filter.id);
    this.#chosen[model.id] = on ? [...others, filter.id] : others;
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

export const switches = new Switches();
