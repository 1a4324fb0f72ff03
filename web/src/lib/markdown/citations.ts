/** `[1]` and `[2, 3]`: where an answer says on which of its sources it rests. */
import type { MarkedExtension, TokenizerThis, Tokens } from "marked";

export interface CitationToken extends Tokens.Generic {
  type: "citation";
  raw: string;
  numbers: number[];
}

const CITATION = /^(?:\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?![([])|【(\d{1,3})(?:†[^】\n]{0,60})?】)/;
/** Directly behind another one, `[1][2]` are two citations and no link. */
const PAIR = /^\[(\d{1,3})\](?=\[\d{1,3}\])/;

export const citations: MarkedExtension = {
  extensions: [
    {
      name: "citation",
      level: "inline",
      start: (text) => {
        const index = text.search(/\[\d|【\d/);
        return index < 0 ? undefined : index;
      },
      tokenizer(this: TokenizerThis, text): CitationToken | undefined {
        const found = PAIR.exec(text) ?? CITATION.exec(text);
        const said = found?.[1] ?? found?.[2];
        if (!found || !said) return undefined;
        const numbers = said.split(",").map(Number);
        if (numbers.some((number) => this.lexer.tokens.links[number])) return undefined;
        return { type: "citation", raw: found[0], numbers };
      },
    },
  ],
};
