/** Where an author's code stood when it failed, out of a traceback of Python. */

const FRAME = /^\s*File "([^"]+)", line (\d+)/gm;
const MOST = 4;

/** Lines of the author's file, the innermost first, each once. `line` is where the server saw the error. */
export function framesOf(traceback: string, line: number | null | undefined): number[] {
  const frames = [...traceback.matchAll(FRAME)].map(([, file, at]) => ({ file, line: Number(at) })).reverse();
  const own = line ? frames.find((frame) => frame.line === line)?.file : undefined;
  const lines = frames.filter((frame) => frame.file === own && own !== undefined).map((frame) => frame.line);
  return [...new Set(line ? [line, ...lines] : lines)].slice(0, MOST);
}

export interface Excerpt {
  first: number;
  marked: number;
  lines: string[];
}

/** What stands around a line of a source; null where there is no such line. */
export function excerpt(lines: string[], marked: number, around = 4): Excerpt | null {
  if (marked < 1 || marked > lines.length) return null;
  const first = Math.max(1, marked - around);
  return { first, marked, lines: lines.slice(first - 1, marked + around) };
}

/** Coloured HTML cut into lines: what is open at the end of one is opened again in the next. */
export function linesOf(html: string): string[] {
  const open: string[] = [];
  return html.split("\n").map((line) => {
    const before = open.join("");
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      if (tag === "</span>") open.pop();
      else open.push(tag);
    }
    return before + line + "</span>".repeat(open.length);
  });
}
