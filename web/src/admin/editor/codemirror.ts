/** CodeMirror as Penstock uses it. Loaded on its own: only who writes code pays for it. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { unifiedMergeView } from "@codemirror/merge";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
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
import { appearance } from "./appearance";
import { sources } from "./completions";
import { explanations } from "./explanations";
import { spans, type Mark } from "./marks";

export interface EditorOptions {
  parent: HTMLElement;
  path: string;
  content: string;
  label: string;
  /** How the keyboard gets out of it, since Tab indents. */
  leave: string;
  onchange: (path: string, content: string) => void;
  onsave: () => void;
}

const fromOutside = Annotation.define<boolean>();
const isPython = (path: string) => path === "" || path.endsWith(".py");

const reading: Extension = [
  lineNumbers(),
  foldGutter(),
  highlightSpecialChars(),
  bracketMatching(),
  indentUnit.of("    "),
  appearance,
];

const writing: Extension = [
  history(),
  drawSelection(),
  rectangularSelection(),
  indentOnInput(),
  closeBrackets(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  lintGutter(),
];

const ofPython: Extension = [
  python(),
  autocompletion({ override: sources, maxRenderedOptions: 60, icons: false }),
  explanations,
];

const keys = [
  ...closeBracketsKeymap,
  ...defaultKeymap,
  ...searchKeymap,
  ...historyKeymap,
  ...foldKeymap,
  ...completionKeymap,
  ...lintKeymap,
  indentWithTab,
];

/** The files of one function, one of them shown; each has its own cursor and its own undo. */
export class CodeView {
  readonly #view: EditorView;
  readonly #states = new Map<string, EditorState>();
  #path: string;

  constructor(readonly options: EditorOptions) {
    this.#path = options.path;
    const { parent, path, content } = options;
    this.#view = new EditorView({ parent, state: this.#state(path, content) });
  }

  show(path: string, content: string): void {
    if (path !== this.#path) {
      this.#states.set(this.#path, this.#view.state);
      this.#path = path;
      this.#view.setState(this.#states.get(path) ?? this.#state(path, content));
    }
    const { doc } = this.#view.state;
    if (doc.toString() === content) return;
    const changes = { from: 0, to: doc.length, insert: content };
    this.#view.dispatch({ changes, annotations: fromOutside.of(true) });
  }

  showMarks(marks: Mark[]): void {
    const { state } = this.#view;
    this.#view.dispatch(
      setDiagnostics(
        state,
        marks.map((mark) => diagnostic(state, mark)),
      ),
    );
  }

  goTo(line: number, column: number | null): void {
    const { from } = place(this.#view.state, line, column, null);
    const effects = EditorView.scrollIntoView(from, { y: "center" });
    this.#view.dispatch({ selection: { anchor: from }, effects });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }

  #state(path: string, doc: string): EditorState {
    const { label, leave, onchange, onsave } = this.options;
    const save = { key: "Mod-s", preventDefault: true, run: () => (onsave(), true) };
    return EditorState.create({
      doc,
      extensions: [
        reading,
        writing,
        isPython(path) ? ofPython : EditorView.lineWrapping,
        keymap.of([save, ...keys]),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-description": leave, tabindex: "0" }),
        EditorView.updateListener.of(({ docChanged, state, transactions }) => {
          const typed = transactions.some((each) => each.docChanged && !each.annotation(fromOutside));
          if (docChanged && typed) onchange(path, state.doc.toString());
        }),
      ],
    });
  }
}

/** What changed from one source to another, unchanged stretches folded away. */
export function openDiff(
  parent: HTMLElement,
  original: string,
  content: string,
  label: string,
  path = "",
): EditorView {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: content,
      extensions: [
        reading,
        isPython(path) ? python() : [],
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        unifiedMergeView({ original, mergeControls: false, collapseUnchanged: { margin: 3, minSize: 6 } }),
      ],
    }),
  });
}

function diagnostic(state: EditorState, mark: Mark): Diagnostic {
  const { line, column, endColumn, severity, message, fix } = mark;
  const shown = { ...place(state, line, column, endColumn), severity, message };
  return { ...shown, renderMessage: () => explained(message, fix) };
}

function explained(message: string, fix: string): HTMLElement {
  const node = document.createElement("div");
  node.append(...withCode(message));
  const about = Object.assign(document.createElement("p"), { className: "cm-fix" });
  about.append(...withCode(fix));
  if (fix) node.append(about);
  return node;
}

const withCode = (said: string): (Node | string)[] =>
  spans(said).map(({ text, code }) =>
    code ? Object.assign(document.createElement("code"), { textContent: text }) : text,
  );

function place(state: EditorState, line: number, column: number | null, endColumn: number | null) {
  const found = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  const indent = /^\s*/.exec(found.text)?.[0].length ?? 0;
  const from = Math.min(found.from + (column ? column - 1 : indent), found.to);
  const to = Math.min(endColumn ? found.from + endColumn - 1 : found.to, found.to);
  return from < to ? { from, to } : { from: found.from, to: found.to };
}
