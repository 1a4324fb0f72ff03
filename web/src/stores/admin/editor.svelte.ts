/** One function being written: what is entered, what is saved, what the server said of it. */
import { ApiError, sentence } from "$lib/api/client";
import { functionsApi } from "../../admin/api";
import { identifier, identityOf, isIdentifier } from "../../admin/identity";
import { words } from "../../admin/texts";
import type { Caution, FunctionSource } from "../../admin/types";
import { models } from "../models.svelte";
import { toasts } from "../toasts.svelte";
import type { Draft } from "./draft";

export interface Problem {
  message: string;
  hint: string;
  line: number | null;
  column: number | null;
  traceback: string;
}

/** Of a package, the editor shows one file. */
const isShown = (file: unknown) => file === undefined || file === "__init__.py";
const BLANK = { id: "", name: "", description: "", content: "" };
const text = words.editor;

export class FunctionEditor {
  item = $state.raw<FunctionSource | null>(null);
  id = $state("");
  name = $state("");
  description = $state("");
  content = $state("");
  message = $state("");
  originUrl = $state("");
  #originHash = "";
  busy = $state(false);
  /** What the server tells of packages while it saves. */
  lines = $state.raw<string[]>([]);
  problem = $state.raw<Problem | null>(null);
  errors = $state.raw<{ id?: string; name?: string }>({});
  warnings = $state.raw<Caution[]>([]);
  #leaving: AbortController | null = null;
  #kept = $state.raw(BLANK);
  #ownId = false;
  #ownName = false;

  constructor(readonly isNew: boolean) {}

  get dirty(): boolean {
    const { name, description, content } = this.#kept;
    return this.name !== name || this.description !== description || this.content !== content;
  }

  get title(): string {
    return this.isNew ? this.name || text.newTitle : (this.item?.name ?? "");
  }

  begin(template: string, draft: Draft | null): void {
    this.content = draft?.content ?? template;
    this.originUrl = draft?.originUrl ?? "";
    this.#originHash = draft?.originHash ?? "";
    this.#follow(draft?.fileName);
    if (!draft) this.#keep();
  }

  async open(id: string): Promise<void> {
    this.#take(await functionsApi.get(id));
    if (this.content || !this.item) return;
    const [newest] = await functionsApi.history(id, 1);
    if (newest) this.content = (await functionsApi.version(id, newest.id)).snapshot.content ?? "";
    this.#keep();
  }

  enterContent(content: string): void {
    this.content = content;
    if (this.isNew) this.#follow();
  }

  enterName(name: string): void {
    this.#ownName = name !== "";
    this.name = name;
    if (this.isNew && !this.#ownId) this.id = identifier(name);
  }

  enterId(id: string): void {
    this.#ownId = id !== "";
    this.id = id;
  }

  /** True when it is saved; else `problem` or `errors` say why not. */
  async save(): Promise<boolean> {
    this.errors = this.#missing();
    if (this.busy || Object.keys(this.errors).length) return false;
    const following = this.#follows();
    const form = {
      id: this.id.trim(),
      name: this.name.trim(),
      content: this.content,
      meta: { description: this.description.trim() },
      commit_message: this.message.trim(),
      origin_url: this.originUrl,
      origin_hash: this.#originHash,
    };
    try {
      const saved = this.isNew
        ? await functionsApi.create(form, following)
        : await functionsApi.update(form.id, form, following);
      this.message = "";
      this.problem = null;
      this.#take(saved, form.content);
      void models.load();
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Ends a save that is under way; the server then forgets all that it has begun. */
  giveUp(): void {
    this.#leaving?.abort();
  }

  /** Tries again to install what this machine lacks; false when it was given up. */
  async installPackages(): Promise<boolean> {
    const following = this.#follows();
    try {
      this.#facts(await functionsApi.installPackages(this.id, following));
      return true;
    } catch (error) {
      if (following.signal.aborted) return false;
      await this.refresh();
      throw error;
    } finally {
      this.busy = false;
    }
  }

  async toggle(): Promise<void> {
    this.#facts(await functionsApi.toggle(this.id));
    void models.load();
  }

  async refresh(): Promise<void> {
    this.#facts(await functionsApi.get(this.id));
  }

  /** After a roll-back or an update: what serves now is what is edited. */
  replaced(item: FunctionSource): void {
    this.problem = null;
    this.#take(item);
    void models.load();
  }

  #facts(item: FunctionSource): void {
    this.item = item;
    this.warnings = item.warnings;
  }

  #take(item: FunctionSource, content = item.content): void {
    this.#facts(item);
    this.id = item.id;
    this.name = item.name;
    this.description = item.meta.description;
    this.originUrl = item.origin_url;
    // What was typed while the server checked stays.
    const typedOn = this.content !== content && this.busy;
    this.#keep(content);
    if (!typedOn) this.content = content;
  }

  #keep(content = this.content): void {
    this.#kept = { id: this.id, name: this.name, description: this.description, content };
  }

  /** While a new function is written, its name and id follow its source. */
  #follow(fileName = ""): void {
    const said = identityOf(this.content, fileName);
    if (!this.#ownName && said.name) this.name = said.name;
    if (!this.#ownId && !this.#ownName && said.id) this.id = said.id;
    if (said.description && !this.description) this.description = said.description;
  }

  #follows() {
    this.busy = true;
    this.lines = [];
    this.#leaving = new AbortController();
    const told = (line: string) => (this.lines = [...this.lines, line]);
    return { told, signal: this.#leaving.signal };
  }

  #missing(): { id?: string; name?: string } {
    return {
      ...(!this.name.trim() && { name: text.needName }),
      ...(!this.id.trim() ? { id: text.needId } : !isIdentifier(this.id.trim()) && { id: text.badId }),
    };
  }

  #refused(error: unknown): void {
    if (this.#leaving?.signal.aborted) {
      toasts.show("info", text.givenUp);
      return;
    }
    if (error instanceof ApiError && error.body.field === "id") {
      this.errors = { id: sentence(error) };
      return;
    }
    const body = error instanceof ApiError ? error.body : {};
    this.problem = {
      message: error instanceof Error ? error.message : String(error),
      hint: error instanceof ApiError ? error.hint : "",
      line: typeof body.line === "number" && isShown(body.file) ? body.line : null,
      column: typeof body.column === "number" ? body.column : null,
      traceback: typeof body.traceback === "string" ? body.traceback : "",
    };
  }
}
