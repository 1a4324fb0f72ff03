/** `$...$`, `$$...$$`, `\(...\)` and `\[...\]` as Markdown tokens. */
import type { MarkedExtension, TokenizerThis, Tokens } from "marked";

export interface MathToken extends Tokens.Generic {
  type: "blockMath" | "inlineMath";
  raw: string;
  tex: string;
  display: boolean;
}

const BLOCK = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/;
const INLINE_DISPLAY = /^(?:\$\$([^$]+?)\$\$|\\\[([\s\S]+?)\\\])/;
// A price ("$5 and $6") is not a formula: no space inside the dollars, no digit after the last.
const INLINE = /^(?:\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)|\\\(([\s\S]+?)\\\))/;

export const math: MarkedExtension = {
  extensions: [
    {
      name: "blockMath",
      level: "block",
      start: (text) => place(text, /(?:^|\n)(?:\$\$|\\\[)/),
      tokenizer(this: TokenizerThis, text): MathToken | undefined {
        return token("blockMath", BLOCK.exec(text), true);
      },
    },
    {
      name: "inlineMath",
      level: "inline",
      start: (text) => place(text, /\$|\\\(|\\\[/),
      tokenizer(this: TokenizerThis, text): MathToken | undefined {
        return (
          token("inlineMath", INLINE_DISPLAY.exec(text), true) ??
          token("inlineMath", INLINE.exec(text), false)
        );
      },
    },
  ],
};

function place(text: string, pattern: RegExp): number | undefined {
  const index = text.search(pattern);
  return index < 0 ? undefined : index;
}

function token(
  type: MathToken["type"],
  found: RegExpExecArray | null,
  display: boolean,
): MathToken | undefined {
  const tex = found?.[1] ?? found?.[2];
  return found && tex ? { type, raw: found[0], tex: tex.trim(), display } : undefined;
}
