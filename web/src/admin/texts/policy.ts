export const policy = {
  title: (name: string) => `When ${name} fails`,
  menu: "When it fails",
  lead: "An error before the model is asked always blocks the message. Here you decide about errors after that.",
  hooks: {
    stream: "While the answer grows (stream)",
    outlet: "Once the answer is complete (outlet)",
  },
  choices: {
    skip: "Skip the filter",
    fail: "Fail the message",
    block: "Block the answer",
  },
  hints: {
    skip: "The answer goes on without it, with a visible warning.",
    fail: "The message ends with the error; what there is of the answer stays.",
    block: "The message ends with the filter's own sentence; what there is of the answer is taken back.",
  },
  tasks: "Titles, tags and follow-ups pass it",
  tasksHint: "What the server asks models about a chat, besides what people ask.",
  save: "Save",
  saved: "Saved. It holds from the next answer on.",
};
