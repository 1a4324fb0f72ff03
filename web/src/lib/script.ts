/** Runs what a function sends with `execute`, and says what came of it in the author's terms. */
import { newId } from "./ids";

export interface ScriptFailure {
  /** The whole in one sentence, for authors who look at nothing else. */
  error: string;
  type: string;
  message: string;
  line: number | null;
}

export type Outcome = { value: unknown } | { failure: ScriptFailure };

type Body = () => Promise<unknown>;

const NAME = "execute.js";
/** Lines of the element before the first one of the code. */
const HEAD = 1;

/** The number that lets this document run scripts; none where its policy has none. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

/** Whether this document was delivered for functions that may run scripts in it. */
export function mayRunScripts(): boolean {
  return nonce() !== "";
}

export async function runScript(code: string): Promise<Outcome> {
  try {
    return { value: answerable(await compiled(code)()) };
  } catch (error) {
    return { failure: error instanceof Uncompiled ? error.failure : described(error) };
  }
}

class Uncompiled extends Error {
  constructor(readonly failure: ScriptFailure) {
    super(failure.error);
  }
}

/**
 * The code as the body of an async function. A script element compiles it, so that no policy has to allow `eval`; what
 * keeps it from being compiled is only told to the window.
 */
function compiled(code: string): Body {
  const key = `penstock-${newId()}`;
  const found: { body?: Body; problem?: ErrorEvent } = {};
  const hear = (event: ErrorEvent) => {
    found.problem ??= event;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const receive = (body: Body) => (found.body = body);
  Object.defineProperty(window, key, { value: receive, configurable: true });
  window.addEventListener("error", hear, true);
  const script = document.createElement("script");
  script.nonce = nonce();
  script.textContent = `window["${key}"](async function () {\n${code}\n});\n//# sourceURL=${NAME}`;
  document.documentElement.append(script);
  script.remove();
  window.removeEventListener("error", hear, true);
  Reflect.deleteProperty(window, key);
  if (found.body && !found.problem) return found.body;
  throw new Uncompiled(uncompiled(found.problem));
}

function uncompiled(problem: ErrorEvent | undefined): ScriptFailure {
  const failure = described(
    problem?.error ?? new SyntaxError(problem?.message ?? "The script does not compile."),
  );
  failure.line = problem ? Math.max(1, problem.lineno - HEAD) : null;
  return { ...failure, error: summary(failure) };
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
