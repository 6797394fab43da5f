import { readFileSync } from 'node:fs';
import Elk from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { layoutOf } from '../../renderer/canvas/frame_layout.ts';
import { pushAside } from '../../renderer/canvas/push_aside.ts';
import { arranged } from '../../renderer/layout/arrange.ts';
import { type Ask, takeOver, tidy } from '../../renderer/layout/tidy.ts';
import { moveNodes, removeNodes } from '../../renderer/stores/edits.ts';
import { isReal, scoped } from '../../renderer/stores/scope.ts';
import { wrapInRepeat } from '../../renderer/stores/wrap.ts';

const elk = new Elk();
const ask: Ask = (graph) => elk.layout(graph);

const parsed = (text: string): GraphDocument =>
  parseDocument(text).document ?? expect.fail('the text is not a document');
const example = (name: string) => parsed(readFileSync(`examples/${name}.gradloom.json`, 'utf8'));
/** The documents that the description of the format gives as examples. */
const described = [
  ...readFileSync('docs/document-format.md', 'utf8').matchAll(/```json\n(\{[^`]*"format"[^`]*)```/g),
].map(([, text = '']) => parsed(text));
const bare = (document: GraphDocument): GraphDocument => ({
  ...document,
  view: { nodes: {}, ...(document.view.notes === undefined ? {} : { notes: document.view.notes }) },
});

/** Pairs of one level that lie on each other. */
function overlaps(graph: GraphDocument): string[] {
  const boxes = layoutOf(graph);
  const placed = graph.nodes.map(({ id, parent }) => {
    const inBlock = parent === undefined ? undefined : boxes.get(parent)?.block?.places.get(id);
    return { id, parent, ...(inBlock ?? graph.view.nodes[id] ?? { x: 0, y: 0 }), ...boxes.get(id) };
  });
  return placed.flatMap((a, i) =>
    placed
      .slice(i + 1)
      .filter((b) => a.parent === b.parent)
      .filter((b) => a.x < b.x + (b.width ?? 0) && b.x < a.x + (a.width ?? 0))
      .filter((b) => a.y < b.y + (b.height ?? 0) && b.y < a.y + (a.height ?? 0))
      .map((b) => `${a.id} ${b.id}`),
  );
}

describe('a document that was written by hand', () => {
  it.each([...described, ...['dynamic-net', 'custom-module', 'tensors-by-hand', 'mnist-mlp'].map(example)])(
    '$name: is laid out as it opens, definitions too, and nothing but its view is touched',
    async (document) => {
      const open = await arranged(bare(document), ask);
      for (const module of [null, ...Object.keys(open.modules)]) expect(overlaps(scoped(open, module))).toEqual([]);
      expect({ ...open, view: null }).toEqual({ ...document, view: null });
    },
  );

  it('runs from left to right, in its frames too', async () => {
    const open = await arranged(bare(described.find(({ name }) => name === 'two-carried') ?? expect.fail()), ask);
    const at = (id: string) => open.view.nodes[id]?.x ?? Number.NaN;
    for (const [left, right] of [
      ['x', 'loop'],
      ['loop', 'out'],
      ['out', 'loss'],
      ['loss', 'sgd'],
      ['middle', 'plus'],
      ['plus', 'tanh'],
      ['tanh', 'total'],
    ] as const)
      expect(at(left), `${left} ${right}`).toBeLessThan(at(right));
  });

  it.each(['constructor', 'toString'])('a node or a definition called %s is laid out as any other', async (id) => {
    const text = JSON.stringify(bare(example('custom-module'))).replaceAll(
      /"(model|linear1|TwoLayerNet)(?=["./])/g,
      `"${id}`,
    );
    const renamed = parsed(text.replaceAll('module:TwoLayerNet', `module:${id}`));
    const open = await arranged(renamed, ask);
    expect(Object.keys(open.view.nodes)).toEqual(expect.arrayContaining(open.nodes.map((node) => node.id)));
    for (const graph of [open, scoped(open, id)]) {
      for (const { x, y } of Object.values(graph.view.nodes)) expect([x, y].every(Number.isFinite)).toBe(true);
      expect(overlaps(graph)).toEqual([]);
    }
  });

  it('stays as it is where every node has its place, and where no answer comes', async () => {
    const document = example('dynamic-net');
    expect(await arranged(document, ask)).toBe(document);
    const without = bare(document);
    expect(await arranged(without, () => Promise.reject(new Error('no worker')))).toBe(without);
  });

  it('keeps the places it has: what has none stands clear of them', async () => {
    const document = example('xor');
    const [first, ...others] = document.nodes.filter(isReal);
    const { [first?.id ?? '']: _, ...places } = document.view.nodes;
    const open = await arranged({ ...document, view: { ...document.view, nodes: places } }, ask);
    expect(overlaps(open)).toEqual([]);
    for (const { id } of others) expect(open.view.nodes[id]).toEqual(document.view.nodes[id]);
  });
});

describe('tidying up', () => {
  const piled = (document: GraphDocument, ...ids: string[]) =>
    moveNodes(document, Object.fromEntries(ids.map((id) => [id, { x: 500, y: 300 }])));

  it('moves the selected nodes alone, what they hold included', async () => {
    const document = example('dynamic-net');
    const untidy = piled(document, 'middle_linear', 'middle_relu');
    const tidied = await tidy(untidy, ask, new Set(['middle']));
    expect(overlaps(tidied)).toEqual([]);
    const moved = document.nodes.filter(({ id }) => tidied.view.nodes[id] !== untidy.view.nodes[id]);
    expect(moved.map(({ id }) => id).sort()).toEqual(['middle_linear', 'middle_relu']);
  });

  it('makes notes give way, which keep their words', async () => {
    const document = example('tensors-by-hand');
    const tidied = await tidy(document, ask);
    expect(overlaps(tidied)).toEqual([]);
    expect(tidied.view.notes?.map(({ text }) => text)).toEqual(document.view.notes?.map(({ text }) => text));
  });

  it('is taken over into a document from which something is gone meanwhile', async () => {
    const document = example('xor');
    const tidied = await tidy(piled(document, ...document.nodes.map(({ id }) => id)), ask);
    const [gone = ''] = document.nodes.map(({ id }) => id);
    const taken = takeOver(removeNodes(document, [gone]), tidied);
    expect(taken.view.nodes[gone]).toBeUndefined();
    expect(overlaps(taken)).toEqual([]);
  });
});

describe('a loop around nodes that others stand close to', () => {
  const wrapped = (document: GraphDocument, ...ids: string[]) => {
    const made = wrapInRepeat(document, ids);
    if ('problem' in made) throw new Error(made.problem);
    return pushAside(document, made.document, made.id);
  };
  /** Nine cards in rows and columns, a hand apart. */
  const grid = (): GraphDocument => {
    const ids = ['nw', 'n', 'ne', 'w', 'middle', 'e', 'sw', 's', 'se'];
    return {
      ...emptyDocument(),
      nodes: ids.map((id) => ({ id, kind: 'ReLU', settings: {} })),
      view: {
        nodes: Object.fromEntries(ids.map((id, i) => [id, { x: (i % 3) * 190, y: Math.floor(i / 3) * 110 }])),
        notes: [{ id: 'above', x: 190, y: -80, text: { en: 'above' } }],
      },
    };
  };

  it('pushes them aside, and rows stay rows, and columns columns', () => {
    const made = wrapped(grid(), 'middle');
    expect(overlaps(made)).toEqual([]);
    const at = (id: string) => made.view.nodes[id] ?? expect.fail(id);
    for (const row of [
      ['nw', 'n', 'ne'],
      ['w', 'e'],
      ['sw', 's', 'se'],
    ])
      expect(new Set(row.map((id) => at(id).y)).size, row.join()).toBe(1);
    for (const column of [
      ['nw', 'w', 'sw'],
      ['n', 's'],
      ['ne', 'e', 'se'],
    ])
      expect(new Set(column.map((id) => at(id).x)).size, column.join()).toBe(1);
    expect(at('w').y).toBe(110);
    expect(made.view.notes?.[0]?.y).toBeLessThan(-80);
  });

  it('lets what stood in between out', () => {
    const made = wrapped(grid(), 'w', 'e');
    expect(overlaps(made)).toEqual([]);
    expect(made.nodes.find(({ id }) => id === 'middle')?.parent).toBeUndefined();
  });

  it('makes room in the frame around it, and around that', () => {
    const made = wrapped(example('dynamic-net'), 'middle_linear');
    expect(overlaps(made)).toEqual([]);
    expect(layoutOf(made).get('middle')?.width).toBeGreaterThan(
      layoutOf(example('dynamic-net')).get('middle')?.width ?? 0,
    );
  });
});
