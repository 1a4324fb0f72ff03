/** What a function is called, as its source and its file name say it. */

export interface Frontmatter {
  title?: string;
  id?: string;
  description?: string;
  requirements?: string;
  [field: string]: string | undefined;
}

const DOCSTRING = /^(?:\s*#[^\n]*\n|\s)*[rRuU]?("""|''')([\s\S]*?)\1/;
const FIELD = /^\s*(\w+)\s*:\s*(.*?)\s*$/;

/** The `key: value` lines of the leading docstring. The server's reading decides; this one only fills in forms. */
export function frontmatter(source: string): Frontmatter {
  const fields: Frontmatter = {};
  for (const line of DOCSTRING.exec(source)?.[2]?.split("\n") ?? []) {
    const [, key, value] = FIELD.exec(line) ?? [];
    if (key && value && !(key.toLowerCase() in fields)) fields[key.toLowerCase()] = value;
  }
  return fields;
}

/** An id made of any text: "Ask twice!" becomes `ask_twice`. */
export function identifier(text: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^\d/.test(plain) ? `_${plain}` : plain;
}

export function isIdentifier(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text);
}

/** "my-tool.py" names `my_tool`; what the source says of itself comes first. */
export function identityOf(source: string, fileName = ""): { id: string; name: string; description: string } {
  const said = frontmatter(source);
  const stem = (fileName.split("/").pop() ?? "").replace(/\.py$/i, "");
  const name = said.title ?? stem;
  return { id: identifier(said.id ?? (said.title || stem)), name, description: said.description ?? "" };
}
