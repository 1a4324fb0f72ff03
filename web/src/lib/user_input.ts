/** `request:user_input`: several questions with options, as the server hands them out. */
import { isMapping, textOf } from "./events";

export interface AskedOption {
  label: string;
  description: string;
}

export interface AskedQuestion {
  id: string;
  header: string;
  question: string;
  options: AskedOption[];
  allowOther: boolean;
  multiple: boolean;
}

/** What is chosen so far: places of options, and another answer where `other` is on. */
export interface Draft {
  chosen: number[];
  other: boolean;
  text: string;
}

export function questionsOf(data: Record<string, unknown>): AskedQuestion[] {
  if (!Array.isArray(data.questions)) return [];
  return data.questions.filter(isMapping).map((item, index) => ({
    id: textOf(item.id) || String(index + 1),
    header: textOf(item.header),
    question: textOf(item.question),
    options: (Array.isArray(item.options) ? item.options : [])
      .filter(isMapping)
      .map((option) => ({ label: textOf(option.label), description: textOf(option.description) })),
    allowOther: item.allow_other !== false,
    multiple: item.multiple === true,
  }));
}

export const emptyDraft = (question: AskedQuestion): Draft => ({
  chosen: [],
  other: !question.options.length,
  text: "",
});

export const isAnswered = (draft: Draft): boolean =>
  draft.other ? Boolean(draft.text.trim()) : draft.chosen.length > 0;

/** The draft after an option was switched; choosing one of several takes the others back. */
export function toggled(question: AskedQuestion, draft: Draft, place: number, on: boolean): Draft {
  const rest = draft.chosen.filter((other) => other !== place);
  if (question.multiple)
    return { ...draft, chosen: on ? [...rest, place].sort((one, two) => one - two) : rest };
  return { ...draft, chosen: [place], other: false };
}

export function otherChosen(question: AskedQuestion, draft: Draft, on: boolean): Draft {
  return { ...draft, other: on, chosen: question.multiple ? draft.chosen : [] };
}

/** What the server takes as the answer. */
export function answersOf(
  questions: AskedQuestion[],
  drafts: Record<string, Draft>,
): Record<string, unknown> {
  return Object.fromEntries(questions.map((question) => [question.id, answerOf(question, drafts)]));
}

function answerOf(question: AskedQuestion, drafts: Record<string, Draft>): unknown {
  const draft = drafts[question.id] ?? emptyDraft(question);
  const chosen: Record<string, unknown>[] = draft.chosen.map((place) => ({ option_index: place }));
  if (draft.other && draft.text.trim()) chosen.push({ text: draft.text.trim() });
  return question.multiple ? { options: chosen } : (chosen[0] ?? null);
}
