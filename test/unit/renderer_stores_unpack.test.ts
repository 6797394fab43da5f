import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import {
  type DocumentNode,
  emptyDocument,
  type GraphDocument,
  type ModuleDefinition,
} from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { unpackSelected } from '../../renderer/commands/blocks.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { unpack } from '../../renderer/stores/unpack.ts';
import { trained } from '../property/trained.ts';

const node = (id: string, kind: string, settings: DocumentNode['settings'] = {}): DocumentNode => ({
  id,
  kind,
  settings,
});
/** `a.output > b.input`. */
const wires = (list: readonly string[]) =>
  list.map((text) => {
    const [from = '', to = ''] = text.split(' > ');
    return { from, to };
  });

const documentOf = (nodes: readonly DocumentNode[], list: readonly string[]): GraphDocument => ({
  ...emptyDocument('sample'),
  nodes,
  wires: wires(list),
  run: { mode: 'dynamic', seed: 5, steps: 3 },
});

function unpacked(document: GraphDocument, id: string) {
  const made = unpack(document, id);
  return made.problem === undefined ? made : expect.fail(made.problem);
}

describe('a module among the links of a chain', () => {
  /** a, then tanh, then b in a module, which lies in a Sequential beside others; b is drawn first. */
  const chained = (extra: Partial<ModuleDefinition> = {}, order = ['b', 'loop', 'in_loop', 'a', 'tanh']) => {
    const nodes = new Map(
      [
        node('a', 'Linear', { outFeatures: { param: 'width' } }),
        node('b', 'Linear', { outFeatures: 2 }),
        node('tanh', 'Tanh'),
        node('loop', 'Repeat', { times: 2 }),
        { ...node('in_loop', 'Linear', { outFeatures: 3 }), parent: 'loop' },
      ].map((one) => [one.id, one]),
    );
    const outer = documentOf(
      [
        node('x', 'RandomTensor', { shape: [3, 4] }),
        node('y', 'RandomTensor', { shape: [3, 2] }),
        node('model', 'Sequential'),
        { ...node('first', 'Linear', { outFeatures: 4 }), parent: 'model' },
        { ...node('net', 'module:Net', { width: 3 }), parent: 'model' },
        { ...node('last', 'Linear', { outFeatures: 2 }), parent: 'model' },
        node('loss', 'MSELoss'),
        node('sgd', 'SGD', { lr: 0.1, parameters: ['net'] }),
      ],
      ['x.output > model.input', 'model.output > loss.input', 'y.output > loss.target', 'loss.loss > sgd.loss'],
    );
    const path = wires([
      ...['inputs.x > a.input', 'a.output > tanh.input', 'tanh.output > loop.start', 'loop.current > in_loop.input'],
      ...['in_loop.output > loop.next', 'loop.result > b.input', 'b.output > outputs.y'],
    ]);
    const definition: ModuleDefinition = {
      params: { width: { type: 'int', default: 5 } },
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: order.map((id) => nodes.get(id) ?? expect.fail(id)),
      wires: path,
      ...extra,
    };
    return { ...outer, modules: { Net: definition } };
  };
  const linksOf = (document: GraphDocument) => document.nodes.filter((n) => n.parent === 'model').map((n) => n.id);

  it('gives its own links to the chain, in their order, and trains to the same bits', async () => {
    const document = chained();
    const before = await trained(document);
    const { document: flat, ids } = unpacked(document, 'net');
    expect(linksOf(flat)).toEqual(['first', 'a', 'tanh', 'loop', 'b', 'last']);
    expect(ids).toEqual(['a', 'tanh', 'loop', 'b']);
    expect(flat.wires.filter((w) => !document.wires.includes(w))).toEqual(
      wires(['loop.current > in_loop.input', 'in_loop.output > loop.next']),
    );
    expect(flat.nodes.find((n) => n.id === 'a')?.settings.outFeatures).toBe(3);
    expect(flat.nodes.find((n) => n.id === 'sgd')?.settings.parameters).toEqual(['a', 'loop', 'b']);
    // b stands first in the definition, and is drawn first.
    expect(flat.run.draws?.indexOf('model/b')).toBeLessThan(flat.run.draws?.indexOf('model/a') ?? 0);
    expect(flat.modules).toEqual({});
    expect(checkDocument(flat).diagnostics).toEqual([]);
    const after = await trained(flat);
    expect(after.losses).toEqual(before.losses);
    expect(after.weights.map(String).sort()).toEqual(before.weights.map(String).sort());
  });

  it('is undone in one step', () => {
    useDocuments.setState({ tabs: [], active: '' });
    expect(useDocuments.getState().open(formatDocument(chained()), 'chained')).toEqual([]);
    const start = activeTab()?.document;
    useSelection.getState().select(['net']);
    unpackSelected();
    expect(linksOf(activeTab()?.document ?? expect.fail('no tab'))).toHaveLength(6);
    expect([...useSelection.getState().nodes]).toEqual(['a', 'tanh', 'loop', 'b']);
    useDocuments.getState().undo();
    expect(activeTab()?.document).toBe(start);
  });

  const { wires: path, nodes } = chained().modules.Net;
  const rewired = (from: string, ...list: string[]): Partial<ModuleDefinition> => ({
    wires: [...path.filter((w) => w.from !== from), ...wires(list)],
  });
  it.each<[string, Partial<ModuleDefinition>]>([
    ['a value is used twice', { wires: [...path, { from: 'a.output', to: 'in_loop.input' }] }],
    ['the input goes into a block', { wires: [...path, { from: 'inputs.x', to: 'in_loop.input' }] }],
    ['a node hangs beside', { nodes: [...nodes, node('beside', 'ReLU')] }],
    [
      'a node takes two values',
      {
        ...rewired('b.output', 'b.output > sum.input', 'sum.output > outputs.y'),
        nodes: [...nodes, node('sum', 'Add')],
      },
    ],
    ['the way leads in a circle', rewired('b.output', 'b.output > a.input')],
    ['nothing reaches the output', rewired('b.output')],
  ])('is left as it is where %s', (_what, extra) => {
    expect(unpack(chained(extra), 'net')).toEqual({ problem: 'linked' });
  });

  it('that only hands a value on leaves nothing behind', () => {
    const empty = chained({ nodes: [], wires: wires(['inputs.x > outputs.y']) });
    const named = { ...empty, nodes: empty.nodes.map((n) => (n.id === 'sgd' ? node('sgd', 'SGD') : n)) };
    expect(linksOf(unpacked(named, 'net').document)).toEqual(['first', 'last']);
  });
});
