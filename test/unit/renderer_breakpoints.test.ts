import { beforeEach, describe, expect, it } from 'vitest';
import { type Breakpoint, type DocumentNode, emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import {
  editBlocks,
  groupSelected,
  openDefinition,
  removePortOf,
  repeatSelected,
  unpackSelected,
} from '../../renderer/commands/blocks.ts';
import { canBreak, toggleSelectedBreakpoints } from '../../renderer/commands/breakpoints.ts';
import { deleteSelected } from '../../renderer/commands/clipboard.ts';
import { toggleSelected } from '../../renderer/commands/folding.ts';
import { boundsOf, withBound, withCondition } from '../../renderer/stores/breakpoints.ts';
import { renameModule, renamePort } from '../../renderer/stores/definition.ts';
import { activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { connect } from '../../renderer/stores/edits.ts';
import { reparent } from '../../renderer/stores/reparent.ts';
import { useSelection } from '../../renderer/stores/selection.ts';

const node = (id: string, kind: string, settings: DocumentNode['settings'] = {}): DocumentNode => ({
  id,
  kind,
  settings,
});

/** x → a → tanh → b → loss, all of width 4, trained by SGD. */
const network: GraphDocument = {
  ...emptyDocument('sample'),
  nodes: [
    node('x', 'RandomTensor', { shape: [3, 4] }),
    node('y', 'RandomTensor', { shape: [3, 4] }),
    node('a', 'Linear', { outFeatures: 4 }),
    node('tanh', 'Tanh'),
    node('b', 'Linear', { outFeatures: 4 }),
    node('loss', 'MSELoss'),
    node('sgd', 'SGD', { lr: 0.1 }),
  ],
  wires: [
    ['x.output', 'a.input'],
    ['a.output', 'tanh.input'],
    ['tanh.output', 'b.input'],
    ['b.output', 'loss.input'],
    ['y.output', 'loss.target'],
    ['loss.loss', 'sgd.loss'],
  ].map(([from = '', to = '']) => ({ from, to })),
  run: { mode: 'dynamic', seed: 5, steps: 3 },
  view: { nodes: {} },
};

const { getState: documents } = useDocuments;
const list = () => activeTab()?.document.view.breakpoints ?? [];
const wires = () => list().flatMap((one) => ('wire' in one ? [one.wire] : []));
const arm = (...breakpoints: readonly Breakpoint[]) =>
  documents().editWhole((d) => ({ ...d, view: { ...d.view, breakpoints } }));
const select = (...ids: readonly string[]) => useSelection.getState().select(ids);

beforeEach(() => {
  useDocuments.setState({ tabs: [], active: '' });
  expect(documents().open(formatDocument(network), 'sample')).toEqual([]);
});

/** The wires of the network whose passage is watched. */
const watched = ['x.output→a.input', 'a.output→tanh.input', 'tanh.output→b.input', 'b.output→loss.input'] as const;

describe('breakpoints', () => {
  it('on wires follow through a border that is drawn around their ends, and back', () => {
    arm(...watched.map((wire) => ({ wire, hits: 2 })));
    select('a', 'tanh');
    groupSelected();
    expect(wires()).toEqual([
      'module1.inputs/x→module1/a.input',
      'module1/a.output→module1/tanh.input',
      'module1.tanh→b.input',
      'b.output→loss.input',
    ]);
    expect(list().every(({ hits }) => hits === 2)).toBe(true);
    unpackSelected();
    expect(wires()).toEqual(watched);
    select('tanh');
    repeatSelected();
    expect(wires()).toEqual([
      'x.output→a.input',
      'repeat1.current→repeat1/tanh.input',
      'repeat1.result→b.input',
      'b.output→loss.input',
    ]);
    unpackSelected();
    expect(wires()).toEqual(watched);
  });

  it('on a wire to an instance become one on what it fed, where the instance is unpacked', () => {
    select('a', 'tanh');
    groupSelected();
    arm({ wire: 'x.output→module1.x' });
    unpackSelected();
    expect(wires()).toEqual(['x.output→a.input']);
  });

  it('follow a node that is dropped into a frame, and out of it', () => {
    arm({ node: 'tanh', pass: 'backward', when: 'after' });
    select('b');
    repeatSelected();
    editBlocks((graph) => reparent(graph, ['tanh'], 'repeat1', new Map()));
    expect(list()).toEqual([{ node: 'repeat1/tanh', pass: 'backward', when: 'after' }]);
    editBlocks((graph) => reparent(graph, ['tanh'], undefined, new Map()));
    expect(list()).toEqual([{ node: 'tanh', pass: 'backward', when: 'after' }]);
  });

  it('follow the ports of a definition that are called anew, and stay where it is itself', () => {
    select('a', 'tanh');
    groupSelected();
    arm(
      { wire: 'x.output→module1.x' },
      { wire: 'module1.inputs/x→module1/a.input' },
      { wire: 'module1.tanh→b.input' },
      { parameter: 'module1/a.weight' },
    );
    documents().editWhole((d) => renamePort(d, 'Module1', 'inputs', 'x', 'data'));
    documents().editWhole((d) => renamePort(d, 'Module1', 'outputs', 'tanh', 'x'));
    documents().editWhole((d) => renameModule(d, 'Module1', 'Half'));
    expect(wires()).toEqual(['x.output→module1.data', 'module1.inputs/data→module1/a.input', 'module1.x→b.input']);
    expect(list().at(-1)).toEqual({ parameter: 'module1/a.weight' });
    removePortOf('Half', 'inputs', 'data');
    expect(wires()).toEqual(['module1.x→b.input']);
  });

  it('of a loop goes with it, and comes back with undo', () => {
    select('tanh');
    repeatSelected();
    arm({ block: 'repeat1', iteration: 2 }, { node: 'repeat1/tanh', pass: 'forward', when: 'before' });
    const armed = list();
    select('repeat1');
    unpackSelected();
    expect(list()).toEqual([{ node: 'tanh', pass: 'forward', when: 'before' }]);
    documents().undo();
    expect(list()).toEqual(armed);
    select('repeat1');
    deleteSelected();
    expect(list()).toEqual([]);
    documents().undo();
    expect(list()).toEqual(armed);
  });

  it('on a wire goes where something else is wired to its input; what named nothing before stays', () => {
    arm({ wire: 'a.output→tanh.input' }, { wire: 'nobody.output→nowhere.input' });
    documents().edit((d) => connect(d, 'x.output', 'tanh.input'));
    expect(wires()).toEqual(['nobody.output→nowhere.input']);
  });

  it('on a wire from a definition’s own terminal has one name, whether it is opened or unfolded', () => {
    select('a', 'tanh');
    groupSelected();
    const named = ['module1.inputs/x→module1/a.input', 'module1/tanh.output→module1.outputs/tanh'];
    openDefinition('module1', 'Module1');
    for (const wire of ['a.input', 'outputs.tanh']) {
      useSelection.getState().selectWire(wire);
      expect(canBreak()).toBe(true);
      toggleSelectedBreakpoints();
    }
    expect(wires()).toEqual(named);
    documents().enter([]);
    select('module1');
    toggleSelected();
    for (const wire of ['module1/a.input', 'module1.outputs/tanh']) {
      useSelection.getState().selectWire(wire);
      toggleSelectedBreakpoints();
    }
    expect(wires()).toEqual([]);
  });
});

describe('the condition of a breakpoint', () => {
  const at = { node: 'a', pass: 'forward', when: 'after' } as const;

  it('has a bound above or below, and keeps the other where a document has both', () => {
    const above: Breakpoint = { ...at, condition: { of: 'mean', above: 2 } };
    expect(boundsOf(above.condition)).toEqual([{ side: 'above', value: 2, other: false }]);
    expect(withBound(above, 'above', { side: 'below', value: 2 })).toEqual({
      ...at,
      condition: { of: 'mean', below: 2 },
    });
    expect(withBound(above, 'above', { side: 'above', value: -1 })).toEqual({
      ...at,
      condition: { of: 'mean', above: -1 },
    });
    const both: Breakpoint = { ...at, condition: { of: 'norm', above: 1, below: 3 } };
    expect(boundsOf(both.condition).map(({ side, other }) => [side, other])).toEqual([
      ['above', true],
      ['below', true],
    ]);
    expect(withBound(both, 'below', { side: 'below', value: 4 })).toEqual({
      ...at,
      condition: { of: 'norm', above: 1, below: 4 },
    });
  });

  it('on what is no number has none', () => {
    for (const condition of [undefined, { of: 'nonFinite' }, { of: 'risingLoss' }] as const) {
      expect(boundsOf(condition)).toEqual([]);
      const breakpoint = withCondition(at, condition);
      expect(withBound(breakpoint, 'above', { side: 'below', value: 1 })).toBe(breakpoint);
    }
  });
});
