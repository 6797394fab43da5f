import { describe, expect, test } from 'vitest';
import type { DocumentNode, GraphDocument, Wire } from '../../engine/graph/document.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { fitsChain } from '../../engine/graph/structure.ts';
import { chainLayout, indexAt } from '../../renderer/canvas/chain.ts';
import { judge, landing, refusalOf } from '../../renderer/canvas/connecting.ts';
import { firstView } from '../../renderer/canvas/first_view.ts';
import { createFlow, type FlowInput, placed } from '../../renderer/canvas/flow.ts';
import { freeSpot } from '../../renderer/canvas/free_spot.ts';
import { moveNodes, setSetting } from '../../renderer/stores/edits.ts';
import { adopt, reparent } from '../../renderer/stores/reparent.ts';

const node = (id: string, kind: string, parent?: string): DocumentNode =>
  parent === undefined ? { id, kind, settings: {} } : { id, kind, settings: {}, parent };
const wire = (from: string, to: string): Wire => ({ from, to });
const documentOf = (nodes: DocumentNode[], wires: Wire[] = []): GraphDocument => ({
  ...emptyDocument(),
  nodes,
  wires,
  view: { nodes: Object.fromEntries(nodes.map((n, i) => [n.id, { x: i * 200, y: 0 }])) },
});
const sequence = () =>
  documentOf(
    [
      node('data', 'XOR'),
      node('model', 'Sequential'),
      node('a', 'Linear', 'model'),
      node('b', 'ReLU', 'model'),
      node('free', 'Tanh'),
    ],
    [wire('data.x', 'model.input'), wire('model.output', 'free.input')],
  );
const ids = (document: GraphDocument) => document.nodes.map((n) => (n.parent ? `${n.parent}/${n.id}` : n.id));

describe('a Sequential', () => {
  test('puts its layers in rows, centred on one line, and grows with them', () => {
    const card = { width: 164, height: 82 };
    const layout = chainLayout([card, card, { width: 164, height: 60 }, card], undefined);
    const [a, b, c, d] = layout.places;
    expect(a?.y).toBe(b?.y);
    expect((c?.y ?? 0) + 30).toBe((a?.y ?? 0) + 41);
    expect(d?.y).toBeGreaterThan(a?.y ?? 0);
    expect(d?.x).toBe(a?.x);
    expect(layout.exit).toBeGreaterThan(layout.entry);
  });

  test('takes a dropped layer at the link under the pointer', () => {
    const cards = Array.from({ length: 4 }, () => ({ width: 164, height: 82 }));
    const { places } = chainLayout(cards, undefined);
    expect(indexAt({ x: 0, y: 80 }, cards, undefined)).toBe(0);
    const second = places[1] ?? { x: 0, y: 0 };
    expect(indexAt({ x: second.x + 10, y: second.y + 20 }, cards, undefined)).toBe(1);
    expect(indexAt({ x: second.x + 150, y: second.y + 20 }, cards, undefined)).toBe(2);
    expect(indexAt({ x: 900, y: 900 }, cards, undefined)).toBe(4);
  });

  test('adopting chains a layer by order and drops the wires it had; releasing gives it a place', () => {
    const { document: adopted } = adopt(sequence(), 'free', 'model', 1);
    expect(ids(adopted)).toEqual(['data', 'model', 'model/a', 'model/free', 'model/b']);
    expect(adopted.wires).toEqual([wire('data.x', 'model.input')]);
    const { document: released } = reparent(adopted, ['free'], undefined, new Map([['free', { x: 10.4, y: 20.6 }]]));
    expect(ids(released)).toEqual(['data', 'model', 'model/a', 'free', 'model/b']);
    expect(released.view.nodes.free).toEqual({ x: 10, y: 21 });
  });

  test('leaves the document as it is when a layer is dropped where it was', () => {
    const document = sequence();
    expect(adopt(document, 'a', 'model', 0).document).toBe(document);
    expect(ids(adopt(document, 'a', 'model', 1).document)).toEqual(['data', 'model', 'model/b', 'model/a', 'free']);
  });

  test('holds only what has one tensor in and one out', () => {
    const fits = (kind: string) => fitsChain(kindOf(node('n', kind), {}) ?? expect.fail(`no ${kind}`));
    expect(['Linear', 'Sequential', 'Repeat'].every(fits)).toBe(true);
    expect(['MSELoss', 'XOR', 'Add', 'SGD'].some(fits)).toBe(false);
  });
});

describe('a wire', () => {
  const ends = (from: string, to: string) => {
    const [source = '', sourceHandle = ''] = from.split('.');
    const [target = '', targetHandle = ''] = to.split('.');
    return { source, sourceHandle, target, targetHandle };
  };
  const document = documentOf(
    [node('data', 'XOR'), node('a', 'Linear'), node('b', 'Tanh'), node('ce', 'CrossEntropyLoss'), node('adam', 'Adam')],
    [wire('a.output', 'b.input')],
  );
  const verdict = (from: string, to: string) => judge(document, ends(from, to));

  test('may join types that fit', () => expect(verdict('data.x', 'a.input')).toEqual({ ok: true }));
  test('may not join types that do not, and says which', () => {
    expect(verdict('a.output', 'ce.target')).toEqual({ ok: false, reason: 'types', from: 'tensor', to: 'labels' });
  });
  test('may not close a cycle', () => expect(verdict('b.output', 'a.input')).toEqual({ ok: false, reason: 'cycle' }));
  test('may not feed its own node', () =>
    expect(verdict('a.output', 'a.input')).toEqual({ ok: false, reason: 'itself' }));
  test('may not reach into a chain', () =>
    expect(judge(sequence(), ends('data.x', 'b.input'))).toEqual({ ok: false, reason: 'inner' }));
});

describe('a wire let go on a node', () => {
  const document = documentOf(
    [
      node('data', 'XOR'),
      node('a', 'Linear'),
      node('sum', 'Add'),
      node('mse', 'MSELoss'),
      node('moons', 'TwoMoons'),
      node('model', 'Sequential'),
      node('link', 'ReLU', 'model'),
    ],
    [wire('data.x', 'a.input'), wire('a.output', 'mse.input')],
  );
  const from = (address: string, type: 'source' | 'target') => {
    const [nodeId = '', id = ''] = address.split('.');
    return { nodeId, id, type };
  };
  const land = (address: string, on: string, type: 'source' | 'target' = 'source') =>
    landing(document, from(address, type), on);
  const ends = (source: string, sourceHandle: string, target: string, targetHandle: string) => ({
    source,
    sourceHandle,
    target,
    targetHandle,
  });

  test('runs to its only free input that fits, drawn from either end', () => {
    expect(land('data.y', 'mse')).toEqual(ends('data', 'y', 'mse', 'target'));
    expect(land('data.x', 'model')).toEqual(ends('data', 'x', 'model', 'input'));
    expect(land('mse.target', 'a', 'target')).toEqual(ends('a', 'output', 'mse', 'target'));
  });
  test('is refused where several ports fit, or all of them have their wires', () => {
    expect(land('data.x', 'sum')).toEqual({ ok: false, reason: 'several' });
    expect(land('mse.input', 'data', 'target')).toEqual({ ok: false, reason: 'several' });
    expect(land('data.y', 'a')).toEqual({ ok: false, reason: 'taken' });
  });
  test('is refused with what is wrong where nothing fits', () => {
    expect(land('moons.labels', 'a')).toEqual({ ok: false, reason: 'types', from: 'labels', to: 'tensor' });
    expect(land('a.output', 'link')).toEqual({ ok: false, reason: 'inner' });
    expect(land('mse.loss', 'a')).toEqual({ ok: false, reason: 'cycle' });
    expect(land('a.output', 'data')).toEqual({ ok: false, reason: 'unknown' });
  });
  test('is given up on its own node', () => expect(land('a.output', 'a')).toBeUndefined());
  test('is refused at a port of its own side, but not at the one it started from', () => {
    const refusal = (a: string, b: string) => refusalOf(document, from(a, 'source'), from(b, 'source'));
    expect(refusal('a.output', 'data.x')).toEqual({ ok: false, reason: 'sides' });
    expect(refusal('a.output', 'a.output')).toBeUndefined();
  });
});

describe('a node that is added', () => {
  const card = { x: 0, y: 0, width: 164, height: 80 };

  test('takes the very place asked for where that is free', () => {
    expect(freeSpot(card, [{ ...card, x: 400 }])).toEqual({ x: 0, y: 0 });
  });
  test('takes the nearest place that covers nothing, frames neither', () => {
    const frame = { x: -300, y: -40, width: 700, height: 150 };
    const taken = [{ ...card }, frame];
    for (let i = 0; i < 30; i++) {
      const spot = freeSpot(card, taken);
      const box = { ...card, ...spot };
      expect(
        taken.filter(
          (t) => box.x < t.x + t.width && t.x < box.x + box.width && box.y < t.y + t.height && t.y < box.y + box.height,
        ),
      ).toEqual([]);
      taken.push(box);
    }
    expect(taken[2]).toMatchObject({ x: 0, y: -120 - 20 });
  });
});

describe('what React Flow is given', () => {
  const inputOf = (document: GraphDocument): FlowInput => ({
    tab: 't',
    document,
    addresses: { of: new Map(), loops: new Map() },
    inspected: () => 1,
    selected: new Set(),
    wire: null,
    diagnostics: new Map(),
    shapes: new Map([
      ['data.x', [4, 2]],
      ['a.output', [4, 8]],
    ]),
    parametersOf: () => [],
    weightsOf: () => 0,
    instancesOf: () => 0,
    values: {},
    language: 'en',
  });

  test('is the same object for every node that an edit did not touch', () => {
    const flow = createFlow();
    const document = sequence();
    const before = flow(inputOf(document));
    const after = flow(inputOf(setSetting(moveNodes(document, { data: { x: 5, y: 5 } }), 'b', 'inplace', true)));
    const changed = after.nodes.filter((n, i) => n !== before.nodes[i]).map((n) => n.id);
    expect(changed).toEqual(['data', 'b']);
    expect(after.edges.every((edge, i) => edge === before.edges[i])).toBe(true);
  });

  test('has settings with the values of the instance that is looked into', () => {
    const document = documentOf([{ ...node('a', 'Linear'), settings: { outFeatures: { param: 'h' } } }]);
    const flow = createFlow();
    const settingsWith = (h: number) => flow({ ...inputOf(document), values: { h } }).nodes[0]?.data.settings;
    expect(settingsWith(100)).toEqual({ outFeatures: 100 });
    expect(settingsWith(7)).toEqual({ outFeatures: 7 });
  });

  test('is the same lists, too, when nothing changed', () => {
    const flow = createFlow();
    const document = sequence();
    const before = flow(inputOf(document));
    const after = flow(inputOf({ ...document }));
    expect(after.nodes).toBe(before.nodes);
    expect(after.edges).toBe(before.edges);
  });

  test('is another object only for what a step of a drag moves', () => {
    const { nodes } = createFlow()(inputOf(sequence()));
    const moved = placed(nodes, new Map([['free', { x: 7, y: 9 }]]));
    expect(moved.filter((n, i) => n !== nodes[i]).map((n) => [n.id, n.position])).toEqual([['free', { x: 7, y: 9 }]]);
  });

  test('has sizes and ports before anything is measured', () => {
    for (const flowNode of createFlow()(inputOf(sequence())).nodes) {
      expect(flowNode.width).toBeGreaterThan(0);
      expect(flowNode.height).toBeGreaterThan(0);
      expect(flowNode.handles?.length).toBeGreaterThan(0);
    }
  });

  test('keeps a card that grows inside of its block and of those around, and nothing else moves', () => {
    const document = documentOf(
      [
        node('loop', 'Repeat'),
        node('model', 'Sequential', 'loop'),
        node('a', 'Linear', 'model'),
        node('b', 'ReLU', 'model'),
      ],
      [],
    );
    const flow = createFlow();
    const input = { ...inputOf(document), parametersOf: (id: string) => (id === 'a' ? ['weight', 'bias'] : []) };
    const before = flow(input).nodes;
    const after = flow({ ...input, selected: new Set(['a']) }).nodes;
    const heightOf = (nodes: typeof before, id: string) => nodes.find((n) => n.id === id)?.height ?? 0;
    const growth = ['a', 'b', 'model', 'loop'].map((id) => heightOf(after, id) - heightOf(before, id));
    expect(growth).toEqual([44, 0, 44, expect.any(Number)]);
    for (const [inner, outer] of [
      ['a', 'model'],
      ['model', 'loop'],
    ] as const) {
      const place = after.find((n) => n.id === inner)?.position.y ?? 0;
      expect(place + heightOf(after, inner)).toBeLessThan(heightOf(after, outer));
    }
    expect(after.map((n) => [n.position, n.handles])).toEqual(before.map((n) => [n.position, n.handles]));
  });

  test('draws the chain of a Sequential as wires that the document does not have', () => {
    const { edges } = createFlow()(inputOf(sequence()));
    const implied = edges.filter((edge) => edge.data?.implied);
    expect(implied.map((edge) => [edge.source, edge.target])).toEqual([
      ['model', 'a'],
      ['a', 'b'],
      ['b', 'model'],
    ]);
    expect(implied[1]?.data?.shape).toBe('4×8');
    expect(edges.find((edge) => edge.id === 'data.x→model.input')?.data?.shape).toBe('4×2');
  });

  test('leaves out wires to ports that do not exist', () => {
    const document = documentOf([node('data', 'XOR'), node('a', 'Linear')], [wire('data.nothing', 'a.input')]);
    expect(createFlow()(inputOf(document)).edges).toEqual([]);
  });
});

describe('what is seen of a network as it opens', () => {
  const canvas = { width: 756, height: 494 };

  test('is all of it where that can be read', () => {
    const { zoom, x } = firstView({ x: 0, y: -100, width: 600, height: 300 }, canvas);
    expect(zoom).toBe(1);
    expect(x).toBeCloseTo((canvas.width - 600) / 2);
  });

  test('is its beginning where all of it would be too small to read', () => {
    const { zoom, x, y } = firstView({ x: 40, y: -120, width: 1900, height: 300 }, canvas);
    expect(zoom).toBe(0.75);
    const left = 40 * zoom + x;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(60);
    // What fits in one direction stands in the middle of it.
    expect((-120 + 150) * zoom + y).toBeCloseTo(canvas.height / 2);
  });
});
