/** The functions of this server, as an administrator sees them. */
import { functionsApi } from "../../admin/api";
import {
  inOrder,
  isOutdated,
  ORDERS,
  STANDINGS,
  stands,
  type Activities,
  type Order,
  type Standing,
} from "../../admin/functions/activity";
import { KINDS } from "../../admin/functions/kinds";
import type { FunctionItem, Kind } from "../../admin/types";
import { models } from "../models.svelte";
import { toasts } from "../toasts.svelte";

class Functions {
  items = $state<FunctionItem[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);
  search = $state("");
  kind = $state<Kind | "all">("all");

  standing = $state<Standing | "">("");
  order = $state<Order>("name");
  /** By function id; empty until it was told once. */
  activities = $state.raw<Activities>({});
  /** The most runs of each that failures are counted among. */
  recent = $state(0);

  get shown(): FunctionItem[] {
    const wanted = this.search.trim().toLowerCase();
    const { kind, standing } = this;
    const found = this.items.filter(
      (item) =>
        (kind === "all" || item.kind === kind) &&
        (!standing || stands(item, this.activities[item.id], standing)) &&
        (!wanted || this.#textOf(item).includes(wanted)),
    );
    return inOrder(found, this.activities, this.order);
  }

  get filtered(): boolean {
    return this.search.trim() !== "" || this.kind !== "all" || this.standing !== "";
  }

  /** What is looked for, for the address bar. */
  get query(): string {
    const given = {
      search: this.search.trim(),
      kind: this.kind === "all" ? "" : this.kind,
      state: this.standing,
      sort: this.order === "name" ? "" : this.order,
    };
    return new URLSearchParams(Object.entries(given).filter(([, value]) => value)).toString();
  }

  look(query: URLSearchParams): void {
    this.search = query.get("search") ?? "";
    this.kind = KINDS.find((kind) => kind === query.get("kind")) ?? "all";
    this.standing = STANDINGS.find((standing) => standing === query.get("state")) ?? "";
    this.order = ORDERS.find((order) => order === query.get("sort")) ?? "name";
  }

  count(kind: Kind): number {
    return this.items.filter((item) => item.kind === kind).length;
  }

  countStanding(standing: Standing): number {
    return this.items.filter((item) => stands(item, this.activities[item.id], standing)).length;
  }

  find(id: string): FunctionItem | undefined {
    return this.items.find((item) => item.id === id);
  }

  async load(): Promise<void> {
    await this.#load();
    if (this.items.some(({ id }) => !(id in this.activities))) await this.watch();
  }

  async #load(): Promise<void> {
    try {
      this.items = (await functionsApi.list()).sort((one, other) => one.name.localeCompare(other.name));
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  }

  /** What they do just now; reads the list again where somebody else has changed it. */
  async watch(): Promise<void> {
    try {
      const { of, functions: told } = await functionsApi.activity();
      this.activities = told;
      this.recent = of;
      if (this.loaded && isOutdated(this.items, told)) await this.#load();
    } catch {
      // What was told last stays until the next time.
    }
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
    this.standing = "";
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

  #textOf(item: FunctionItem): string {
    const { author } = item.meta.manifest;
    const names = this.activities[item.id]?.models?.map((model) => model.name) ?? [];
    return [item.name, item.id, item.meta.description, author, item.user?.name, ...names]
      .join(" ")
      .toLowerCase();
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

function pick({ is_active, is_global, state, reason, version_id, version_number }: FunctionItem) {
  return { is_active, is_global, state, reason, version_id, version_number };
}

export const functions = new Functions();
