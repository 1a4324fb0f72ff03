/** What functions did: the list of runs, kept fresh while somebody looks. */
import { peopleApi, runsApi } from "../../admin/api";
import type { RunItem, RunState } from "../../admin/types";

const PAGE = 50;
export const GOING_ON: RunState[] = ["queued", "running", "background"];

class RunHistory {
  items = $state.raw<RunItem[]>([]);
  functionId = $state("");
  state = $state<RunState | "">("");
  loaded = $state(false);
  complete = $state(false);
  failure = $state<unknown>(null);
  names = $state.raw<Record<string, string>>({});
  #turn = 0;

  /** Reads as many as are shown, so that a list that was unfolded stays so. */
  async load(): Promise<void> {
    const turn = ++this.#turn;
    const limit = Math.max(PAGE, Math.min(500, this.items.length));
    try {
      const found = await runsApi.list({ ...this.#query(), limit });
      if (turn !== this.#turn) return;
      this.items = found;
      this.complete = found.length < limit;
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
    if (this.items.some((run) => !(run.user_id in this.names))) await this.#loadNames();
  }

  async more(): Promise<void> {
    const found = await runsApi.list({ ...this.#query(), skip: this.items.length, limit: PAGE });
    const known = new Set(this.items.map((run) => run.id));
    this.items = [...this.items, ...found.filter((run) => !known.has(run.id))];
    this.complete = found.length < PAGE;
  }

  choose(filter: { functionId?: string; state?: RunState | "" }): void {
    this.functionId = filter.functionId ?? this.functionId;
    this.state = filter.state ?? this.state;
    this.items = [];
    this.loaded = false;
    void this.load();
  }

  #query() {
    return { function_id: this.functionId || undefined, state: this.state || undefined };
  }

  async #loadNames(): Promise<void> {
    const { users } = await peopleApi.all().catch(() => ({ users: [] }));
    const known = Object.fromEntries(users.map((person) => [person.id, person.name]));
    const gone = Object.fromEntries(this.items.map((run) => [run.user_id, ""]));
    this.names = { ...gone, ...known };
  }
}

export const runHistory = new RunHistory();
