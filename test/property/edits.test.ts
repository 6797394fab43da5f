import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { addNote, freshNoteId, moveNotes, noteId, removeNotes, setNoteText } from '../../renderer/canvas/notes.ts';
import {
  addNode,
  connect,
  moveNodes,
  rename,
  renameDocument,
  setRun,
  setSetting,
} from '../../renderer/stores/edits.ts';
import { duplicate, parseFragment, paste } from '../../renderer/stores/fragment.ts';
import { adopt, reparent } from '../../renderer/stores/reparent.ts';
import { runs } from './runs.ts';

type Edit = (document: GraphDocument) => GraphDocument;

const idOf = (document: GraphDocument, n: number) =>
  document.nodes[n % Math.max(1, document.nodes.length)]?.id ?? 'none1';
const index = fc.nat({ max: 50 });
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e9, -1e9, Number.NaN));
const point = fc.record({ x: number, y: number });
const text = fc.oneof(fc.string(), fc.string({ minLength: 190, maxLength: 300 }));
const note = { id: 'note', text: { en: 'x' }, x: 0, y: 0 };

const strangeNode = fc.record({
  id: fc.oneof(fc.constantFrom('a', 'b'), fc.string()),
  kind: fc.oneof(fc.constantFrom('Linear', '1x', '_'), fc.string()),
  settings: fc.constant({}),
});
const strangeFragment = fc.record({
  format: fc.constant('gradloom-fragment'),
  nodes: fc.array(strangeNode, { maxLength: 3 }),
  wires: fc.array(fc.record({ from: fc.constantFrom('a.x', 'b.1', 'c'), to: fc.constant('a.x') }), { maxLength: 2 }),
  views: fc.dictionary(fc.constantFrom('a', 'b'), fc.record({ x: number, y: number, label: text })),
  notes: fc.array(
    fc.record({
      id: fc.constantFrom('a', 'note'),
      text: fc.record({ en: text }),
      node: fc.constantFrom('a', 'c'),
      x: number,
      y: number,
    }),
    { maxLength: 2 },
  ),
});

/** Every edit the app can make, with what hands and clipboards may put into it. */
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constantFrom('Linear', 'Sequential', 'MSELoss'), point).map(
    ([kind, at]): Edit =>
      (d) =>
        addNode(d, kind, at),
  ),
  fc.tuple(index, index).map(
    ([a, b]): Edit =>
      (d) =>
        connect(d, `${idOf(d, a)}.output`, `${idOf(d, b)}.input`),
  ),
  fc.tuple(index, point).map(
    ([n, at]): Edit =>
      (d) =>
        moveNodes(d, { [idOf(d, n)]: at }),
  ),
  point.map(
    (at): Edit =>
      (d) =>
        moveNotes(d, new Map([[noteId(note), at]])),
  ),
  fc.tuple(index, index).map(
    ([n, frame]): Edit =>
      (d) =>
        adopt(d, idOf(d, n), idOf(d, frame), 0).document,
  ),
  fc.tuple(index, point).map(
    ([n, at]): Edit =>
      (d) =>
        reparent(d, [idOf(d, n)], undefined, new Map([[idOf(d, n), at]])).document,
  ),
  fc.tuple(index, text).map(
    ([n, label]): Edit =>
      (d) =>
        rename(d, idOf(d, n), label),
  ),
  text.map(
    (name): Edit =>
      (d) =>
        renameDocument(d, name),
  ),
  fc.tuple(index, fc.oneof(number, text)).map(
    ([n, value]): Edit =>
      (d) =>
        setSetting(d, idOf(d, n), 'outFeatures', value),
  ),
  fc.tuple(fc.constantFrom('seed', 'steps', 'epochs', 'batchSize'), number).map(
    ([name, value]): Edit =>
      (d) =>
        setRun(d, { [name]: value }),
  ),
  fc.tuple(index, point).map(
    ([n, offset]): Edit =>
      (d) =>
        duplicate(d, { nodes: [idOf(d, n)], notes: new Set(d.view.notes?.slice(0, 1).map(({ id }) => id)) }, offset)
          .document,
  ),
  fc.tuple(fc.constantFrom('en', 'zh'), point, text).map(
    ([language, at, words]): Edit =>
      (d) =>
        addNote(d, freshNoteId(d), at, words, language),
  ),
  fc.tuple(fc.constantFrom('en', 'zh'), text).map(
    ([language, words]): Edit =>
      (d) =>
        setNoteText(d, d.view.notes?.at(-1)?.id ?? '', words, language),
  ),
  fc.constant((d: GraphDocument) => removeNotes(d, new Set(d.view.notes?.slice(0, 1).map(noteId)))),
  fc.tuple(strangeFragment, point).map(([strange, offset]): Edit => {
    const fragment = parseFragment(JSON.stringify(strange));
    return (d) => (fragment === undefined ? d : paste(d, fragment, offset).document);
  }),
);

test('every document that edits can reach is one that opens', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
      const start: GraphDocument = { ...emptyDocument(), view: { nodes: {}, notes: [note] } };
      const reached = edits.reduce((document, change) => change(document), start);
      expect(parseDocument(formatDocument(reached)).diagnostics).toBeUndefined();
    }),
    runs(200, 5000),
  );
});
