/** What a reserved name means, beside the pointer. */
import { hoverTooltip } from "@codemirror/view";
import type { Language, Word } from "../source_types";
import { language } from "./language";

const WORD = /[\w:]+/g;

export const explanations = hoverTooltip(async (view, pos) => {
  const line = view.state.doc.lineAt(pos);
  const found = [...line.text.matchAll(WORD)].find(
    ({ 0: word, index }) => line.from + index <= pos && pos <= line.from + index + word.length,
  );
  if (!found) return null;
  const explained = explanationOf(found[0], line.text.slice(0, found.index), await language());
  if (!explained) return null;
  const from = line.from + found.index;
  const create = () => ({ dom: card(found[0], explained) });
  return { pos: from, end: from + found[0].length, above: true, create };
});

interface Explanation {
  about: string;
  fields: Word[];
  answer: string;
}

export function explanationOf(word: string, before: string, known: Language): Explanation | null {
  const only = (about: string | undefined) => (about ? { about, fields: [], answer: "" } : null);
  if (word.startsWith("__")) return only(known.arguments.find(({ name }) => name === word)?.about);
  if (/["']type["']\s*:\s*["']$/.test(before)) return known.events.find(({ type }) => type === word) ?? null;
  if (/def\s+$/.test(before)) return only(known.hooks.find(({ name }) => name === word)?.about);
  return null;
}

function card(name: string, { about, fields, answer }: Explanation): HTMLElement {
  const dom = element("div", "cm-explanation");
  dom.append(element("code", "", name), element("p", "", about));
  if (fields.length) {
    const list = element("dl", "");
    for (const field of fields) list.append(element("dt", "", field.name), element("dd", "", field.about));
    dom.append(list);
  }
  if (answer) dom.append(element("p", "cm-fix", answer));
  return dom;
}

function element(tag: string, className: string, text = ""): HTMLElement {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
