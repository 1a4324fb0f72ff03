/** Splits what a model thought from what it says: `<think>` tags, and `<details type="reasoning">`. */

export interface Part {
  kind: "text" | "reasoning";
  text: string;
  done: boolean;
  seconds?: number;
}

const OPENING = /<(think|thinking|reasoning)>|<details\s+type="reasoning"([^>]*)>/i;
const SUMMARY = /^\s*<summary>[\s\S]*?<\/summary>/i;

export function parts(content: string): Part[] {
  const found: Part[] = [];
  let rest = content;
  for (;;) {
    const opening = OPENING.exec(rest);
    if (!opening || insideFence(rest.slice(0, opening.index))) break;
    add(found, { kind: "text", text: rest.slice(0, opening.index), done: true });
    const closing = opening[1] ? `</${opening[1].toLowerCase()}>` : "</details>";
    const inner = rest.slice(opening.index + opening[0].length);
    const end = inner.toLowerCase().indexOf(closing);
    const seconds = Number(/duration="([\d.]+)"/.exec(opening[2] ?? "")?.[1]);
    add(found, {
      kind: "reasoning",
      text: cleaned(end < 0 ? inner : inner.slice(0, end)),
      done: end >= 0,
      ...(seconds && { seconds }),
    });
    if (end < 0) return found;
    rest = inner.slice(end + closing.length);
  }
  add(found, { kind: "text", text: rest, done: true });
  return found;
}

/** The parts of an answer whose reasoning came beside its text. */
export function withReasoning(reasoning: string | undefined, content: string): Part[] {
  const rest = parts(content);
  return reasoning ? [{ kind: "reasoning", text: reasoning, done: content !== "" }, ...rest] : rest;
}

function add(found: Part[], part: Part): void {
  if (part.text.trim() || (part.kind === "reasoning" && !part.done)) found.push(part);
}

function insideFence(before: string): boolean {
  return (before.match(/^\s*(```|~~~)/gm)?.length ?? 0) % 2 === 1;
}

function cleaned(text: string): string {
  return text.replace(SUMMARY, "").replace(/^> ?/gm, "").trim();
}
