import { expect, it } from "vitest";
import { answersOf, emptyDraft, isAnswered, otherChosen, questionsOf, toggled } from "./user_input";

const [tone, parts, why] = questionsOf({
  questions: [
    { id: "tone", question: "Tone?", options: [{ label: "Formal", description: "d" }, { label: "Casual" }] },
    { id: "parts", question: "Parts?", options: [{ label: "a" }, { label: "b" }], multiple: true },
    { question: "Why?", options: [], allow_other: true },
  ],
});

it("reads what the server sends", () => {
  expect(tone).toMatchObject({ id: "tone", allowOther: true, multiple: false });
  expect(tone?.options[0]).toEqual({ label: "Formal", description: "d" });
  expect(why?.id).toBe("3");
  expect(questionsOf({})).toEqual([]);
});

it("answers by place, with other words, or several", () => {
  if (!tone || !parts || !why) throw new Error("no questions");
  const drafts = {
    tone: toggled(tone, toggled(tone, emptyDraft(tone), 0, true), 1, true),
    parts: otherChosen(parts, toggled(parts, toggled(parts, emptyDraft(parts), 1, true), 0, true), true),
    "3": { ...emptyDraft(why), text: " because " },
  };
  drafts.parts.text = "c";
  expect(answersOf([tone, parts, why], drafts)).toEqual({
    tone: { option_index: 1 },
    parts: { options: [{ option_index: 0 }, { option_index: 1 }, { text: "c" }] },
    "3": { text: "because" },
  });
});

it("knows what is not answered yet", () => {
  if (!tone) throw new Error("no question");
  expect(isAnswered(emptyDraft(tone))).toBe(false);
  const other = otherChosen(tone, toggled(tone, emptyDraft(tone), 0, true), true);
  expect(isAnswered(other)).toBe(false);
  expect(isAnswered({ ...other, text: "x" })).toBe(true);
  expect(answersOf([tone], {})).toEqual({ tone: null });
});
