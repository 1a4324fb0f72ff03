/** What to try first with a model. */
import type { ModelItem } from "./types";
import { texts } from "./texts";

export interface Prompt {
  title: string;
  hint: string;
  content: string;
}

const MOST = 4;

export function suggestionsOf(model: ModelItem | undefined): Prompt[] {
  const given = model?.info?.meta.suggestion_prompts;
  if (given?.length) {
    return given.slice(0, MOST).map(({ title, content }) => {
      const [head, ...rest] = Array.isArray(title) ? title : [title ?? ""];
      return { title: head ?? "", hint: rest.join(" ") || (head ? "" : content), content };
    });
  }
  return model && /(^|\.)guide$/.test(model.id) ? texts.chat.guidePrompts : [];
}
