/** What the editor offers while somebody writes; what it offers comes from the server. */
import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from "@codemirror/autocomplete";
import { globalCompletion, localCompletionSource } from "@codemirror/lang-python";
import type { Language, Word } from "../source_types";
import { language } from "./language";
import { surroundingsOf, type Surroundings } from "./surroundings";

const FAR_ENOUGH = 40_000;
const named = (words: Word[], type: string, after = ""): Completion[] =>
  words.map(({ name, about }, index) => ({
    label: name,
    type,
    info: about,
    boost: -index,
    ...(after && { apply: name + after }),
  }));
const plain = (names: string[], type: string): Completion[] => names.map((label) => ({ label, type }));

/** Python's own names come where those of functions may stand as well, or none of them may. */
const SHARED = new Set<Surroundings["at"] | undefined>([undefined, "hook", "method"]);
const ownNames = (source: CompletionSource): CompletionSource => {
  return (context) => (SHARED.has(around(context)?.at) ? source(context) : null);
};

export const sources: CompletionSource[] = [
  penstockNames,
  ownNames(localCompletionSource),
  ownNames(globalCompletion),
];

function around({ state, pos }: CompletionContext): Surroundings | null {
  return surroundingsOf(state.sliceDoc(Math.max(0, pos - FAR_ENOUGH), pos));
}

async function penstockNames(context: CompletionContext): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  const here = around(context);
  if (!here || (!here.typed && !explicit && !EAGER.has(here.at))) return null;
  const known = await language();
  if (context.aborted) return null;
  const after = state.sliceDoc(pos, pos + 1);
  const options = offered(here, known, after);
  return options.length
    ? { from: pos - here.typed.length, options, validFor: VALID[here.at] ?? /^\w*$/ }
    : null;
}

/** Where the list opens before a letter is typed. */
const EAGER = new Set<Surroundings["at"]>(["event", "data", "name", "method", "input"]);
const VALID: Partial<Record<Surroundings["at"], RegExp>> = {
  event: /^[\w:]*$/,
  module: /^[\w.]*$/,
  hook: /^(?:async\s+)?(?:def\s+)?\w*$/,
};

function offered(here: Surroundings, known: Language, after: string): Completion[] {
  switch (here.at) {
    case "argument":
      return named(
        known.arguments.filter(({ hooks }) => isGiven(hooks, here.hook)),
        "variable",
      );
    case "event":
      return events(known, here.asks);
    case "data":
      return fieldsOf(known, here.type, after);
    case "hook":
      return hooks(known, here);
    case "header":
      return named(known.header, "property", ": ");
    case "module":
      return plain(Object.keys(known.modules), "namespace");
    case "name":
      return here.module === "penstock.kv"
        ? named(known.store, "function")
        : plain(known.modules[here.module] ?? [], "class");
    case "method":
      return here.of === "kv"
        ? named(known.store, "function")
        : plain(known.methods[here.of] ?? [], "method");
    case "input":
      return named(known.inputs, "enum");
    case "field":
      return named(known.field, "property", "=");
  }
}

/** In a signature only what that hook gets; elsewhere everything. */
const isGiven = (hooks: string[], hook: string) => !hook || !hooks.length || hooks.includes(hook);

function events({ events: all }: Language, asks: boolean | null): Completion[] {
  return all
    .filter(({ asked }) => asks === null || asks === asked)
    .map(({ type, about, fields, answer }, index) => ({
      label: type,
      boost: -index,
      type: "enum",
      detail: fields
        .map(({ name }) => name)
        .slice(0, 3)
        .join(", "),
      info: [about, answer].filter(Boolean).join(" Answers: "),
    }));
}

/** With the end of the quotes, where they are not there yet. */
function fieldsOf({ events: all }: Language, type: string, after: string): Completion[] {
  const fields = all.find((event) => event.type === type)?.fields ?? [];
  return named(fields, "property", after === '"' || after === "'" ? "" : '": ');
}

function hooks({ hooks: all }: Language, here: Extract<Surroundings, { at: "hook" }>): Completion[] {
  return all
    .filter(({ kind }) => kind === here.kind)
    .map(({ name, signature, about }) => ({
      label: here.typed.startsWith("async")
        ? `async def ${name}`
        : here.typed.startsWith("def")
          ? `def ${name}`
          : name,
      detail: signature.slice(signature.indexOf("(")).replace(/:$/, ""),
      type: "method",
      info: about,
      apply: `${signature}\n${here.indent.repeat(2)}`,
    }));
}
