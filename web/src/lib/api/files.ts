/** Files that go to the server, as messages refer to them. */
import type { FileItem } from "../types";
import { api } from "./client";

interface Uploaded {
  id: string;
  filename?: string;
  meta?: { name?: string; content_type?: string; size?: number };
}

export async function upload(file: File): Promise<FileItem> {
  const form = new FormData();
  form.append("file", file);
  const uploaded = await api.post<Uploaded>("/api/v1/files/", form);
  return {
    type: file.type.startsWith("image/") ? "image" : "file",
    id: uploaded.id,
    name: uploaded.meta?.name ?? uploaded.filename ?? file.name,
    url: `/api/v1/files/${uploaded.id}/content`,
    size: file.size,
    content_type: file.type || uploaded.meta?.content_type,
  };
}
