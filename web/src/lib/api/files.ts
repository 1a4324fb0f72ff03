/** Files that go to the server, as messages refer to them. */
import type { FileItem } from "../types";
import { api } from "./calls";

export async function upload(file: File): Promise<FileItem> {
  const form = new FormData();
  form.append("file", file);
  const uploaded = await api.post("/api/v1/files/", { body: form });
  return {
    type: file.type.startsWith("image/") ? "image" : "file",
    id: uploaded.id,
    name: uploaded.meta.name,
    url: `/api/v1/files/${uploaded.id}/content`,
    size: file.size,
    content_type: file.type || uploaded.meta.content_type,
  };
}
