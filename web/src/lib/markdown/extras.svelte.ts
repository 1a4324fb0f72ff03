/** Highlighting and formulas: loaded when a message first needs them. */
import type { HLJSApi } from "highlight.js";
import type { KatexOptions } from "katex";

type RenderMath = (tex: string, options: KatexOptions) => string;

class Extras {
  highlighter = $state.raw<HLJSApi | null>(null);
  renderMath = $state.raw<RenderMath | null>(null);
  #asked = new Set<string>();

  wantHighlighter(): void {
    this.#once("code", async () => {
      this.highlighter = (await import("./languages")).highlighter;
    });
  }

  wantMath(): void {
    this.#once("math", async () => {
      this.renderMath = (await import("./katex")).renderMath;
    });
  }

  #once(name: string, load: () => Promise<void>): void {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    load().catch(() => this.#asked.delete(name));
  }
}

export const extras = new Extras();
