/** One file of a function that is edited, and what differs between such files and others. */
import type { StoredFile } from "../../admin/source_types";

export const INIT = "__init__.py";

/** `from` is its name in the version that is edited; without a `text` it is no text, and stays as it is. */
export interface SourceFile {
  path: string;
  from: string | null;
  text: string | null;
  base64?: string;
  size: number;
}

export interface FileDifference {
  path: string;
  kind: "added" | "removed" | "changed";
  before: string | null;
  after: string | null;
}

/** What differs in `files` from those of the version that serves. */
export function differencesOf(files: SourceFile[], serving: StoredFile[]): FileDifference[] {
  const before = new Map(serving.map(({ path, content }) => [named(path), content]));
  const after = new Map(files.map((file) => [named(file.path), file]));
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(byPath);
  return paths.flatMap((path): FileDifference[] => {
    const [old, file] = [before.get(path), after.get(path)];
    if (old === undefined) return [{ path, kind: "added", before: "", after: file?.text ?? null }];
    if (!file) return [{ path, kind: "removed", before: old, after: "" }];
    const same = file.text === old && file.base64 === undefined;
    return same ? [] : [{ path, kind: "changed", before: old, after: file.text }];
  });
}

export const asSaved = ({ path, size, content }: StoredFile): SourceFile => ({
  path,
  from: path,
  text: content,
  size,
});

export const sorted = (files: SourceFile[]) => [...files].sort((one, other) => byPath(one.path, other.path));

const named = (path: string) => path || INIT;
const byPath = (one: string, other: string) =>
  Number(other === INIT) - Number(one === INIT) || one.localeCompare(other);
