import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import {
  addNode,
  connect,
  disconnect,
  moveNodes,
  removeNodes,
  rename,
  setRun,
  setSetting,
} from '../../renderer/stores/edits.ts';
import { duplicate } from '../../renderer/stores/fragment.ts';
import type { History } from '../../renderer/stores/history.ts';
import { record, seal, startHistory, stepBack, stepForward } from '../../renderer/stores/history.ts';
import { runs } from './runs.ts';

type Edit = (document: GraphDocument) => GraphDocument;

const kinds = ['Linear', 'ReLU', 'MSELoss', 'Sequential'];
const pick = (document: GraphDocument, n: number) =>
  document.nodes[n % Math.max(1, document.nodes.length)]?.id ?? 'none1';
const number = fc.nat({ max: 50 });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(fc.constantFrom(...kinds), number, number).map(
    ([kind, x, y]): Edit =>
      (d) =>
        addNode(d, kind, { x, y }),
  ),
  number.map(
    (n): Edit =>
      (d) =>
        removeNodes(d, [pick(d, n)]),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Edit =>
      (d) =>
        connect(d, `${pick(d, a)}.output`, `${pick(d, b)}.input`),
  ),
  number.map(
    (n): Edit =>
      (d) =>
        disconnect(d, `${pick(d, n)}.input`),
  ),
  fc.tuple(number, number).map(
    ([n, value]): Edit =>
      (d) =>
        setSetting(d, pick(d, n), 'outFeatures', value),
  ),
  fc.tuple(number, number).map(
    ([n, x]): Edit =>
      (d) =>
        moveNodes(d, { [pick(d, n)]: { x, y: 0 } }),
  ),
  fc.tuple(number, fc.constantFrom('', 'one', 'two')).map(
    ([n, label]): Edit =>
      (d) =>
        rename(d, pick(d, n), label),
  ),
  number.map(
    (seed): Edit =>
      (d) =>
        setRun(d, { seed }),
  ),
  number.map(
    (n): Edit =>
      (d) =>
        duplicate(d, { nodes: [pick(d, n)] }).document,
  ),
);

/** Edits with the marks that coalesce some of them. */
const story = fc.array(fc.tuple(edit, fc.constantFrom(null, null, 'a', 'b')), { maxLength: 40 });

function tell(edits: readonly (readonly [Edit, string | null])[]): History<GraphDocument> {
  return edits.reduce(
    (history, [change, mark]) => record(history, change(history.document), mark),
    startHistory(emptyDocument()),
  );
}

const times = <T>(n: number, step: (value: T) => T, start: T) => Array.from({ length: n }).reduce<T>(step, start);

describe('history', () => {
  it('returns byte for byte: n times back and n times forward', () => {
    fc.assert(
      fc.property(story, (edits) => {
        const history = tell(edits);
        const n = history.past.length;
        const back = times(n, stepBack<typeof history>, history);
        expect(formatDocument(back.document)).toBe(formatDocument(emptyDocument()));
        const forth = times(n, stepForward<typeof history>, back);
        expect(formatDocument(forth.document)).toBe(formatDocument(history.document));
        expect(forth.document).toBe(history.document);
        expect(forth.past).toEqual(history.past);
      }),
      runs(100, 3000),
    );
  });

  it('passes every state on the way back that it passed on the way there', () => {
    fc.assert(
      fc.property(story, (edits) => {
        let history = tell(edits.map(([change]) => [change, null] as const));
        for (const document of history.past.toReversed()) {
          history = stepBack(history);
          expect(history.document).toBe(document);
        }
      }),
      runs(100, 3000),
    );
  });

  it('never changes a document that it keeps', () => {
    fc.assert(
      fc.property(story, (edits) => {
        let history = startHistory(emptyDocument());
        const seen: [GraphDocument, string][] = [];
        for (const [change, mark] of edits) {
          seen.push([history.document, formatDocument(history.document)]);
          history = record(history, change(history.document), mark);
        }
        for (const [document, text] of seen) expect(formatDocument(document)).toBe(text);
      }),
      runs(100, 3000),
    );
  });

  it('takes edits of one mark as one step, until it is sealed', () => {
    const put = (seed: number) => (h: History<GraphDocument>) => record(h, setRun(h.document, { seed }), 'seed');
    const typed = [1, 12, 123].reduce((h, seed) => put(seed)(h), startHistory(emptyDocument()));
    expect(typed.past).toHaveLength(1);
    expect(stepBack(typed).document.run.seed).toBe(0);
    const again = put(5)(seal(typed));
    expect(again.past).toHaveLength(2);
    expect(stepBack(again).document.run.seed).toBe(123);
  });

  it('forgets what was undone once something else is done, and knows an edit that changes nothing', () => {
    const history = record(startHistory(emptyDocument()), setRun(emptyDocument(), { seed: 1 }));
    const back = stepBack(history);
    expect(record(back, back.document)).toBe(back);
    expect(record(back, setRun(back.document, { seed: 2 })).future).toEqual([]);
  });
});
