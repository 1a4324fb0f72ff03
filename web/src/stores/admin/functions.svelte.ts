/** The functions of this server, as an administrator sees them. */
import { functionsApi } from "../../admin/api";
import type { FunctionItem, Kind } from "../../admin/types";
import { models } from "../models.svelte";
import { toasts } from "../toasts.svelte";

class Functions {
  items = $state<FunctionItem[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);
  search = $state("");
  kind = $state<Kind | "all">("all");

  get shown(): FunctionItem[] {
    const wanted = this.search.trim().toLowerCase();
    return this.items.filter(
      (item) =>
        (this.kind === "all" || item.kind === this.kind) && (!wanted || textOf(item).includes(wanted)),
    );
  }

  find(id: string): FunctionItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  count(kind: Kind): number {
    return this.items.filter((item) => item.kind === kind).length;
  }

  async load(): Promise<void> {
    try {
      this.items = (await functionsApi.list()).sort((one, other) => one.name.localeCompare(other.name));
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  }

  toggle = (item: FunctionItem) => this.#switch(item, "is_active", () => functionsApi.toggle(item.id));
  toggleGlobal = (item: FunctionItem) =>
    this.#switch(item, "is_global", () => functionsApi.toggleGlobal(item.id));

  async delete(item: FunctionItem): Promise<boolean> {
    return this.#change(() => functionsApi.delete(item.id));
  }

  async clone(item: FunctionItem): Promise<FunctionItem | null> {
    let made: FunctionItem | null = null;
    await this.#change(async () => (made = await functionsApi.clone(item.id)));
    return made;
  }

  clearFilters(): void {
    this.search = "";
    this.kind = "all";
  }

  /** A switch moves at once, and moves back when the server refuses. */
  async #switch(item: FunctionItem, name: "is_active" | "is_global", ask: () => Promise<FunctionItem>) {
    item[name] = !item[name];
    try {
      Object.assign(item, pick(await ask()));
      void models.load();
    } catch (error) {
      item[name] = !item[name];
      toasts.error(error);
      void this.load();
    }
  }

  async #change(ask: () => Promise<unknown>): Promise<boolean> {
    try {
      await ask();
      await this.load();
      void models.load();
      return true;
    } catch (error) {
      toasts.error(error);
      return false;
    }
  }
}

function textOf(item: FunctionItem): string {
  const { author } = item.meta.manifest;
  return [item.name, item.id, item.meta.description, author].join(" ").toLowerCase();
}

function pick({ is_active, is_global, state, reason, version_id, version_number }: FunctionItem) {
  return { is_active, is_global, state, reason, version_id, version_number };
}

export const functions = new Functions();
