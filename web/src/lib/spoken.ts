/** Markdown as a voice would say it: without its signs, and not longer than one likes to listen unasked. */

const MOST = 300;
const SIGNS: [RegExp, string][] = [
  [/<details[\s\S]*?<\/details>/g, " "],
  [/```[\s\S]*?(```|$)/g, " "],
  [/!?\[([^\]]*)\]\([^)]*\)/g, "$1"],
  [/^[ \t]*(#{1,6}|>|[-*+]|\d+\.)[ \t]+/gm, ""],
  [/^[ \t|:-]+$|\|/gm, " "],
  [/[*`~]+/g, ""],
  [/\s+/g, " "],
];

export function beginningOf(markdown: string): string {
  const text = SIGNS.reduce((rest, [sign, by]) => rest.replace(sign, by), markdown).trim();
  if (text.length <= MOST) return text;
  const cut = text.slice(0, MOST);
  const end = cut.lastIndexOf(". ") + 1 || cut.lastIndexOf(" ");
  return `${cut.slice(0, end > 0 ? end : MOST).trim()} …`;
}
