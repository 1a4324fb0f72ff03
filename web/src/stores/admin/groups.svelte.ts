/** Groups of people who share rights. */
import { sentence } from "$lib/api/client";
import { putBack } from "$lib/put_back";
import { groupsApi, peopleApi, type GroupForm } from "../../admin/api";
import type { Group } from "../../admin/access/api";
import { words } from "../../admin/texts";
import type { Person } from "../../admin/types";
import { toasts } from "../toasts.svelte";

const text = words.groups;

class Groups {
  items = $state.raw<Group[]>([]);
  /** Everybody who can be a member. */
  people = $state.raw<Person[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);

  load = async (): Promise<void> => {
    try {
      const [items, { users }] = await Promise.all([groupsApi.list(), peopleApi.all()]);
      this.items = items;
      this.people = users;
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  };

  /** Throws what the form shall show. */
  async create(form: GroupForm): Promise<void> {
    await groupsApi.create(form);
    await this.load();
    toasts.success(text.saved(form.name));
  }

  /** Shown at once; as before where the server refuses, and what was entered can be entered again. */
  async change(group: Group, form: GroupForm, again: () => void): Promise<void> {
    this.#show({ ...group, ...form, member_count: form.user_ids.length });
    try {
      await groupsApi.update(group.id, form);
    } catch (error) {
      this.#show(group);
      toasts.show("error", text.kept(group.name, sentence(error)), { label: text.editAgain, run: again });
      return;
    }
    toasts.success(text.saved(form.name));
    await this.load();
  }

  /** Gone at once; back in its place where the server refuses. */
  async delete({ id, name }: Group): Promise<void> {
    const before = this.items;
    this.items = before.filter((group) => group.id !== id);
    try {
      await groupsApi.delete(id);
    } catch (error) {
      this.items = putBack(this.items, before, id);
      toasts.show("error", text.notDeleted(name, sentence(error)));
      return;
    }
    toasts.success(text.deleted(name));
    await this.load();
  }

  #show(group: Group): void {
    this.items = this.items.map((each) => (each.id === group.id ? group : each));
  }
}

export const groups = new Groups();
