/** The files of a function while it is edited: of one file, or of a package. */
import type { SentFiles, StoredFile } from "../../admin/source_types";
import { asSaved, INIT, sorted, type SourceFile } from "./source_file";

const alone = (text: string): SourceFile => ({ path: "", from: "", text, size: text.length });

export class SourceFiles {
  list = $state.raw<SourceFile[]>([alone("")]);
  /** The file that is shown. */
  path = $state("");
  #kept = $state.raw<StoredFile[]>([{ path: "", size: 0, content: "" }]);

  /** A function of one file has no names of files. */
  get several(): boolean {
    return this.list.some((file) => file.path !== "");
  }

  get main(): SourceFile {
    return this.list.find(({ path }) => path === "" || path === INIT) ?? this.list[0]!;
  }

  get shown(): SourceFile {
    return this.list.find(({ path }) => path === this.path) ?? this.main;
  }

  get dirty(): boolean {
    return this.list.length !== this.#kept.length || this.list.some((file) => !this.isKept(file));
  }

  /** Whether a file is just as it is saved. */
  isKept(file: SourceFile): boolean {
    return file.from === file.path && this.#unchanged(file);
  }

  /** What is saved, all at once. */
  load(files: StoredFile[]): void {
    this.#kept = files;
    this.list = files.map(asSaved);
    if (!this.list.some(({ path }) => path === this.path)) this.path = this.main.path;
  }

  /** Files that were being edited once, over what `load` gave. */
  restore(files: SourceFile[], shown: string): void {
    this.list = files.map((file) => {
      const kept = this.#keptAt(file.from);
      return file.text === null && kept ? { ...file, text: kept.content } : file;
    });
    if (this.list.some(({ path }) => path === shown)) this.path = shown;
  }

  /** After a save: what was typed while the server checked `sent` stays, over what is saved now. */
  typedOver(typed: SourceFile[], sent: SourceFile[]): void {
    this.list = typed.map((file) => {
      const kept = this.#keptAt(file.path);
      if (kept && sent.includes(file))
        return { path: file.path, from: file.path, text: kept.content, size: kept.size };
      return { ...file, from: kept ? file.path : null };
    });
  }

  /** For keeping: what is as saved is told by its name alone. */
  edited(): SourceFile[] {
    return this.list.map((file) => (this.#unchanged(file) ? { ...file, text: null } : file));
  }

  write(path: string, text: string): void {
    this.list = this.list.map((file) => (file.path === path ? { ...file, text, size: text.length } : file));
  }

  add(path: string, text: string | null, base64?: string, size = text?.length ?? 0): void {
    if (!this.several) this.#become();
    const file = { path, from: null, text, size, ...(base64 !== undefined && { base64 }) };
    this.list = sorted([...this.list.filter((each) => each.path !== path), file]);
    this.path = path;
  }

  rename(path: string, to: string): void {
    this.list = sorted(this.list.map((file) => (file.path === path ? { ...file, path: to } : file)));
    if (this.path === path) this.path = to;
  }

  remove(path: string): void {
    this.list = this.list.filter((file) => file.path !== path);
    if (this.path === path) this.path = this.main.path;
  }

  /** As requests carry them; `version` is where files come from that stay as they are. */
  sent(version: string | null): SentFiles {
    if (!this.several) return { content: this.main.text ?? "" };
    return {
      files: Object.fromEntries(this.list.map((file) => [file.path, this.#sentFile(file, version)])),
      ...(version && { base_version_id: version }),
    };
  }

  #keptAt(path: string | null): StoredFile | undefined {
    return this.#kept.find((file) => file.path === path);
  }

  #unchanged(file: SourceFile): boolean {
    if (file.from === null || file.base64 !== undefined) return false;
    const kept = this.#keptAt(file.from);
    return kept !== undefined && kept.content === file.text;
  }

  #sentFile(file: SourceFile, version: string | null): NonNullable<SentFiles["files"]>[string] {
    if (file.base64 !== undefined) return { base64: file.base64 };
    if (version && file.from !== null && this.#unchanged(file)) return { from: file.from || INIT };
    return file.text ?? "";
  }

  /** One file becomes the first of a package. */
  #become(): void {
    this.list = this.list.map((file) => ({ ...file, path: INIT }));
    this.path = INIT;
  }
}
