/** Models as administrators see them: what answers now, and what was recorded about each. */
import { api } from "$lib/api/calls";
import type { ModelItem } from "$lib/types";
import { modelsApi } from "../../admin/api";
import type { ModelRecord } from "../../admin/types";
import { models } from "../models.svelte";
import { toasts } from "../toasts.svelte";

export interface CatalogEntry {
  id: string;
  name: string;
  record: ModelRecord | null;
  /** What answers, or null for one that is off or has lost its source. */
  model: ModelItem | null;
}

class Catalog {
  entries = $state<CatalogEntry[]>([]);
  loaded = $state(false);
  failure = $state<unknown>(null);
  search = $state("");
  /** Whether what nobody has recorded anything about is for everybody. */
  isPublic = $state(true);

  get shown(): CatalogEntry[] {
    const wanted = this.search.trim().toLowerCase();
    return this.entries.filter(({ id, name }) => !wanted || `${name} ${id}`.toLowerCase().includes(wanted));
  }

  find(id: string): CatalogEntry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  async load(): Promise<void> {
    try {
      const [answer, records, open] = await Promise.all([
        api.get("/api/models"),
        modelsApi.records(),
        modelsApi.arePublic(),
      ]);
      this.isPublic = open.public;
      this.entries = merged(answer.data, records);
      this.failure = null;
    } catch (error) {
      this.failure = error;
    }
    this.loaded = true;
  }

  async toggle(entry: CatalogEntry): Promise<void> {
    const record = recordOf(entry);
    try {
      await this.save({ ...record, is_active: !record.is_active }, entry.record !== null);
    } catch (error) {
      toasts.error(error);
    }
  }

  /** Shown at once, and taken back where the server refuses. */
  async setPublic(open: boolean): Promise<boolean> {
    this.isPublic = open;
    try {
      await modelsApi.setPublic(open);
      return true;
    } catch (error) {
      this.isPublic = !open;
      toasts.error(error);
      return false;
    }
  }

  /** Throws what the form shall show. */
  async save(record: ModelRecord, known: boolean): Promise<void> {
    await (known ? modelsApi.update(record) : modelsApi.create(record));
    await this.#changed();
  }

  async delete(id: string): Promise<boolean> {
    try {
      await modelsApi.delete(id);
      await this.#changed();
      return true;
    } catch (error) {
      toasts.error(error);
      return false;
    }
  }

  async #changed(): Promise<void> {
    await Promise.all([this.load(), models.load()]);
  }
}

/** The record about a model, or the one that would be made of it. */
export function recordOf(entry: CatalogEntry): ModelRecord {
  return (
    entry.record ?? {
      id: entry.id,
      base_model_id: null,
      name: entry.name,
      params: {},
      meta: {},
      access_control: catalog.isPublic ? null : { read: { user_ids: [], group_ids: [], role_ids: [] } },
      is_active: true,
    }
  );
}

function merged(answering: ModelItem[], records: ModelRecord[]): CatalogEntry[] {
  const known = new Map(records.map((record) => [record.id, record]));
  const present = answering.map((model) => ({
    id: model.id,
    name: model.name,
    record: known.get(model.id) ?? null,
    model: { ...model, actions: model.actions ?? [], filters: model.filters ?? [] },
  }));
  const ids = new Set(answering.map((model) => model.id));
  const others = records
    .filter((record) => !ids.has(record.id))
    .map((record) => ({ id: record.id, name: record.name || record.id, record, model: null }));
  return [...present, ...others].sort((one, other) => one.name.localeCompare(other.name));
}

export const catalog = new Catalog();
