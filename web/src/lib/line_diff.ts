/** What became of the lines of a text. */
export interface DiffLine {
  kind: "same" | "gone" | "new";
  text: string;
}

const MOST_CELLS = 1_000_000;

/** The shortest way from one text to the other, line by line; very long texts are told as a whole. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [from, to] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < Math.min(from.length, to.length) - start && from.at(-1 - end) === to.at(-1 - end)) end += 1;
  const as = (kind: DiffLine["kind"], lines: string[]) => lines.map((text) => ({ kind, text }));
  return [
    ...as("same", from.slice(0, start)),
    ...middle(from.slice(start, from.length - end), to.slice(start, to.length - end), as),
    ...as("same", from.slice(from.length - end)),
  ];
}

function middle(
  from: string[],
  to: string[],
  as: (kind: DiffLine["kind"], lines: string[]) => DiffLine[],
): DiffLine[] {
  if (from.length * to.length > MOST_CELLS) return [...as("gone", from), ...as("new", to)];
  const common = commonLengths(from, to);
  const lines: DiffLine[] = [];
  let [a, b] = [0, 0];
  while (a < from.length || b < to.length) {
    const below = common[a + 1]?.[b] ?? -1;
    const beside = common[a]?.[b + 1] ?? -1;
    if (a < from.length && b < to.length && from[a] === to[b]) {
      lines.push({ kind: "same", text: from[a] ?? "" });
      a += 1;
      b += 1;
    } else if (a < from.length && (b === to.length || below >= beside)) {
      lines.push({ kind: "gone", text: from[a++] ?? "" });
    } else lines.push({ kind: "new", text: to[b++] ?? "" });
  }
  return lines;
}

/** How many lines the rests from each place on have in common. */
function commonLengths(from: string[], to: string[]): Uint32Array[] {
  const table = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1));
  for (let a = from.length - 1; a >= 0; a -= 1) {
    const [row, next] = [table[a]!, table[a + 1]!];
    for (let b = to.length - 1; b >= 0; b -= 1) {
      row[b] = from[a] === to[b] ? next[b + 1]! + 1 : Math.max(next[b]!, row[b + 1]!);
    }
  }
  return table;
}

/** Only what changed, with the lines around it; `null` stands where lines were left out. */
export function aroundChanges(lines: DiffLine[], around = 2): (DiffLine | null)[] {
  const isNear = (place: number) =>
    lines.slice(Math.max(0, place - around), place + around + 1).some(({ kind }) => kind !== "same");
  return lines
    .map((line, place) => (isNear(place) ? line : null))
    .filter((line, place, all) => line !== null || all[place - 1] !== null);
}
