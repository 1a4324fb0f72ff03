export const templates = {
  title: "New function",
  lead: "Begin with one that works as it stands, and change it.",
  list: {
    note: ["Add a note", "A button that asks once and writes below the answer."],
    ask_twice: ["Ask two questions", "A button that asks for a text and a choice, then writes."],
    count_words: ["Show a table", "A button that counts words: a table to sort and download."],
    words_model: ["A model of your own", "Streams what this file writes. Needs nothing else."],
    connection_model: [
      "A model with instructions",
      "Streams the answer of a connected model, told how to answer.",
    ],
    brief_filter: ["A switch in the composer", "Tells models to be brief, with a setting for each person."],
    names_filter: ["Keep names from models", "Swaps words before a model sees them, and back afterwards."],
    answers_event: ["Listen to the server", "Hears when an answer is complete, and counts."],
  } as Record<string, [string, string]>,
  kinds: {
    action: "Buttons under answers",
    pipe: "Models",
    filter: "What goes in and comes out",
    event: "What happens on the server",
  },
  preview: (title: string) => `Source of ${title}`,
  use: "Use this",
  back: "All templates",
  blank: "Empty file",
};
