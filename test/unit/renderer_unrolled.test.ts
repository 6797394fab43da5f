import { readFileSync } from 'node:fs';
import Elk from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it, vi } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import type { UnrolledGraph } from '../../engine/protocol/messages.ts';
import { iterationDone } from '../../engine/session/cursor.ts';
import { Session } from '../../engine/session/session.ts';
import { kernelsOf, phasesOf } from '../../renderer/captured/plans.ts';
import { revealUse } from '../../renderer/commands/reveal_use.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { inspectedIn, useInspection } from '../../renderer/stores/inspection.ts';
import { namesIn } from '../../renderer/stores/names.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { curve, type Layout, layoutInput, plainLayout, readLayout } from '../../renderer/unrolled/layout.ts';
import { type Uses, usesOf } from '../../renderer/unrolled/uses.ts';

vi.mock('../../renderer/host/host.ts', () => ({
  host: {
    startEngine: () => ({
      port: { post: () => undefined, listen: () => () => undefined, close: () => undefined },
      onDeath: () => undefined,
      terminate: () => undefined,
    }),
  },
}));

const source = (name: string) => readFileSync(`examples/${name}.gradloom.json`, 'utf8');

function example(name: string): GraphDocument {
  const { document } = parseDocument(source(name));
  if (document === undefined) throw new Error(`${name} is not a document`);
  return document;
}

/** dynamic-net, small, with its middle layer run `times` times. */
function looped(times: number): GraphDocument {
  const document = example('dynamic-net');
  return {
    ...document,
    nodes: document.nodes.map((node) => {
      if (node.id === 'middle') return { ...node, settings: { count: 'fixed', times } };
      if (node.kind === 'RandomTensor') return { ...node, settings: { shape: [2, 4] } };
      return node.kind === 'Linear' ? { ...node, settings: { inFeatures: 4, outFeatures: 4 } } : node;
    }),
  };
}

async function ran(document: GraphDocument, iterations = 1): Promise<Session> {
  const { session, ...refused } = await Session.create(document, {
    backend: createReferenceBackend(),
    files: nodeFiles('.'),
  });
  if (session === undefined) throw new Error(JSON.stringify(refused));
  for (let i = 0; i < iterations; i++) session.run(iterationDone(session));
  return session;
}

async function unrolled(document: GraphDocument): Promise<UnrolledGraph> {
  const graph = (await ran(document)).view.unrolled();
  if (graph === undefined) throw new Error('nothing ran');
  return graph;
}

const plainNames = namesIn();
const addresses = ({ uses }: Uses) => uses.map(({ address }) => address);
const rectangle = ({ boxes }: Layout, address: string) => {
  const box = boxes.find(({ use }) => use.address === address);
  if (box === undefined) throw new Error(`${address} is not drawn`);
  return box;
};

describe('the graph of a pass', () => {
  it('says which iteration it belongs to, and nothing before the first', async () => {
    const session = await ran(looped(2), 0);
    expect(session.view.unrolled()).toBeUndefined();
    session.run(iterationDone(session));
    session.run(iterationDone(session));
    expect(session.view.unrolled()?.iteration).toBe(2);
    // In the middle of the third.
    session.run((cursor) => cursor.phase === 'backward');
    expect(session.view.unrolled()?.iteration).toBe(3);
  });
});

describe('the boxes of an unrolled graph', () => {
  it('are the uses of nodes in their order, within the iterations they belong to', async () => {
    const { uses } = usesOf(await unrolled(looped(2)), plainNames);
    const middle = uses.filter(({ name }) => name === 'middle_linear');
    expect(middle.map(({ address, iterations }) => [address, iterations])).toEqual([
      ['middle#1/middle_linear', ['middle#1']],
      ['middle#2/middle_linear', ['middle#2']],
    ]);
    expect(middle[0]?.ops).toContain('matmul');
    expect(uses.find(({ address }) => address === 'x')?.iterations).toEqual([]);
  });

  it('are called as on the canvas; what lies in a module is called as in its definition', () => {
    const label = (document: GraphDocument, id: string, name: string): GraphDocument => ({
      ...document,
      view: { ...document.view, nodes: { ...document.view.nodes, [id]: { x: 0, y: 0, label: name } } },
    });
    const loop = label(example('dynamic-net'), 'middle_linear', 'shared/twice');
    expect(namesIn(loop).parts('middle#2/middle_linear')).toEqual(['middle#2', 'shared/twice']);
    const module = label(label(example('custom-module'), 'model', 'net'), 'linear1', 'elsewhere');
    expect(namesIn(module).parts('model/linear1')).toEqual(['net', 'linear1']);
  });

  it('leave out the middle of a long loop, and wires lead through what stands for it', async () => {
    const graph = await unrolled(looped(60));
    const shown = usesOf(graph, plainNames, 40);
    expect(shown.uses.length).toBeLessThanOrEqual(40);
    const left = shown.uses.find(({ leftOut }) => leftOut !== undefined);
    const { from = 0, to = 0 } = left?.leftOut ?? {};
    expect(addresses(shown)).toContain(`middle#${from - 1}/middle_linear`);
    expect(addresses(shown)).not.toContain(`middle#${from}/middle_linear`);
    expect(addresses(shown)).toContain('middle#60/middle_linear');
    const here = left?.address ?? '';
    expect(shown.edges).toContainEqual({ from: `middle#${from - 1}/middle_relu`, to: here });
    expect(shown.edges).toContainEqual({ from: here, to: `middle#${to + 1}/middle_linear` });
    // Every wire ends at boxes that are there.
    const there = new Set(addresses(shown));
    expect(shown.edges.filter((edge) => !there.has(edge.from) || !there.has(edge.to))).toEqual([]);
    expect(addresses(usesOf(graph, plainNames, 1000))).toHaveLength(graph.nodes.length);
  });

  it('leave out iterations of loops in loops', () => {
    const nodes = [1, 2].flatMap((outer) =>
      Array.from({ length: 30 }, (_, i) => ({ address: `a#${outer}/b#${i + 1}/n`, ops: ['add'], shape: [1] })),
    );
    const edges = nodes.slice(1).map(({ address }, i) => ({ from: nodes[i]?.address ?? '', to: address }));
    const shown = usesOf({ iteration: 1, nodes, edges, loops: { a: 2, 'a#1/b': 30, 'a#2/b': 30 } }, plainNames, 10);
    expect(addresses(shown)).toEqual([
      ...['a#1/b#1/n', 'a#1/b#2/n', 'a#1/b#3–28', 'a#1/b#29/n', 'a#1/b#30/n'],
      ...['a#2/b#1/n', 'a#2/b#2/n', 'a#2/b#3–28', 'a#2/b#29/n', 'a#2/b#30/n'],
    ]);
    expect(shown.edges).toHaveLength(9);
  });
});

describe('the layout', () => {
  it('asks for frames within frames', () => {
    const use = { name: 'n', ops: [], shape: [2, 3] };
    const input = layoutInput({
      uses: [{ ...use, address: 'a#1/b#2/n', iterations: ['a#1', 'a#1/b#2'] }],
      edges: [],
    });
    expect(input.children).toMatchObject([
      { id: 'a#1/', children: [{ id: 'a#1/b#2/', children: [{ id: 'a#1/b#2/n', height: 38 }] }] },
    ]);
  });

  it('by ELK runs from left to right, every box in the frame of its iteration and none on another', async () => {
    const uses = usesOf(await unrolled(looped(3)), plainNames);
    const layout = readLayout(uses, await new Elk().layout(layoutInput(uses)));
    expect(layout.boxes).toHaveLength(uses.uses.length);
    expect(layout.wires).toHaveLength(uses.edges.length);
    expect(layout.frames.map(({ iteration }) => iteration)).toEqual(['middle#1', 'middle#2', 'middle#3']);
    for (const { from, to } of uses.edges) {
      const source = rectangle(layout, from);
      expect(source.x + source.width, `${from} → ${to}`).toBeLessThan(rectangle(layout, to).x);
    }
    for (const { use, ...box } of layout.boxes)
      for (const { iteration, ...frame } of layout.frames) {
        const within =
          box.x >= frame.x &&
          box.y >= frame.y &&
          box.x + box.width <= frame.x + frame.width &&
          box.y + box.height <= frame.y + frame.height;
        expect(within, `${use.address} in ${iteration}`).toBe(use.iterations.includes(iteration));
      }
  });

  it('without ELK puts every box right of those it reads from, one below the other, called by its address', async () => {
    const uses = usesOf(await unrolled(looped(2)), plainNames);
    const layout = plainLayout(uses);
    for (const { from, to } of uses.edges) {
      const source = rectangle(layout, from);
      expect(source.x + source.width).toBeLessThan(rectangle(layout, to).x);
    }
    const places = layout.boxes.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(uses.uses.length);
    expect(rectangle(layout, 'middle#2/middle_relu').use.name).toBe('middle#2/middle_relu');
  });

  it('draws wires that are level where they begin, bend and end', () => {
    expect(curve([])).toBe('');
    expect(
      curve([
        { x: 0, y: 5 },
        { x: 10, y: 5 },
        { x: 30, y: 25 },
      ]),
    ).toBe('M0,5L10,5C20,5 20,25 30,25');
  });
});

describe('a click on a box', () => {
  it('selects its node and looks at the iteration', () => {
    useDocuments.getState().open(source('dynamic-net'), 'dynamic-net');
    revealUse('middle#3/middle_relu');
    const tab = activeTab()?.id ?? '';
    expect([...useSelection.getState().nodes]).toEqual(['middle_relu']);
    expect(inspectedIn(useInspection.getState().iterations, tab)('middle')).toBe(3);
  });

  it('opens the definition that the node stands in, and leaves it again', () => {
    useDocuments.getState().open(source('custom-module'), 'custom-module');
    revealUse('model/linear1');
    expect(activeTab()?.scope).toEqual([{ module: 'TwoLayerNet', instance: 'model' }]);
    expect([...useSelection.getState().nodes]).toEqual(['linear1']);
    revealUse('loss');
    expect(activeTab()?.scope).toEqual([]);
    expect([...useSelection.getState().nodes]).toEqual(['loss']);
  });

  it('changes nothing where the node is gone', () => {
    useDocuments.getState().open(source('dynamic-net'), 'dynamic-net');
    useSelection.getState().select(['loss']);
    revealUse('gone#2/linear');
    expect([...useSelection.getState().nodes]).toEqual(['loss']);
  });
});

describe('a captured plan', () => {
  it('lists the kernels of its phases', async () => {
    const session = await ran({ ...looped(1), run: { mode: 'static', seed: 0, steps: 5 } }, 2);
    const [plan] = session.view.captured();
    if (plan === undefined) throw new Error('nothing was captured');
    const phases = phasesOf(plan);
    expect(phases.map(({ phase }) => phase)).toEqual(['forward', 'loss', 'backward', 'update']);
    expect(phases.reduce((sum, { kernels }) => sum + kernels, 0)).toBe(kernelsOf(plan));
    const [forward] = phases;
    expect(forward?.entries.flatMap(({ kernels }) => kernels).length).toBe(forward?.kernels);
    expect(forward?.entries.filter(({ op }) => op === 'matmul')).toHaveLength(3);
  });
});
