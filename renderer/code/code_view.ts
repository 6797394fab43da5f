import { defaultKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { python } from '@codemirror/lang-python';
import { Compartment, EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { changeBetween } from './lines.ts';
import { codeLook } from './look.ts';

/** How files are read, by their endings; others are plain text. */
const readings: Readonly<Record<string, () => Extension>> = {
  py: python,
  ts: () => javascript({ typescript: true }),
  js: () => javascript(),
  json: () => javascript(),
};
const readingOf = (path: string): Extension => readings[path.slice(path.lastIndexOf('.') + 1)]?.() ?? [];

/** Lines, from 1, that are to be seen: `lit` those of what the pointer is at, `chosen` those of what is selected. */
export interface Marks {
  readonly lit: readonly number[];
  readonly chosen: readonly number[];
}

const marking = StateEffect.define<Marks>();
const marks = StateField.define<Marks & { readonly drawn: DecorationSet }>({
  create: () => ({ lit: [], chosen: [], drawn: Decoration.none }),
  update: (before, { effects, state, docChanged }) => {
    const next = effects.findLast((effect) => effect.is(marking))?.value;
    // What was marked in another text is told anew with it.
    if (next === undefined) return docChanged ? { lit: [], chosen: [], drawn: Decoration.none } : before;
    return { ...next, drawn: drawnIn(state, next) };
  },
  provide: (field) => EditorView.decorations.from(field, ({ drawn }) => drawn),
});

function drawnIn({ doc }: EditorState, { lit, chosen }: Marks): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const isLit = new Set(lit);
  const isChosen = new Set(chosen);
  for (const line of [...new Set([...lit, ...chosen])].sort((a, b) => a - b)) {
    if (line > doc.lines) break;
    const attributes = {
      ...(isLit.has(line) ? { 'data-lit': 'true' } : {}),
      ...(isChosen.has(line) ? { 'data-chosen': 'true' } : {}),
    };
    const { from } = doc.line(line);
    builder.add(from, from, Decoration.line({ attributes }));
  }
  return builder.finish();
}

const theme = EditorView.theme({
  '&': { fontSize: '12px' },
  '.cm-content': { cursor: 'default' },
  '.cm-gutters': { userSelect: 'none' },
  '.cm-line': { paddingLeft: '8px', borderLeft: '2px solid transparent' },
  '.cm-line[data-chosen]': { background: 'var(--accent-soft)', borderLeftColor: 'var(--accent)' },
  '.cm-line[data-lit]': { background: 'color-mix(in srgb, var(--dim) 16%, transparent)' },
  '.cm-line[data-lit][data-chosen]': { background: 'color-mix(in srgb, var(--accent) 22%, transparent)' },
  // The line that the arrow keys have come to.
  '.cm-activeLine': { background: 'none' },
  '&.cm-focused .cm-activeLine': { outline: '1px solid var(--line)', outlineOffset: '-1px' },
});

interface Options {
  readonly parent: HTMLElement;
  readonly label: string;
  /** The pointer is at a line, from 1; undefined: at none. */
  readonly onPoint: (line: number | undefined) => void;
  /** A line was clicked, or Enter pressed on it. */
  readonly onPick: (line: number) => void;
}

/** Code to be read: nothing can be typed, and the app's own keys go on working. */
export class CodeView {
  readonly #view: EditorView;
  readonly #reading = new Compartment();
  readonly #label = new Compartment();
  #path = '';

  constructor({ parent, label, onPoint, onPick }: Options) {
    let pointed: number | undefined;
    const point = (line: number | undefined) => {
      if (line === pointed) return;
      pointed = line;
      onPoint(line);
    };
    this.#view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          highlightActiveLine(),
          keymap.of([
            {
              key: 'Enter',
              run: (view) => {
                onPick(view.state.doc.lineAt(view.state.selection.main.head).number);
                return true;
              },
            },
            ...defaultKeymap.filter(({ key }) => key !== undefined && READING.test(key)),
          ]),
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          EditorView.contentAttributes.of({ tabindex: '0', role: 'textbox', 'aria-readonly': 'true' }),
          this.#label.of(labelled(label)),
          this.#reading.of([]),
          marks,
          EditorView.domEventHandlers({
            mousemove: (event, view) => point(lineAt(view, event)),
            mouseleave: () => point(undefined),
            click: (event, view) => {
              const line = lineAt(view, event);
              // What was drawn over is to be copied.
              if (line !== undefined && view.state.selection.main.empty) onPick(line);
            },
          }),
          theme,
          codeLook,
        ],
      }),
    });
  }

  /** Shows a file: in place of another from its beginning, else what is looked at stays where it is. */
  show(path: string, text: string): void {
    const { state } = this.#view;
    const change = changeBetween(state.doc.toString(), text);
    if (path !== this.#path) {
      this.#path = path;
      this.#view.dispatch({
        changes: { from: 0, to: state.doc.length, insert: text },
        selection: { anchor: 0 },
        effects: [this.#reading.reconfigure(readingOf(path)), EditorView.scrollIntoView(0, { y: 'start' })],
      });
    } else if (change !== undefined) this.#view.dispatch({ changes: change });
  }

  /** Marks lines; `reveal`: the first of those that are chosen comes into sight where none is. */
  mark(marked: Marks, reveal: boolean): void {
    const { doc } = this.#view.state;
    const [first] = marked.chosen;
    const isFar =
      reveal && first !== undefined && first <= doc.lines && !marked.chosen.some((line) => this.#sees(line));
    this.#view.dispatch({
      effects: [
        marking.of(marked),
        ...(isFar ? [EditorView.scrollIntoView(doc.line(first).from, { y: 'start', yMargin: 60 })] : []),
      ],
    });
  }

  label(label: string): void {
    this.#view.dispatch({ effects: this.#label.reconfigure(labelled(label)) });
  }

  destroy(): void {
    this.#view.destroy();
  }

  /** Is a line in sight? */
  #sees(line: number): boolean {
    const { scrollDOM, state } = this.#view;
    if (line > state.doc.lines) return false;
    const { top, bottom } = this.#view.lineBlockAt(state.doc.line(line).from);
    return top >= scrollDOM.scrollTop && bottom <= scrollDOM.scrollTop + scrollDOM.clientHeight;
  }
}

/** The keys by which one moves, selects and scrolls. */
const READING = /Arrow|Page|Home|End|^Mod-a$/;

const labelled = (label: string): Extension => EditorView.contentAttributes.of({ 'aria-label': label });

/** The line that the pointer is at; undefined below the last. */
function lineAt(view: EditorView, { clientY }: MouseEvent): number | undefined {
  const height = clientY - view.documentTop;
  if (height < 0 || height > view.contentHeight) return undefined;
  const { from, top, bottom } = view.lineBlockAtHeight(height);
  return height < top || height > bottom ? undefined : view.state.doc.lineAt(from).number;
}
