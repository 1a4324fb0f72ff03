/** One function being written: what is entered, what is saved, what the server said of it. */
import { ApiError, sentence } from "$lib/api/client";
import { functionsApi, type FunctionForm } from "../../admin/api";
import { words } from "../../admin/texts";
import type { StoredFile } from "../../admin/source_types";
import type { FunctionSource } from "../../admin/types";
import { models } from "../models.svelte";
import { toasts } from "../toasts.svelte";
import { Basis } from "./basis.svelte";
import type { Draft } from "./draft";
import { KeptEdits, type KeptEdit } from "./kept_edits.svelte";
import { LongWork } from "./long_work.svelte";
import { Naming } from "./naming.svelte";
import { problemOf, type Problem } from "./problem";
import { SourceCheck } from "./source_check.svelte";
import { SourceFiles } from "./source_files.svelte";

export class FunctionEditor {
  item = $state.raw<FunctionSource | null>(null);
  message = $state("");
  readonly naming: Naming;
  readonly files = new SourceFiles();
  readonly check = new SourceCheck();
  readonly work = new LongWork();
  readonly edits: KeptEdits;
  /** Goes up with every change of the source. */
  edition = $state(0);
  originUrl = $state("");
  #originHash = "";
  #template = "";
  problem = $state.raw<Problem | null>(null);
  /** When that was typed which was brought back; 0 where nothing was. */
  restoredAt = $state(0);
  readonly basis = new Basis();

  /** Of the function with that id, or of a new one from that template. */
  constructor(
    isNew: boolean,
    public subject: string,
  ) {
    this.naming = new Naming(isNew);
    this.edits = new KeptEdits(isNew ? `new:${subject}` : subject, () => this.#edit());
  }

  /** The source; of a package, its first file. */
  get content(): string {
    return this.files.main.text ?? "";
  }

  set content(source: string) {
    this.write(this.files.main.path, source);
  }

  get isNew(): boolean {
    return this.naming.isNew;
  }
  get id(): string {
    return this.naming.id;
  }
  get name(): string {
    return this.naming.name;
  }

  get dirty(): boolean {
    return this.naming.dirty || this.files.dirty || this.basis.isOlder;
  }

  get title(): string {
    return this.isNew ? this.name || words.editor.newTitle : (this.item?.name ?? "");
  }

  /** Whether another version serves by now than the one that is edited here. */
  get overtaken(): boolean {
    return this.basis.isBehind(this.item?.version_id);
  }

  /** As requests carry it. */
  get source() {
    return { id: this.isNew ? "" : this.subject, ...this.files.sent(this.basis.version) };
  }

  begin(template: string, draft: Draft | null): void {
    this.#template = template;
    this.originUrl = draft?.originUrl ?? "";
    this.#originHash = draft?.originHash ?? "";
    this.#blank();
    if (!draft) return this.#restore(this.edits.read());
    this.files.write("", draft.content);
    this.naming.follow(draft.content, draft.fileName);
    this.changed();
  }

  async open(): Promise<void> {
    const id = this.subject;
    const edit = this.edits.read();
    const item = await functionsApi.get(id);
    const version = edit?.version ?? item.version_id ?? (await functionsApi.history(id, 1))[0]?.id ?? "";
    const files = await functionsApi.filesIfThere(id, version);
    if (files) this.#take(item, files, version, edit?.seen);
    else await this.#takeServing(item);
    this.#restore(edit);
  }

  /** To be called after each change of what is entered. */
  changed(): void {
    this.edition += 1;
    this.naming.follow(this.content);
    this.#look();
    this.edits.soon();
  }

  close(): void {
    this.check.stop();
    this.edits.now();
  }

  write(path: string, content: string): void {
    this.files.write(path, content);
    this.changed();
  }

  /** True when it is saved; else `problem` or the names' `errors` say why not. `over` what somebody else has saved. */
  async save(over = false): Promise<boolean> {
    if (this.work.busy || !this.naming.check()) return false;
    const sent = this.files.list;
    try {
      const saved = await this.work.run((following) =>
        functionsApi.save(this.isNew ? "" : this.id, this.#form(over), following),
      );
      const files = await functionsApi.savedFiles(saved);
      const typed = this.files.list === sent ? null : this.files.list;
      this.#take(saved, files, saved.version_id);
      if (typed) this.files.typedOver(typed, sent);
      this.message = "";
      this.edits.now();
      void models.load();
      return true;
    } catch (error) {
      await this.#refused(error);
      return false;
    }
  }

  async toggle(): Promise<void> {
    this.item = await functionsApi.toggle(this.id);
    void models.load();
  }

  async refresh(): Promise<void> {
    if (!this.isNew && !this.work.busy) this.item = await functionsApi.get(this.id);
  }

  /** Works on an older version again, in place of what is not saved. */
  async goBack(version: string): Promise<void> {
    this.files.load(await functionsApi.files(this.id, version));
    this.basis.take(version, this.item?.version_id);
    this.#settle();
    this.edits.soon();
  }

  /** What is not saved goes; what serves is edited. */
  async discard(): Promise<void> {
    if (this.isNew) this.#blank();
    else await this.#takeServing(await functionsApi.get(this.id));
    this.edits.drop();
  }

  /** After a roll-back or an update: what serves now is what is edited. */
  async replaced(item: FunctionSource): Promise<void> {
    this.#take(item, await functionsApi.savedFiles(item), item.version_id);
    this.edits.drop();
    void models.load();
  }

  #blank(): void {
    this.files.load([{ path: "", size: 0, content: this.#template }]);
    this.naming.load({ id: "", name: "", description: "" });
    this.naming.follow(this.content);
    this.naming.load(this.naming.all);
    this.#settle();
  }

  async #takeServing(item: FunctionSource): Promise<void> {
    this.#take(item, await functionsApi.files(item.id), item.version_id);
  }

  #take(item: FunctionSource, files: StoredFile[], version: string | null, seen = version): void {
    this.item = item;
    this.edits.move((this.subject = item.id));
    this.naming.isNew = false;
    this.naming.load({ id: item.id, name: item.name, description: item.meta.description });
    this.originUrl = item.origin_url;
    this.basis.take(version, seen);
    this.files.load(files);
    this.#settle();
  }

  #settle(): void {
    this.problem = null;
    this.restoredAt = 0;
    this.edition += 1;
    this.#look(0);
  }

  #look(pause?: number): void {
    if (this.content.trim() || this.files.several) this.check.soon(() => this.source, pause);
    else this.check.forget();
  }

  #edit(): KeptEdit | null {
    if (!this.dirty) return null;
    const { basis, message, files, naming } = this;
    const entered = { ...naming.entered, message, files: files.edited(), shown: files.path };
    return { at: Date.now(), version: basis.version, seen: basis.seen, ...entered };
  }

  #restore(edit: KeptEdit | null): void {
    if (!edit) return;
    this.files.restore(edit.files, edit.shown);
    this.naming.restore(edit);
    this.message = edit.message;
    if (!this.dirty) return this.edits.drop();
    this.restoredAt = edit.at;
    this.#look(0);
  }

  #form(over: boolean): FunctionForm {
    const { id, name, description } = this.naming.all;
    const serving = this.item?.version_id ?? "";
    return {
      ...this.files.sent(this.basis.version),
      id,
      name,
      meta: { description },
      commit_message: this.message.trim(),
      origin_url: this.originUrl,
      origin_hash: this.#originHash,
      expected_version_id: over || !serving ? serving : (this.basis.seen ?? ""),
    };
  }

  async #refused(error: unknown): Promise<void> {
    if (this.work.givenUp) return toasts.show("info", words.editor.givenUp);
    const { code = "", body = {} } = error instanceof ApiError ? error : {};
    if (code === "changed_meanwhile") this.item = await functionsApi.get(this.id).catch(() => this.item);
    else if ((body as { field?: unknown }).field === "id") this.naming.errors = { id: sentence(error) };
    else this.problem = problemOf(error, this.files.several, this.edition);
  }
}
