/** Groups of people who share rights. */
import { groupsApi, peopleApi, type GroupForm } from "../../admin/api";
import type { Group } from "../../admin/access/api";
import type { Person } from "../../admin/types";
import { toasts } from "../toasts.svelte";

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
  async save(id: string | null, form: GroupForm): Promise<void> {
    await (id ? groupsApi.update(id, form) : groupsApi.create(form));
    await this.load();
  }

  async delete(id: string): Promise<boolean> {
    try {
      await groupsApi.delete(id);
      await this.load();
      return true;
    } catch (error) {
      toasts.error(error);
      return false;
    }
  }
}

export const groups = new Groups();
