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
    if (finished) return this.#readWhole(text);
    if (!text.startsWith(this.#settledText) || this.#settledText === text) {
      this.#settled = [];
      this.#settledText = "";
    }
    const open = tokens(text.slice(this.#settledText.length));
    while (open.filter((token) => token.type !== "space").length > OPEN_ENDED)
      this.#settle(open.shift() as Token);
    return [...this.#settled, ...open.map((token) => ({ token, settled: false }))];
  }

  /** All of it at once, since a link may be defined at the very end. What is the same as before stays the same object. */
  #readWhole(text: string): Block[] {
    const whole = new Lexer(marked.defaults).lex(text);
    const before = Object.keys(whole.links).length ? [] : this.#settled;
    this.#settled = whole.map((token, index) => {
      const known = before[index];
      return known?.token.raw === token.raw && known.token.type === token.type
        ? known
        : { token, settled: true };
    });
    this.#settledText = text;
    return this.#settled;
  }

  #settle(token: Token): void {
    this.#settledText += token.raw;
    this.#settled.push({ token, settled: true });
  }
}

function tokens(text: string): Token[] {
  return new Lexer(marked.defaults).lex(text);
}
