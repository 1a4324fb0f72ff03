/** Where in a Python source somebody writes: told from the text before the cursor, which need not parse. */

export type Surroundings =
  | { at: "argument"; typed: string; hook: string }
  | { at: "event"; typed: string; asks: boolean | null }
  | { at: "data"; typed: string; type: string }
  | { at: "hook"; typed: string; indent: string; kind: string }
  | { at: "header"; typed: string }
  | { at: "module"; typed: string }
  | { at: "name"; typed: string; module: string }
  | { at: "method"; typed: string; of: string }
  | { at: "input"; typed: string }
  | { at: "field"; typed: string };

/** How far back is looked: more than any call of an author's, little enough for every key. */
const REACH = 1500;

export function surroundingsOf(before: string): Surroundings | null {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return inHeader(before, line) ?? inImport(line) ?? inString(before) ?? inCode(before, line);
}

function inHeader(before: string, line: string): Surroundings | null {
  const open = /^(?:\s*#[^\n]*\n|\s)*[rRuU]?("""|''')([\s\S]*)$/.exec(before);
  if (!open || open[2]!.includes(open[1]!)) return null;
  const [typed] = /^[a-z_]*$/.exec(line) ?? [];
  return typed === undefined ? null : { at: "header", typed };
}

function inImport(line: string): Surroundings | null {
  const from = /^\s*from\s+([\w.]+)\s+import\s+\(?(?:\w+(?:\s+as\s+\w+)?\s*,\s*)*(\w*)$/.exec(line);
  if (from) return { at: "name", module: from[1]!, typed: from[2]! };
  const module = /^\s*(?:from|import)\s+([\w.]*)$/.exec(line);
  return module && { at: "module", typed: module[1]! };
}

function inString(before: string): Surroundings | null {
  const near = before.slice(-REACH);
  const typed = /["']type["']\s*:\s*["']([\w:]*)$/.exec(near);
  if (typed) {
    if (/["']input["']\s*:\s*\{[^{}]*$/.test(near)) return { at: "input", typed: typed[1]! };
    return { at: "event", typed: typed[1]!, asks: asks(near) };
  }
  const key = /[{,]\s*["'](\w*)$/.exec(near);
  if (!key) return null;
  const type = typeOfData(near);
  return type === null ? null : { at: "data", typed: key[1]!, type };
}

/** The type of the event in whose `data` the end of the text stands. */
function typeOfData(text: string): string | null {
  const opened = [...text.matchAll(/["']data["']\s*:\s*\{/g)].at(-1);
  if (!opened) return null;
  let depth = 1;
  for (const character of text.slice(opened.index + opened[0].length)) {
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (depth === 0) return null;
  }
  if (depth > 1) return null;
  return (
    [...text.slice(0, opened.index).matchAll(/["']type["']\s*:\s*["']([\w:]+)["']/g)].at(-1)?.[1] ?? null
  );
}

/** Whether the nearest call is that of the caller; null where there is none. */
function asks(text: string): boolean | null {
  const call = text.lastIndexOf("__event_call__(");
  const emitter = text.lastIndexOf("__event_emitter__(");
  return call === emitter ? null : call > emitter;
}

function inCode(before: string, line: string): Surroundings | null {
  const argument = /(?:^|[^\w"'])(__\w*)$/.exec(line);
  if (argument) return { at: "argument", typed: argument[1]!, hook: signatureOf(before) };
  const method = /(?:^|[^\w.])([A-Za-z_]\w*)\.(\w*)$/.exec(line);
  if (method) return { at: "method", of: method[1]!, typed: method[2]! };
  const hook = /^([ \t]+)((?:async\s+)?(?:def\s+)?\w*)$/.exec(line);
  const kind = [...before.matchAll(/^class (Pipe|Filter|Action|Event)\b/gm)].at(-1)?.[1];
  if (hook && kind && indentOfClassBody(before, hook[1]!))
    return { at: "hook", typed: hook[2]!, indent: hook[1]!, kind: kind.toLowerCase() };
  const field = /\bField\(([^()]*(?:\([^()]*\)[^()]*)*)$/.exec(before.slice(-REACH));
  const [, option] = /(?:^|[,(\s])(\w*)$/.exec(field?.[1] ?? "=") ?? [];
  return field && option !== undefined && !/=\s*\w*$/.test(field[1]!) ? { at: "field", typed: option } : null;
}

/** The name of the function whose signature is being written. */
function signatureOf(before: string): string {
  return /def\s+(\w+)\s*\([^()]*$/.exec(before.slice(-REACH))?.[1] ?? "";
}

/** Methods stand as deep as the methods above them, and never in a bracket. */
function indentOfClassBody(before: string, indent: string): boolean {
  const others = [...before.matchAll(/^([ \t]+)(?:async\s+)?def\s/gm)].map((each) => each[1]!);
  return !others.length ? indent.length <= 4 : others.some((each) => each === indent);
}
