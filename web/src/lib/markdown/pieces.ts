/** A long text in pieces of whole lines: while it grows, all but the last stay as they are. */
const LINES = 64;

export function pieces(text: string): string[] {
  const found: string[] = [];
  let begin = 0;
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    if (++lines % LINES) continue;
    found.push(text.slice(begin, at + 1));
    begin = at + 1;
  }
  if (begin < text.length) found.push(text.slice(begin));
  return found;
}
