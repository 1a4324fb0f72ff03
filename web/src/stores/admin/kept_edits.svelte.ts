/** What is typed into the editor and not saved: kept in this browser, so that no reload and no crash takes it away. */
import { session } from "../session.svelte";
import type { SourceFile } from "./source_file";

export interface KeptEdit {
  at: number;
  /** The version that was edited; null for a new function. */
  version: string | null;
  /** The version that served then, where an older one was worked on. */
  seen?: string | null;
  id: string;
  name: string;
  description: string;
  message: string;
  files: SourceFile[];
  shown: string;
}

const PREFIX = "penstock.edit";
const PAUSE = 400;

export class KeptEdits {
  /** False where the browser has no room for it. */
  works = $state(true);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `edit` gives what is to be kept, or null where everything is saved. */
  constructor(
    public key: string,
    readonly edit: () => KeptEdit | null,
  ) {}

  /** Nobody finds what somebody else typed in the same browser. */
  get #place(): string {
    return `${PREFIX}:${session.user?.id}:${this.key}`;
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), PAUSE);
  }

  now(): void {
    clearTimeout(this.#timer);
    const edit = this.edit();
    if (!edit) return this.drop();
    try {
      localStorage.setItem(this.#place, JSON.stringify(edit));
      this.works = true;
    } catch {
      this.works = false;
    }
  }

  /** From now on of another function: the new one that was edited has its id. */
  move(key: string): void {
    if (key === this.key) return;
    this.drop();
    this.key = key;
  }

  drop(): void {
    clearTimeout(this.#timer);
    localStorage.removeItem(this.#place);
  }

  read(): KeptEdit | null {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(this.#place) ?? "null");
      return isEdit(found) ? found : null;
    } catch {
      return null;
    }
  }
}

function isEdit(value: unknown): value is KeptEdit {
  const edit = value as KeptEdit | null;
  return edit !== null && typeof edit === "object" && Array.isArray(edit.files) && edit.files.length > 0;
}
