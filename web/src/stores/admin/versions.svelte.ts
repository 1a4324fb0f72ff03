/** The versions of one function: the list, which one serves, and letting another one serve. */
import { sentence } from "$lib/api/client";
import { functionsApi } from "../../admin/api";
import { words } from "../../admin/texts";
import type { FunctionSource, VersionItem } from "../../admin/types";
import { models } from "../models.svelte";
import { toasts } from "../toasts.svelte";

const PAGE = 30;
const text = words.versions;

export class Versions {
  items = $state.raw<VersionItem[]>([]);
  loaded = $state(false);
  complete = $state(false);
  failure = $state.raw<unknown>(null);
  /** The version that is about to serve, and what the server tells meanwhile. */
  serving = $state("");
  told = $state("");
  problem = $state("");
  #page = 0;

  constructor(
    readonly id: string,
    readonly onserved: (served: FunctionSource) => void,
  ) {}

  get current(): VersionItem | undefined {
    return this.items.find((version) => version.is_current);
  }

  find(id: string): VersionItem | undefined {
    return this.items.find((version) => version.id === id);
  }

  async more(): Promise<void> {
    this.failure = null;
    try {
      const found = await functionsApi.history(this.id, this.#page + 1);
      this.#page += 1;
      this.items = [...this.items, ...found.filter((version) => !this.find(version.id))];
      this.complete = found.length < PAGE;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  }

  /** At once, without a question: the one that served before is a click away. */
  async serve(version: VersionItem): Promise<void> {
    const before = this.current;
    this.serving = version.id;
    this.problem = this.told = "";
    try {
      const served = await functionsApi.rollBack(this.id, version.id, { told: (line) => (this.told = line) });
      this.#mark(version.id);
      const undo = before && { label: text.undo(before.number), run: () => void this.serve(before) };
      toasts.show("success", text.serves(version.number), undo);
      this.onserved(served);
      void models.load();
    } catch (error) {
      this.problem = text.notServed(version.number, sentence(error));
      toasts.show("error", this.problem);
    }
    this.serving = "";
  }

  async remove(version: VersionItem): Promise<void> {
    try {
      await functionsApi.deleteVersion(this.id, version.id);
      this.items = this.items.filter((each) => each.id !== version.id);
      toasts.success(text.removed(version.number));
    } catch (error) {
      toasts.error(error);
    }
  }

  #mark(id: string): void {
    this.items = this.items.map((version) => ({
      ...version,
      is_current: version.id === id,
      state: version.id === id ? "good" : version.state,
      reason: version.id === id ? "" : version.reason,
    }));
  }
}
