/** Colours of code by the page's tokens: light and dark need no second theme. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const soft = (colour: string, share: number) => `color-mix(in oklab, var(${colour}) ${share}%, transparent)`;

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--code)", color: "var(--code-ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "0.84rem", lineHeight: "1.65" },
  ".cm-content": { padding: "0.75rem 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 1rem 0 0.5rem" },
  ".cm-cursor": { borderLeft: "2px solid var(--accent)" },
  ".cm-gutters": { backgroundColor: "var(--code)", color: "var(--code-comment)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.35rem 0 0.9rem" },
  ".cm-foldGutter .cm-gutterElement": { cursor: "pointer", opacity: "0.6" },
  ".cm-activeLine": { backgroundColor: soft("--line", 20) },
  ".cm-activeLineGutter": { backgroundColor: soft("--line", 20), color: "var(--code-ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: soft("--accent", 24),
  },
  ".cm-selectionMatch": { backgroundColor: soft("--accent", 16) },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: soft("--accent", 22) },
  ".cm-foldPlaceholder": {
    padding: "0 0.4rem",
    border: "none",
    backgroundColor: "var(--hover)",
    color: "var(--muted)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--danger)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--warning)",
    textUnderlineOffset: "3px",
  },
  ".cm-gutter-lint": { width: "1rem" },
  ".cm-gutter-lint .cm-gutterElement": { display: "grid", placeItems: "center", padding: "0" },
  ".cm-lint-marker": { width: "0.55rem", height: "0.55rem", borderRadius: "50%" },
  ".cm-lint-marker-error": { content: "''", backgroundColor: "var(--danger)" },
  ".cm-lint-marker-warning": { content: "''", backgroundColor: "var(--warning)" },
  ".cm-tooltip": {
    overflow: "hidden",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-md)",
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    boxShadow: "var(--shadow-md)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.8rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.6rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-ink)",
  },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal" },
  ".cm-tooltip.cm-completionInfo": { maxWidth: "20rem", padding: "0.5rem 0.75rem", fontSize: "0.8rem" },
  ".cm-diagnostic": {
    padding: "0.45rem 0.75rem",
    borderLeft: "none",
    fontFamily: "var(--font)",
    fontSize: "0.85rem",
  },
  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": {
    padding: "0.6rem 2.2rem 0.6rem 0.9rem",
    fontFamily: "var(--font)",
    fontSize: "0.85rem",
  },
  ".cm-panel.cm-search label": { fontSize: "0.82rem" },
  ".cm-textfield": {
    fontSize: "0.82rem",
    padding: "0.25rem 0.5rem",
    border: "1px solid var(--control)",
    borderRadius: "var(--radius-sm)",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
  },
  ".cm-button": {
    fontSize: "0.82rem",
    padding: "0.25rem 0.7rem",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-sm)",
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
  },
  ".cm-panel.cm-search [name=close]": {
    top: "0.4rem",
    right: "0.6rem",
    fontSize: "1.2rem",
    color: "var(--muted)",
  },
  ".cm-searchMatch": { backgroundColor: soft("--warning", 30) },
  ".cm-searchMatch-selected": { backgroundColor: soft("--warning", 55) },
  ".cm-changedLine, &.cm-merge-b .cm-changedLine": { backgroundColor: "var(--success-soft)" },
  ".cm-changedText, &.cm-merge-b .cm-changedText": { background: soft("--success", 13) },
  ".cm-deletedChunk": { backgroundColor: "var(--danger-soft)", paddingLeft: "0.5rem" },
  ".cm-deletedChunk .cm-deletedText": { background: soft("--danger", 13) },
  ".cm-deletedLine, .cm-deletedLine del": { textDecoration: "none" },
  ".cm-changeGutter": { width: "3px", paddingLeft: "0" },
  ".cm-changedLineGutter": { backgroundColor: "var(--success)" },
  ".cm-deletedLineGutter": { backgroundColor: "var(--danger)" },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: "none" },
  ".cm-collapsedLines": {
    padding: "0.2rem 1rem",
    background: "var(--hover)",
    color: "var(--muted)",
    fontFamily: "var(--font)",
    fontSize: "0.8rem",
  },
});

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword],
    color: "var(--code-keyword)",
  },
  { tag: [tags.modifier, tags.self], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    color: "var(--code-title)",
  },
  { tag: [tags.definition(tags.className), tags.className, tags.typeName], color: "var(--code-type)" },
  { tag: [tags.meta, tags.standard(tags.name)], color: "var(--code-type)" },
  { tag: tags.invalid, color: "var(--danger)" },
]);

export const appearance = [theme, syntaxHighlighting(colours)];
