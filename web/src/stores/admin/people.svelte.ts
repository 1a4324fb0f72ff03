/** Accounts, a page at a time; those who wait for approval always. */
import { peopleApi, type AccountForm } from "../../admin/api";
import type { Person } from "../../admin/types";
import type { Role } from "$lib/types";
import { toasts } from "../toasts.svelte";

const PAGE = 30;

class People {
  items = $state<Person[]>([]);
  waiting = $state<Person[]>([]);
  total = $state(0);
  page = $state(1);
  query = $state("");
  loaded = $state(false);
  failure = $state<unknown>(null);
  #turn = 0;

  get pages(): number {
    return Math.max(1, Math.ceil(this.total / PAGE));
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const [found, all] = await Promise.all([peopleApi.list(this.query.trim(), this.page), peopleApi.all()]);
      if (turn !== this.#turn) return;
      this.items = found.users;
      this.total = found.total;
      this.waiting = all.users.filter((person) => person.role === "pending");
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  }

  turn(page: number): void {
    this.page = page;
    void this.load();
  }

  search(): void {
    this.turn(1);
  }

  changeRole = (person: Person, role: Role) => this.#change(() => peopleApi.update(person.id, { role }));
  delete = (person: Person) => this.#change(() => peopleApi.delete(person.id));

  /** Throws what the form shall show. */
  async save(id: string | null, form: Partial<AccountForm>): Promise<void> {
    if (id) await peopleApi.update(id, form);
    else await peopleApi.add(form as AccountForm);
    await this.load();
  }

  async #change(ask: () => Promise<unknown>): Promise<boolean> {
    let done = false;
    try {
      await ask();
      done = true;
    } catch (error) {
      toasts.error(error);
    }
    await this.load();
    return done;
  }
}

export const people = new People();
