/** Cuts Markdown into top-level blocks, so that a growing text re-parses only its end. */
import { Lexer, type Token } from "marked";
import { marked } from "./syntax";

export interface Block {
  token: Token;
  /** Nothing that still comes can change it. */
  settled: boolean;
}

/** Blocks that may still change while text is appended: a list or a table goes on after a pause. */
const OPEN_ENDED = 2;

export class GrowingText {
  #settled: Block[] = [];
  #settledText = "";

  /** The blocks of `text`. Settled blocks are the same objects as before. */
  read(text: string, finished: boolean): Block[] {
    if (finished) {
      this.#settled = [];
      this.#settledText = "";
      return tokens(text).map((token) => ({ token, settled: true }));
    }
    if (!text.startsWith(this.#settledText)) {
      this.#settled = [];
      this.#settledText = "";
    }
    const open = tokens(text.slice(this.#settledText.length));
    while (open.filter((token) => token.type !== "space").length > OPEN_ENDED)
      this.#settle(open.shift() as Token);
    return [...this.#settled, ...open.map((token) => ({ token, settled: false }))];
  }

  #settle(token: Token): void {
    this.#settledText += token.raw;
    this.#settled.push({ token, settled: true });
  }
}

function tokens(text: string): Token[] {
  return new Lexer(marked.defaults).lex(text);
}
