/** Blocks as safe HTML. What an author's text may not do here: run, style the page, or send forms. */
import DOMPurify from "dompurify";
import { Parser, Renderer, type Token, type Tokens } from "marked";
import { texts } from "$lib/texts";
import type { Block } from "./blocks";
import type { CitationToken } from "./citations";
import { extras } from "./extras.svelte";
import type { MathToken } from "./math";
import { marked } from "./syntax";

const LONGEST_COLOURED = 40_000;
const LONGEST_COLOURED_WHILE_GROWING = 4_000;

const purifier = DOMPurify();
const PURIFY = {
  FORBID_TAGS: ["style", "form", "textarea", "select", "dialog"],
  FORBID_ATTR: ["style", "id", "name"],
  ADD_ATTR: ["target", "data-copy", "data-math"],
};
/** With the page's other classes a text could lay itself over the page and pass for it. */
const OWN_CLASSES = /^(hljs-[\w-]+|\w+_|language-[\w+#.-]+|code-frame|code-head|table-frame|cite)$/;
purifier.addHook("uponSanitizeAttribute", (_node, attribute) => {
  if (attribute.attrName !== "class") return;
  const kept = attribute.attrValue.split(/\s+/).filter((name) => OWN_CLASSES.test(name));
  attribute.attrValue = kept.join(" ");
  attribute.keepAttr = kept.length > 0;
});
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A" && /^https?:/.test(node.getAttribute("href") ?? "")) {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer");
  }
  if (node.tagName === "INPUT")
    node.setAttribute("aria-label", texts.chat.tasks[node.hasAttribute("checked") ? "done" : "open"]);
  if (node.tagName === "IMG") {
    node.setAttribute("loading", "lazy");
    node.setAttribute("referrerpolicy", "no-referrer");
  }
});

/** Code that still grows and is too long to be made anew with every piece. */
export function growsLong({ token, settled }: Block): Tokens.Code | null {
  const long = !settled && token.type === "code" && token.text.length > LONGEST_COLOURED_WHILE_GROWING;
  return long ? (token as Tokens.Code) : null;
}

export function languageOf(lang: string | undefined): string {
  return /^[\w+#.-]*/.exec(lang ?? "")?.[0] ?? "";
}

/**
 * The HTML of one block. Reads `extras`, so it is made again when one of them has been loaded.
 * `sources`: the names of what numbers in brackets lead to; a number without a source stays as it was written.
 */
export function blockHtml(token: Token, settled: boolean, sources: readonly string[] = []): string {
  const formulas: string[] = [];
  const renderer = new BlockRenderer(settled, formulas, sources);
  const renderers = {
    blockMath: renderer.formula,
    inlineMath: renderer.formula,
    citation: renderer.citation,
  };
  const html = new Parser({ ...marked.defaults, renderer, extensions: { renderers, childTokens: {} } }).parse(
    [token],
  );
  return withFormulas(purifier.sanitize(html, PURIFY), formulas);
}

class BlockRenderer extends Renderer {
  constructor(
    readonly settled: boolean,
    readonly formulas: string[],
    readonly sources: readonly string[],
  ) {
    super(marked.defaults);
  }

  override code({ text, lang }: { text: string; lang?: string }): string {
    const language = languageOf(lang);
    return `<div class="code-frame"><div class="code-head"><span>${escaped(language || texts.chat.code.plain)}</span>
<button type="button" data-copy>${texts.shared.copy}</button></div><pre tabindex="0"><code>${this.#coloured(text, language)}</code></pre></div>`;
  }

  override table(token: Parameters<Renderer["table"]>[0]): string {
    return `<div class="table-frame" tabindex="0">${super.table(token)}</div>`;
  }

  formula = (token: Token): string => {
    const { tex, display } = token as MathToken;
    if (!extras.renderMath) {
      extras.wantMath();
      return display ? `<p><code>${escaped(tex)}</code></p>` : `<code>${escaped(tex)}</code>`;
    }
    this.formulas.push(
      extras.renderMath(tex, { displayMode: display, throwOnError: false, strict: "ignore" }),
    );
    return `<span data-math="${this.formulas.length - 1}"></span>`;
  };

  citation = (token: Token): string => {
    const { raw, numbers } = token as CitationToken;
    if (!numbers.every((number) => this.sources[number - 1] !== undefined)) return escaped(raw);
    return numbers.map((number) => this.#mark(number, this.sources[number - 1] ?? "")).join("");
  };

  #mark(number: number, name: string): string {
    const label = escaped(texts.chat.sources.mark(number, name));
    return `<button type="button" class="cite" data-cite="${number}" data-tip="${escaped(name)}" aria-label="${label}">${number}</button>`;
  }

  #coloured(text: string, language: string): string {
    const limit = this.settled ? LONGEST_COLOURED : LONGEST_COLOURED_WHILE_GROWING;
    if (!language || text.length > limit) return escaped(text);
    if (!extras.highlighter) {
      extras.wantHighlighter();
      return escaped(text);
    }
    if (!extras.highlighter.getLanguage(language)) return escaped(text);
    return extras.highlighter.highlight(text, { language, ignoreIllegals: true }).value;
  }
}

/** KaTeX's own output is trusted and needs inline styles, so it comes in after the rest was made safe. */
function withFormulas(html: string, formulas: string[]): string {
  return html.replace(/<span data-math="(\d+)"><\/span>/g, (_all, index) => formulas[Number(index)] ?? "");
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign,
  );
}
