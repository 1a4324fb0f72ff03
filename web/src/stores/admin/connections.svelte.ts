/** The OpenAI-compatible servers, and what each last said when it was asked. */
import { sentence } from "$lib/api/client";
import { putBack } from "$lib/put_back";
import { connectionsApi, type ConnectionForm } from "../../admin/api";
import { words } from "../../admin/texts";
import type { Connection, ConnectionTest } from "../../admin/types";
import { models } from "../models.svelte";
import { toasts } from "../toasts.svelte";

class Connections {
  items = $state<Connection[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);
  testing = $state<Record<string, boolean>>({});
  tests = $state<Record<string, ConnectionTest>>({});

  async load(): Promise<void> {
    try {
      this.items = await connectionsApi.list();
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  }

  async test(id: string): Promise<void> {
    this.testing[id] = true;
    try {
      this.tests[id] = await connectionsApi.test(id);
    } catch (error) {
      toasts.error(error);
    }
    this.testing[id] = false;
    void models.load();
  }

  async toggle(item: Connection): Promise<void> {
    item.enabled = !item.enabled;
    try {
      Object.assign(item, await connectionsApi.update(item.id, { enabled: item.enabled }));
      void models.load();
    } catch (error) {
      item.enabled = !item.enabled;
      toasts.error(error);
    }
  }

  /** Saves, then asks the server; throws what the form shall show. */
  async save(id: string | null, form: ConnectionForm): Promise<void> {
    const saved = id ? await connectionsApi.update(id, form) : await connectionsApi.create(form);
    delete this.tests[saved.id];
    await this.load();
    void this.test(saved.id);
  }

  /** Gone at once; back in its place where the server refuses. */
  async delete(item: Connection): Promise<boolean> {
    const before = this.items;
    this.items = before.filter(({ id }) => id !== item.id);
    try {
      await connectionsApi.delete(item.id);
    } catch (error) {
      this.items = putBack(this.items, before, item.id);
      toasts.show("error", words.connections.notDeleted(item.name || item.url, sentence(error)));
      return false;
    }
    await this.load();
    void models.load();
    return true;
  }
}

export const connections = new Connections();
