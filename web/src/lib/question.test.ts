import { expect, it } from "vitest";
import { questionView, rawAnswer } from "./question";

const question = (type: string, data: Record<string, unknown>) => ({
  id: "q",
  run_id: "r",
  chat_id: null,
  message_id: null,
  type,
  data,
  created_at: 0,
});

it.each([
  ["confirm", { title: "T", message: "M" }, { kind: "confirm", title: "T", message: "M" }],
  ["confirmation", {}, { kind: "confirm", title: "Please confirm" }],
  ["input", { type: "password", placeholder: "p" }, { kind: "input", password: true, placeholder: "p" }],
  ["input", { multiline: true, value: "v" }, { kind: "input", multiline: true, value: "v" }],
  ["input", { options: ["a"] }, { kind: "select", choices: [{ value: "a", label: "a" }] }],
  [
    "select",
    { options: [{ label: "L", value: 1 }], default: 1 },
    { kind: "select", value: 1, choices: [{ value: 1, label: "L" }] },
  ],
  ["select", { options: { a: "A" } }, { choices: [{ value: "a", label: "A" }] }],
  ["form", { schema: { type: "object" } }, { kind: "form", schema: { type: "object" } }],
  ["request:user_input", { questions: [{ id: "x", question: "Why?", options: ["a"] }] }, { kind: "several" }],
  ["request:user_input", {}, { kind: "other" }],
  ["my:own", { message: "?" }, { kind: "other", message: "?" }],
])("%s %j", (type, data, expected) => expect(questionView(question(type, data))).toMatchObject(expected));

it.each([
  ["1", 1],
  ['{"a":1}', { a: 1 }],
  ["plain", "plain"],
])("%s", (text, expected) => expect(rawAnswer(text)).toEqual(expected));
