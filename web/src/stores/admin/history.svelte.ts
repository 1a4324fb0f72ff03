/** What functions did: the list of runs, kept fresh while somebody looks. */
import { peopleApi, runsApi } from "../../admin/api";
import { words } from "../../admin/texts";
import type { RunItem, RunState } from "../../admin/types";
import { toasts } from "../toasts.svelte";
import { addressOf, FILTERS, NOTHING, type RunFilter } from "./run_filter";

const PAGE = 50;
const MOST = 500;
export const GOING_ON: RunState[] = ["queued", "running", "background"];
export const HOOKS = ["action", "pipe", "pipes", "inlet", "stream", "outlet", "event", "available"];
/** Seconds back from now. */
export const SPANS: Record<string, number> = { "15m": 900, "1h": 3600, "24h": 86_400, "7d": 604_800 };

class RunHistory {
  items = $state.raw<RunItem[]>([]);
  filter = $state.raw<RunFilter>(NOTHING);
  loaded = $state(false);
  complete = $state(false);
  failure = $state<unknown>(null);
  names = $state.raw<Record<string, string>>({});
  #turn = 0;

  /** Of the list as it was last looked at. */
  get address(): string {
    return addressOf(this.filter);
  }

  get filtered(): boolean {
    return FILTERS.some((name) => this.filter[name] !== "");
  }

  nameOf(userId: string): string {
    return this.names[userId] || words.runs.someone;
  }

  /** Reads as many as are shown, so that a list that was unfolded stays so. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    const limit = Math.max(PAGE, Math.min(MOST, this.items.length));
    try {
      const found = await runsApi.list({ ...this.#query(), limit });
      if (turn !== this.#turn) return;
      this.items = found;
      this.complete = found.length < limit;
      this.failure = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.failure = error;
    }
    this.loaded = true;
    await this.learnNames(this.items);
  }

  async more(): Promise<void> {
    try {
      const found = await runsApi.list({ ...this.#query(), skip: this.items.length, limit: PAGE });
      const known = new Set(this.items.map((run) => run.id));
      this.items = [...this.items, ...found.filter((run) => !known.has(run.id))];
      this.complete = found.length < PAGE;
    } catch (error) {
      toasts.error(error);
    }
  }

  /** Look for other runs; nothing happens where they are looked for already. */
  choose(filter: RunFilter): void {
    if (FILTERS.every((name) => filter[name] === this.filter[name])) return;
    this.filter = filter;
    this.items = [];
    this.loaded = false;
    void this.load();
  }

  async learnNames(runs: RunItem[]): Promise<void> {
    if (runs.every((run) => run.user_id in this.names)) return;
    await this.loadNames();
    const unknown = runs.filter((run) => !(run.user_id in this.names));
    this.names = { ...Object.fromEntries(unknown.map((run) => [run.user_id, ""])), ...this.names };
  }

  async loadNames(): Promise<void> {
    const { users } = await peopleApi.all().catch(() => ({ users: [] }));
    this.names = { ...this.names, ...Object.fromEntries(users.map((person) => [person.id, person.name])) };
  }

  #query() {
    const { function: function_id, state, user: user_id, trigger, hook, time } = this.filter;
    const back = SPANS[time];
    return {
      function_id: function_id || undefined,
      state: state || undefined,
      user_id: user_id || undefined,
      trigger: trigger || undefined,
      hook: hook || undefined,
      since: back ? Date.now() / 1000 - back : undefined,
      brief: true,
    };
  }
}

export const runHistory = new RunHistory();
