/** What is being written, per chat, with its attachments. */
import { upload } from "$lib/api/files";
import { newId } from "$lib/ids";
import type { FileItem } from "$lib/types";
import { toasts } from "./toasts.svelte";

export interface Attachment {
  key: string;
  name: string;
  size: number;
  isImage: boolean;
  preview: string;
  file: FileItem | null;
}

class Composer {
  attachments = $state<Attachment[]>([]);
  #drafts = $state<Record<string, string>>({});

  textOf(chatId: string | null): string {
    return this.#drafts[chatId ?? ""] ?? "";
  }

  write(chatId: string | null, text: string): void {
    this.#drafts[chatId ?? ""] = text;
  }

  get uploading(): boolean {
    return this.attachments.some((attachment) => !attachment.file);
  }

  get files(): FileItem[] {
    return this.attachments.flatMap((attachment) => (attachment.file ? [attachment.file] : []));
  }

  async attach(files: Iterable<File>): Promise<void> {
    await Promise.all([...files].map((file) => this.#upload(file)));
  }

  detach(key: string): void {
    const gone = this.attachments.find((attachment) => attachment.key === key);
    if (gone?.preview) URL.revokeObjectURL(gone.preview);
    this.attachments = this.attachments.filter((attachment) => attachment.key !== key);
  }

  clear(chatId: string | null): void {
    this.write(chatId, "");
    for (const attachment of this.attachments) this.detach(attachment.key);
  }

  async #upload(file: File): Promise<void> {
    const isImage = file.type.startsWith("image/");
    const preview = isImage ? URL.createObjectURL(file) : "";
    const key = newId();
    this.attachments.push({ key, name: file.name, size: file.size, isImage, preview, file: null });
    try {
      const uploaded = await upload(file);
      const attachment = this.attachments.find((item) => item.key === key);
      if (attachment) attachment.file = uploaded;
    } catch (error) {
      this.detach(key);
      toasts.error(error);
    }
  }
}

export const composer = new Composer();
