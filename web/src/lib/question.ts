/** A question as a dialog: what authors write, read leniently. */
import { isMapping, textOf } from "./events";
import { choice, type Choice, type Schema } from "./schema";
import { texts } from "./texts";
import type { OpenQuestion } from "./types";
import { questionsOf, type AskedQuestion } from "./user_input";

export type QuestionKind =
  "confirm" | "input" | "select" | "multiselect" | "form" | "file" | "several" | "other";

export interface QuestionView {
  kind: QuestionKind;
  title: string;
  message: string;
  placeholder: string;
  value: unknown;
  password: boolean;
  multiline: boolean;
  choices: Choice[];
  schema: Schema;
  submit: string;
  required: boolean;
  /** Of `request:user_input`. */
  questions: AskedQuestion[];
  /** Of `file`: what the browser offers, and whether several are wanted. */
  accept: string;
  multiple: boolean;
}

const KINDS: Record<string, QuestionKind> = {
  confirmation: "confirm",
  confirm: "confirm",
  input: "input",
  select: "select",
  multiselect: "multiselect",
  form: "form",
  file: "file",
  "request:user_input": "several",
};

export function questionView(question: OpenQuestion): QuestionView {
  const { data } = question;
  const kind = kindOf(question);
  const asked = textOf(data.message ?? data.description ?? data.content ?? data.label ?? data.question);
  const input = textOf(data.type ?? data.input_type);
  const title = textOf(data.title) || titles(question.type)[kind];
  return {
    kind,
    title,
    message: asked === title ? "" : asked,
    placeholder: textOf(data.placeholder),
    value: data.value ?? data.default,
    password: input === "password" || data.password === true,
    multiline:
      ["textarea", "multiline"].includes(input) || data.multiline === true || typeof data.rows === "number",
    choices: choicesOf(data.options),
    schema: isMapping(data.schema) ? (data.schema as Schema) : {},
    submit:
      textOf(data.confirm_label ?? data.submit) ||
      (kind === "confirm" ? texts.chat.questions.yes : texts.chat.questions.submit),
    required: data.required === true,
    questions: kind === "several" ? questionsOf(data) : [],
    accept: Array.isArray(data.accept) ? data.accept.join(",") : textOf(data.accept),
    multiple: data.multiple === true,
  };
}

/** What an unknown kind of question is answered with: JSON where it is some, else the text. */
export function rawAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function kindOf({ type, data }: OpenQuestion): QuestionKind {
  if (type === "input" && data.options !== undefined) return "select";
  const kind = KINDS[type] ?? "other";
  return kind === "several" && !questionsOf(data).length ? "other" : kind;
}

function titles(type: string): Record<QuestionKind, string> {
  const words = texts.chat.questions;
  return {
    confirm: words.confirmTitle,
    input: words.inputTitle,
    select: words.selectTitle,
    multiselect: words.selectTitle,
    form: words.formTitle,
    several: words.formTitle,
    file: words.fileTitle,
    other: words.otherTitle(type),
  };
}

function choicesOf(options: unknown): Choice[] {
  if (Array.isArray(options)) return options.map(choice);
  return isMapping(options)
    ? Object.entries(options).map(([value, label]) => ({ value, label: textOf(label) }))
    : [];
}
