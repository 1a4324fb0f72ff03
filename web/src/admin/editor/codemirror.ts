/** CodeMirror as Penstock uses it. Loaded on its own: only who writes code pays for it. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python, pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { unifiedMergeView } from "@codemirror/merge";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { penstockNames } from "./completions";
import { appearance } from "./appearance";

export interface Mark {
  line: number;
  column: number | null;
  message: string;
  severity: "error" | "warning";
}

export interface EditorOptions {
  parent: HTMLElement;
  content: string;
  label: string;
  onchange: (content: string) => void;
  onsave: () => void;
}

const reading: Extension = [
  lineNumbers(),
  foldGutter(),
  highlightSpecialChars(),
  bracketMatching(),
  python(),
  indentUnit.of("    "),
  appearance,
];

const writing: Extension = [
  history(),
  drawSelection(),
  rectangularSelection(),
  indentOnInput(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  lintGutter(),
  pythonLanguage.data.of({ autocomplete: penstockNames }),
];

export function openEditor({ parent, content, label, onchange, onsave }: EditorOptions): EditorView {
  const save = { key: "Mod-s", preventDefault: true, run: () => (onsave(), true) };
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: content,
      extensions: [
        reading,
        writing,
        keymap.of([
          save,
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onchange(update.state.doc.toString());
        }),
      ],
    }),
  });
}

/** What changed from one source to another, unchanged stretches folded away. */
export function openDiff(parent: HTMLElement, original: string, content: string, label: string): EditorView {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: content,
      extensions: [
        reading,
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        unifiedMergeView({ original, mergeControls: false, collapseUnchanged: { margin: 3, minSize: 6 } }),
      ],
    }),
  });
}

export function replaceAll(view: EditorView, content: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: content } });
}

export function showMarks(view: EditorView, marks: Mark[]): void {
  view.dispatch(
    setDiagnostics(
      view.state,
      marks.map((mark) => diagnostic(view, mark)),
    ),
  );
}

export function goTo(view: EditorView, line: number, column: number | null): void {
  const { from } = place(view, line, column);
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

function diagnostic(view: EditorView, { line, column, message, severity }: Mark): Diagnostic {
  return { ...place(view, line, column), message, severity };
}

function place(view: EditorView, line: number, column: number | null): { from: number; to: number } {
  const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  const indent = /^\s*/.exec(found.text)?.[0].length ?? 0;
  const from = Math.min(found.from + (column ? column - 1 : indent), found.to);
  return { from: from === found.to ? found.from : from, to: found.to };
}
