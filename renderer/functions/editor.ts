import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  MatchDecorator,
  tooltips,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Language } from '../stores/preferences.ts';
import { completionsFor } from './completion.ts';

/** Grey by weight and slant: colours mean forward and backward here, and nothing else. */
const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.controlKeyword], fontWeight: '700' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.number, tags.string, tags.bool, tags.null], color: 'var(--dim)', fontWeight: '600' },
  { tag: [tags.punctuation, tags.operator, tags.bracket], color: 'var(--dim)' },
  { tag: tags.invalid, textDecoration: 'underline wavy var(--bad)' },
]);

/** The names of the two functions in the colours of their directions. */
const directions = new MatchDecorator({
  regexp: /\b(forward|backward)(?=\s*\(|\s*=)/g,
  decoration: ([name]) => Decoration.mark({ class: name === 'forward' ? 'cm-forward' : 'cm-backward' }),
});
const directionNames = ViewPlugin.fromClass(
  class {
    decorations;
    constructor(view: EditorView) {
      this.decorations = directions.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = directions.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const look = EditorView.theme({
  '&': { height: '100%', background: 'var(--bg)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', scrollbarWidth: 'thin' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-gutters': { background: 'var(--bg)', border: '0', color: 'var(--faint)' },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'color-mix(in srgb, var(--dim) 9%, transparent)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--accent-soft)', outline: '1px solid var(--line)' },
  '.cm-content ::selection, .cm-content::selection': { background: 'var(--accent-soft)' },
  '.cm-forward': { color: 'var(--fwd)', fontWeight: '600' },
  '.cm-backward': { color: 'var(--bwd)', fontWeight: '600' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--bad)' },
  '.cm-tooltip': {
    background: 'var(--raised)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    boxShadow: 'var(--shadow)',
    color: 'var(--text)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', fontSize: '12px', maxHeight: '15em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--text)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': {
    display: 'inline-block',
    maxWidth: '220px',
    marginLeft: '0',
    overflow: 'hidden',
    color: 'var(--dim)',
    fontStyle: 'normal',
    textOverflow: 'ellipsis',
    verticalAlign: 'bottom',
    whiteSpace: 'nowrap',
  },
  '.cm-tooltip.cm-completionInfo': { padding: '6px 10px', font: '12px / 1.45 var(--font)', maxWidth: '280px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--bad)', font: '12px / 1.45 var(--font)', padding: '4px 8px' },
});

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly source: string;
  readonly language: Language;
  readonly label: string;
  readonly onChange: (source: string) => void;
}

/** What is wrong, and where. */
export interface Mark {
  readonly line: number;
  readonly column?: number;
  readonly message: string;
}

/** An editor of one source. */
export class CodeEditor {
  readonly #view: EditorView;

  constructor({ parent, source, language, label, onChange }: EditorOptions) {
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        doc: source,
        extensions: [
          lineNumbers(),
          history(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          javascript(),
          syntaxHighlighting(highlighting),
          directionNames,
          // They are cut off at the editor's border: what they have is the room within it.
          tooltips({ tooltipSpace: (view) => view.dom.getBoundingClientRect() }),
          autocompletion({ override: [completionsFor(language)], icons: false }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(update.state.doc.toString());
          }),
          look,
        ],
      }),
    });
  }

  focus(): void {
    this.#view.focus();
  }

  /** Closes the list of completions. False where none is open. */
  closeCompletions(): boolean {
    return completionStatus(this.#view.state) === 'active' && closeCompletion(this.#view);
  }

  /** Underlines a line, from the column on if that is known; undefined takes the mark away. */
  mark(mark: Mark | undefined): void {
    const { doc } = this.#view.state;
    const found: Diagnostic[] = [];
    if (mark !== undefined && mark.line >= 1 && mark.line <= doc.lines) {
      const { from, to, text } = doc.line(mark.line);
      const start = Math.min(to, from + (mark.column === undefined ? text.search(/\S|$/) : mark.column - 1));
      found.push({ from: start === to ? from : start, to, severity: 'error', message: mark.message });
    }
    this.#view.dispatch(setDiagnostics(this.#view.state, found));
  }

  destroy(): void {
    this.#view.destroy();
  }
}
