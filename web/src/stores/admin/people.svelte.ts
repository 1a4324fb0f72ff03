/** Accounts, a page at a time; those who wait for approval always. */
import { peopleApi, type AccountForm } from "../../admin/api";
import type { Person } from "../../admin/types";
import { words } from "../../admin/texts";
import { sentence } from "$lib/api/client";
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

  /** Shown at once; back where the server refuses. */
  changeRole(person: Person, role: Role): Promise<boolean> {
    const before = person.role;
    const show = (shown: Role) => {
      const changed = (each: Person) => (each.id === person.id ? { ...each, role: shown } : each);
      this.items = this.items.map(changed);
      this.waiting = this.waiting.map(changed);
    };
    show(role);
    return this.#change(
      () => peopleApi.update(person.id, { role }),
      (error) => {
        show(before);
        toasts.error(words.people.roleKept(person.name, words.people.roles[before], sentence(error)));
      },
    );
  }

  delete = (person: Person) => this.#change(() => peopleApi.delete(person.id));

  /** Throws what the form shall show. */
  async save(id: string | null, form: Partial<AccountForm>): Promise<void> {
    if (id) await peopleApi.update(id, form);
    else await peopleApi.add(form as AccountForm);
    await this.load();
  }

  async #change(ask: () => Promise<unknown>, refused = (error: unknown) => toasts.error(error)) {
    try {
      await ask();
    } catch (error) {
      refused(error);
      return false;
    }
    await this.load();
    return true;
  }
}

export const people = new People();
