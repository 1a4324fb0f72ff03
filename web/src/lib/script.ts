/** Runs what a function sends with `execute`, and says what came of it in the author's terms. */

export interface ScriptFailure {
  /** The whole in one sentence, for authors who look at nothing else. */
  error: string;
  type: string;
  message: string;
  line: number | null;
}

export type Outcome = { value: unknown } | { failure: ScriptFailure };

const NAME = "execute.js";
/** Lines that `AsyncFunction` puts before the body. */
const HEAD = 2;
const AsyncFunction = (async () => {}).constructor as new (
  ...source: string[]
) => (...values: unknown[]) => Promise<unknown>;

/** Whether this document's policy lets code be compiled. */
export function mayCompile(): boolean {
  try {
    new AsyncFunction("");
    return true;
  } catch {
    return false;
  }
}

export async function runScript(code: string): Promise<Outcome> {
  try {
    const run = new AsyncFunction(`${code}\n//# sourceURL=${NAME}`);
    return { value: answerable(await run()) };
  } catch (error) {
    const failure = described(error);
    if (failure.type === "SyntaxError" && failure.line === null) failure.line = await lineOfSyntaxError(code);
    failure.error = summary(failure);
    return { failure };
  }
}

/** The value as JSON will hold it. Throws a `TypeError` for what JSON would lose without a word. */
export function answerable(value: unknown): unknown {
  if (value === undefined) return null;
  const text = JSON.stringify(value, (key: string, part: unknown) => {
    if (!isPlain(part)) throw new TypeError(`The script returned ${kindOf(part)}${place(key)}, ${ADVICE}`);
    return part;
  });
  return JSON.parse(text) as unknown;
}

const ADVICE = "which JSON cannot hold. Return texts, numbers, true or false, null, lists and plain objects.";

function place(key: string): string {
  return key ? ` at "${key}"` : "";
}

function isPlain(value: unknown): boolean {
  if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Array.isArray(value)) return true;
  return Object.getPrototypeOf(prototype) === null && (value as object).constructor?.name === "Object";
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  const name = /^\[object (\w+)\]$/.exec(Object.prototype.toString.call(value))?.[1] ?? "object";
  const own = (value as object).constructor?.name;
  const kind = name === "Object" && own ? own : name;
  return `${/^[AEIO]/.test(kind) ? "an" : "a"} ${kind}`;
}

export function described(error: unknown): ScriptFailure {
  const isError = typeof error === "object" && error !== null && "message" in error;
  const type = isError ? String((error as Error).name || "Error") : "Error";
  const message = isError ? String((error as Error).message) : thrown(error);
  const failure = { error: "", type, message, line: lineOf(error) };
  return { ...failure, error: summary(failure) };
}

function thrown(value: unknown): string {
  return typeof value === "object" && value !== null ? kindOf(value) : String(value);
}

function summary({ type, message, line }: Omit<ScriptFailure, "error">): string {
  return `${type}: ${message}${line === null ? "" : ` (line ${line})`}`;
}

function lineOf(error: unknown): number | null {
  const stack = typeof error === "object" && error !== null ? String((error as Error).stack ?? "") : "";
  const found = /execute\.js:(\d+)/.exec(stack);
  const line = found ? Number(found[1]) - HEAD : 0;
  return line > 0 ? line : null;
}

/** Compilers name the line of a syntax error only to `window.onerror`; the code stands in a function that is not called. */
async function lineOfSyntaxError(code: string): Promise<number | null> {
  if (typeof document === "undefined") return null;
  const url = URL.createObjectURL(new Blob([`async () => {\n${code}\n}`], { type: "text/javascript" }));
  const script = document.createElement("script");
  let line: number | null = null;
  const hear = (event: ErrorEvent) => {
    if (event.filename !== url) return;
    line = Math.max(1, event.lineno - 1);
    event.preventDefault();
  };
  window.addEventListener("error", hear);
  await new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    script.src = url;
    document.documentElement.append(script);
  });
  window.removeEventListener("error", hear);
  script.remove();
  URL.revokeObjectURL(url);
  return line;
}
