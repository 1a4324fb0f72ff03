/** Files of a message, as the page shows them. */
import { bytes } from "./format";
import type { FileItem } from "./types";

export interface FileView {
  name: string;
  url: string;
  detail: string;
  isImage: boolean;
}

const IMAGE_NAME = /\.(png|jpe?g|gif|webp|svg|avif|bmp)$/i;

export function fileView(given: FileItem | string): FileView {
  const file: FileItem = typeof given === "string" ? { url: given } : given;
  const inner = (file.file ?? {}) as { filename?: string; meta?: { content_type?: string; size?: number } };
  const url = addressOf(file);
  const name = file.name ?? file.filename?.toString() ?? inner.filename ?? nameIn(url);
  const type = file.content_type ?? inner.meta?.content_type ?? "";
  const isImage =
    file.type === "image" ||
    type.startsWith("image/") ||
    url.startsWith("data:image/") ||
    IMAGE_NAME.test(name);
  const detail = [extension(name), bytes(file.size ?? inner.meta?.size)].filter(Boolean).join(" · ");
  return { name, url, detail, isImage };
}

function addressOf(file: FileItem): string {
  const url = typeof file.url === "string" ? file.url : "";
  if (/^(https?:|data:|blob:|\/)/.test(url)) return url;
  const id = url || file.id;
  return id ? `/api/v1/files/${encodeURIComponent(id)}/content` : "";
}

function nameIn(url: string): string {
  return url.startsWith("data:") ? "" : (url.split(/[?#]/)[0]?.split("/").pop() ?? "");
}

function extension(name: string): string {
  return /\.(\w{1,6})$/.exec(name)?.[1]?.toUpperCase() ?? "";
}
