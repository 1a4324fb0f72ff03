/** Files from this machine into a package: texts as texts, everything else as it is. */
const MOST = 8 * 2 ** 20;
const LONGEST_TEXT = 2 ** 20;

export interface Uploaded {
  name: string;
  text: string | null;
  base64?: string;
  size: number;
}

/** Null for what is larger than a package may be. */
export async function readUpload(file: File): Promise<Uploaded | null> {
  if (file.size > MOST) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = textIn(bytes);
  if (text !== null) return { name: file.name, text, size: file.size };
  return { name: file.name, text: null, base64: base64Of(bytes), size: file.size };
}

function textIn(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") || text.length > LONGEST_TEXT ? null : text;
  } catch {
    return null;
  }
}

function base64Of(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += 0x8000)
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + 0x8000)));
  return btoa(pieces.join(""));
}
