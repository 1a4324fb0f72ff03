/** Files as a tree: folders with what is in them, in the order in which they are listed. */
export interface FileRow {
  path: string;
  name: string;
  depth: number;
  folder: boolean;
}

export function rowsOf(paths: string[]): FileRow[] {
  const rows: FileRow[] = [];
  const told = new Set<string>();
  const inFolders = (path: string) => Number(path.includes("/"));
  for (const path of [...paths].sort((one, other) => inFolders(one) - inFolders(other))) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join("/");
      if (told.has(folder)) continue;
      told.add(folder);
      rows.push({ path: folder, name: parts[depth - 1]!, depth: depth - 1, folder: true });
    }
    rows.push({ path, name: parts.at(-1)!, depth: parts.length - 1, folder: false });
  }
  return rows;
}

/** Why a file cannot have this name; empty where it can. The server decides. */
export function badPath(path: string, others: string[]): "needed" | "bad" | "taken" | "" {
  if (!path) return "needed";
  const parts = path.split("/");
  if (
    /[\\:]|\p{Cc}/u.test(path) ||
    parts.some((part) => !part || part === "." || part === ".." || part !== part.trim())
  )
    return "bad";
  const inTheWay = (other: string) =>
    other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`);
  return others.some(inTheWay) ? "taken" : "";
}
