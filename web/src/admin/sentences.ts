/** Texts one after another, each with its full stop. */
export function sentences(...parts: (string | false)[]): string {
  const said = parts.filter((part): part is string => Boolean(part));
  return said.length > 1
    ? said.map((part) => (/[.!?:]$/.test(part) ? part : `${part}.`)).join(" ")
    : (said[0] ?? "");
}
