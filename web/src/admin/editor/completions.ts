/** What an author may ask for by name: arguments of hooks, and the types of events and questions. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";

const ARGUMENTS: Record<string, string> = {
  __user__: "Who asks: id, name, email, role, and their own valves",
  __event_emitter__: "await it with an event: status, message, notification, files, citation",
  __event_call__: "await it with a question: confirmation, input, select, form, execute",
  __model__: "The model of the chat",
  __metadata__: "Ids of chat, message and session, and more about the request",
  __request__: "The HTTP request",
  __id__: "Id of this function, or of the button that was clicked",
  __chat_id__: "Id of the chat",
  __session_id__: "Id of the browser's session",
  __message_id__: "Id of the message",
  __messages__: "The messages of the chat",
  __files__: "Files attached to the chat",
  __tools__: "Tools that the model may use",
  __task__: "Why a pipe is called, when it is for a title, tags or follow-ups",
  __task_body__: "What the task is about",
  __features__: "What the chat has switched on",
  __body__: "The whole body of the request",
  __oauth_token__: "Token of the user's sign-in at another service",
};

const EVENTS: Record<string, string> = {
  status: "A line over the answer: description, done, hidden",
  progress: "A bar: percent",
  message: "Appends to the answer: content",
  replace: "Replaces the answer: content",
  files: "Attaches files",
  embeds: "Shows HTML below the answer",
  citation: "A source: document, metadata, source",
  notification: "A toast: type, content",
  "chat:title": "Renames the chat",
  "chat:tags": "Tags the chat",
  "chat:message:follow_ups": "Suggests what to ask next",
  confirmation: "Asks yes or no: title, message",
  input: "Asks for a text: title, message, placeholder, value",
  select: "Asks to choose one: title, options",
  multiselect: "Asks to choose some: title, options",
  form: "Asks for an object: title, schema",
  execute: "Runs JavaScript in the page: code",
};

const completions = (names: Record<string, string>, type: string): Completion[] =>
  Object.entries(names).map(([label, info]) => ({ label, type, info }));

const argumentNames = completions(ARGUMENTS, "variable");
const eventTypes = completions(EVENTS, "enum");

export function penstockNames(context: CompletionContext): CompletionResult | null {
  const event = context.matchBefore(/["']type["']\s*:\s*["'][\w:]*/);
  if (event) {
    const typed = /[\w:]*$/.exec(event.text)?.[0].length ?? 0;
    return { from: event.to - typed, options: eventTypes, validFor: /^[\w:]*$/ };
  }
  const word = context.matchBefore(/__\w*/);
  return word && { from: word.from, options: argumentNames, validFor: /^\w*$/ };
}
