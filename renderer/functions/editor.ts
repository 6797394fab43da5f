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
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  tooltips,
} from '@codemirror/view';
import { codeLook } from '../code/look.ts';
import type { Language } from '../stores/preferences.ts';
import { completionsFor } from './completion.ts';

const look = EditorView.theme({
  '.cm-activeLine, .cm-activeLineGutter': { background: 'color-mix(in srgb, var(--dim) 9%, transparent)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--accent-soft)', outline: '1px solid var(--line)' },
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
          codeLook,
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
