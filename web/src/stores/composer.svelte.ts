/** What is being written, per chat, with its attachments. */
import { sentence } from "$lib/api/client";
import { upload } from "$lib/api/files";
import { newId } from "$lib/ids";
import { texts } from "$lib/texts";
import type { FileItem } from "$lib/types";
import { toasts } from "./toasts.svelte";

export interface Attachment {
  key: string;
  name: string;
  size: number;
  isImage: boolean;
  preview: string;
  file: FileItem | null;
  /** Why it is not on the server; it can be sent again. */
  failure: string;
}

class Composer {
  attachments = $state<Attachment[]>([]);
  #drafts = $state<Record<string, string>>({});
  /** What is not on the server yet. */
  #files = new Map<string, File>();

  textOf(chatId: string | null): string {
    return this.#drafts[chatId ?? ""] ?? "";
  }

  write(chatId: string | null, text: string): void {
    this.#drafts[chatId ?? ""] = text;
  }

  get uploading(): boolean {
    return this.attachments.some((attachment) => !attachment.file && !attachment.failure);
  }

  get failed(): boolean {
    return this.attachments.some((attachment) => attachment.failure);
  }

  get files(): FileItem[] {
    return this.attachments.flatMap((attachment) => (attachment.file ? [attachment.file] : []));
  }

  async attach(files: Iterable<File>): Promise<void> {
    await Promise.all([...files].map((file) => this.#add(file)));
  }

  async again(key: string): Promise<void> {
    const file = this.#files.get(key);
    if (file) await this.#upload(key, file);
  }

  detach(key: string): void {
    const gone = this.attachments.find((attachment) => attachment.key === key);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    this.attachments = this.attachments.filter((attachment) => attachment.key !== key);
    this.#files.delete(key);
  }

  async #add(file: File): Promise<void> {
    const isImage = file.type.startsWith("image/");
    const preview = isImage ? URL.createObjectURL(file) : "";
    const key = newId();
    this.attachments.push({
      key,
      name: file.name,
      size: file.size,
      isImage,
      preview,
      file: null,
      failure: "",
    });
    this.#files.set(key, file);
    await this.#upload(key, file);
  }

  async #upload(key: string, file: File): Promise<void> {
    this.#change(key, { failure: "" });
    try {
      this.#change(key, { file: await upload(file) });
      this.#files.delete(key);
    } catch (error) {
      if (!this.#files.has(key)) return;
      this.#change(key, { failure: sentence(error) });
      toasts.error(texts.chat.composer.notUploaded(file.name, sentence(error)));
    }
  }

  #change(key: string, changes: Partial<Attachment>): void {
    const attachment = this.attachments.find((item) => item.key === key);
    if (attachment) Object.assign(attachment, changes);
  }
}

export const composer = new Composer();
