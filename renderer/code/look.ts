import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { tags } from '@lezer/highlight';

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

const theme = EditorView.theme({
  '&': { height: '100%', background: 'var(--bg)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', scrollbarWidth: 'thin' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-gutters': { background: 'var(--bg)', border: '0', color: 'var(--faint)' },
  '.cm-content ::selection, .cm-content::selection': { background: 'var(--accent-soft)' },
  '.cm-forward': { color: 'var(--fwd)', fontWeight: '600' },
  '.cm-backward': { color: 'var(--bwd)', fontWeight: '600' },
});

/** How code looks, written or read. */
export const codeLook = [theme, syntaxHighlighting(highlighting), directionNames];
