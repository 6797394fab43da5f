import { beforeEach, describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { type DocumentNode, emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { parseDocument } from '../../engine/graph/parse.ts';
import { drop } from '../../renderer/canvas/dropping.ts';
import {
  editBlocks,
  groupSelected,
  openDefinition,
  removePortOf,
  repeatSelected,
  unpackSelected,
} from '../../renderer/commands/blocks.ts';
import { activeGraph, activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { removeNodes, setSetting } from '../../renderer/stores/edits.ts';
import { detach, group, tie } from '../../renderer/stores/modules.ts';
import { adopt, reparent } from '../../renderer/stores/reparent.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { useToasts } from '../../renderer/stores/toasts.ts';
import { isUsed, unpack } from '../../renderer/stores/unpack.ts';
import { wrapInRepeat } from '../../renderer/stores/wrap.ts';
import { en } from '../../renderer/text/en.ts';
import { lossesOf, trained } from '../property/trained.ts';

const node = (id: string, kind: string, settings: DocumentNode['settings'] = {}, parent?: string): DocumentNode =>
  parent === undefined ? { id, kind, settings } : { id, kind, settings, parent };

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
  view: { nodes: Object.fromEntries(nodes.map(({ id }, i) => [id, { x: 100 * i, y: 10 * i }])) },
});

/** x → a → tanh → b → loss, all of width 4, trained by SGD. */
const network = (sgd: DocumentNode['settings'] = {}): GraphDocument =>
  documentOf(
    [
      node('x', 'RandomTensor', { shape: [3, 4] }),
      node('y', 'RandomTensor', { shape: [3, 4] }),
      node('a', 'Linear', { outFeatures: 4 }),
      node('tanh', 'Tanh'),
      node('b', 'Linear', { outFeatures: 4 }),
      node('loss', 'MSELoss'),
      node('sgd', 'SGD', { lr: 0.1, ...sgd }),
    ],
    [
      'x.output > a.input',
      'a.output > tanh.input',
      'tanh.output > b.input',
      'b.output > loss.input',
      'y.output > loss.target',
      'loss.loss > sgd.loss',
    ],
  );

function grouped(document: GraphDocument, ids: readonly string[], name?: string) {
  const made = group(document, ids, name);
  return made.problem === undefined ? made : expect.fail(made.problem);
}
function unpacked(document: GraphDocument, id: string) {
  const made = unpack(document, id);
  return made.problem === undefined ? made : expect.fail(made.problem);
}
function wrapped(document: GraphDocument, ids: readonly string[]) {
  const made = wrapInRepeat(document, ids);
  return 'problem' in made ? expect.fail(made.problem) : made;
}
const sorted = (document: GraphDocument) => ({
  nodes: document.nodes.toSorted((p, q) => (p.id < q.id ? -1 : 1)),
  wires: document.wires.map(({ from, to }) => `${from} > ${to}`).sort(),
});

describe('a module', () => {
  it('made of a selection and unpacked is the network that it was, and trains to the same bits in between', async () => {
    const before = await trained(network());
    const made = grouped(network(), ['a', 'tanh']);
    expect(made.document.modules.Module1).toMatchObject({
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'tanh' }] },
    });
    expect((await trained(made.document)).losses).toEqual(before.losses);
    const back = unpacked(made.document, made.id);
    expect(sorted(back.document)).toEqual(sorted(network()));
    expect(back.document.modules).toEqual({});
    expect(back.document.view).toEqual(network().view);
    expect(await trained(back.document)).toEqual(before);
  });

  it('draws what it drew where its nodes were apart, and says so in a document that opens', async () => {
    // a is drawn before b: in the place of y the module would come before it.
    const made = grouped(network(), ['y', 'b']);
    expect(made.document.run.draws).toEqual(['x', 'module1/y', 'a', 'module1/b']);
    expect(await lossesOf(made.document)).toEqual(await lossesOf(network()));
    expect(parseDocument(formatDocument(made.document)).document).toEqual(made.document);
  });

  it('gives up its place in the list of draws with an edit that takes it away, and nothing else of the list', () => {
    const { document } = grouped(network(), ['y', 'b']);
    const { edit, editWhole, undo, open } = useDocuments.getState();
    const listed = ['module1/y', 'mistyped', 'a', 'module1/b', 'x'];
    open(formatDocument({ ...document, run: { ...document.run, draws: listed } }), 'listed');
    const draws = () => activeTab()?.document.run.draws;
    editWhole((d) => setSetting(d, 'a', 'bias', false));
    expect(draws()).toEqual(listed);
    edit((d) => removeNodes(d, ['a']));
    expect(draws()).toEqual(['module1/y', 'mistyped', 'module1/b', 'x']);
    undo();
    openDefinition('module1', 'Module1');
    edit((d) => removeNodes(d, ['y']));
    expect(draws()).toEqual(['mistyped', 'a', 'module1/b', 'x']);
  });

  it.each([
    ['nothing', []],
    ['outside-only', ['b', 'loss']],
    ['circle', ['a', 'b']],
  ])('is refused: %s', (problem, ids) => {
    expect(group(network(), ids)).toEqual({ problem });
  });

  it('with a loss in it cannot come into a loop', () => {
    const { document } = grouped(network(), ['a'], 'Layer');
    expect(wrapInRepeat(document, ['layer1', 'tanh'])).toHaveProperty('id');
    const judged = Object.entries(document.modules).map(([name, definition]) => {
      return [name, { ...definition, nodes: [...definition.nodes, node('loss', 'MSELoss')] }] as const;
    });
    const withLoss = { ...document, modules: Object.fromEntries(judged) };
    expect(wrapInRepeat(withLoss, ['layer1', 'tanh'])).toEqual({ problem: 'outside-only' });
  });

  it('takes the name of a parameter with it into an optimizer, where all of them are named', async () => {
    const named = network({ parameters: ['a'] });
    const made = grouped(named, ['a', 'tanh']);
    expect(made.document.nodes.find((n) => n.id === 'sgd')?.settings.parameters).toEqual(['module1']);
    expect(await lossesOf(made.document)).toEqual(await lossesOf(named));
    const back = unpacked(made.document, made.id).document;
    expect(back.nodes.find((n) => n.id === 'sgd')?.settings.parameters).toEqual(['a']);
    expect(group(named, ['a', 'tanh', 'b'])).toEqual({ problem: 'named' });
  });

  it('takes the name of a parameter with it into an update by hand, and is refused where a gradient would leave it', async () => {
    const nodes = [
      node('x', 'RandomTensor', { shape: [3, 4] }),
      node('w', 'Parameter', { shape: [4, 2] }),
      node('step', 'Parameter', { shape: [4, 2] }),
      node('mm', 'MatMul'),
      node('sum', 'Sum'),
      node('update', 'Update', { parameter: 'w', lr: 0.1 }),
    ];
    const list = ['x.output > mm.input', 'w.value > mm.other', 'mm.output > sum.input'];
    const byHand = (gradient: string): GraphDocument => {
      const made = documentOf(nodes, [...list, `${gradient} > update.gradient`]);
      return { ...made, run: { ...made.run, losses: ['sum.output'] } };
    };
    const fixed = byHand('step.value');
    const { document, id } = grouped(fixed, ['w', 'mm']);
    expect(document.nodes.find((n) => n.id === 'update')?.settings.parameter).toBe(id);
    expect(await trained(document)).toEqual(await trained(fixed));
    expect(unpacked(document, id).document.nodes.find((n) => n.id === 'update')?.settings.parameter).toBe('w');
    expect(group(byHand('w.grad'), ['w', 'mm'])).toEqual({ problem: 'gradient' });
    expect(wrapInRepeat(byHand('w.grad'), ['w', 'mm'])).toEqual({ problem: 'gradient' });
  });

  it('is dissolved among the links of a chain, where its nodes are one', async () => {
    const made = grouped(network(), ['a', 'tanh']);
    const chained = adopt(
      { ...made.document, nodes: [...made.document.nodes, node('model', 'Sequential')] },
      'module1',
      'model',
      0,
    ).document;
    expect(chained.nodes.find((n) => n.id === 'module1')?.parent).toBe('model');
    const back = unpacked(chained, 'module1').document;
    expect(back.nodes.filter((n) => n.parent === 'model').map((n) => n.id)).toEqual(['a', 'tanh']);
    expect(back.wires).toEqual(chained.wires);
  });

  it('stays when its last instance is deleted, and goes when that is unpacked', () => {
    const made = grouped(network(), ['a', 'tanh']).document;
    const without = removeNodes(made, ['module1']);
    expect(isUsed(without, 'Module1')).toBe(false);
    expect(Object.keys(without.modules)).toEqual(['Module1']);
    expect(Object.keys(unpacked(made, 'module1').document.modules)).toEqual([]);
  });

  it('shares weights with another instance while it is tied, and is alone once it is detached', async () => {
    const made = grouped(network(), ['a'], 'Layer').document;
    const second: GraphDocument = {
      ...made,
      nodes: made.nodes.map((n) => (n.id === 'b' ? node('b', 'module:Layer') : n)),
      wires: made.wires.map(({ from, to }) => ({
        from: from === 'b.output' ? 'b.a' : from,
        to: to === 'b.input' ? 'b.x' : to,
      })),
    };
    const addresses = (d: GraphDocument) => [...checkDocument(d).parameters.keys()];
    expect(addresses(second)).toHaveLength(4);
    const tied = tie(second, 'b', 'layer1');
    expect(addresses(tied)).toEqual(['layer1/a.weight', 'layer1/a.bias']);
    expect(unpack(tied, 'layer1')).toEqual({ problem: 'tied' });
    expect(unpack(tied, 'b')).toEqual({ problem: 'tied' });
    expect(tie(tied, 'b', undefined)).toEqual(second);

    const apart = detach(tied, 'b');
    expect(apart.nodes.find((n) => n.id === 'b')).toEqual(node('b', 'module:Layer2'));
    expect(await trained(apart)).toEqual(await trained(second));
    // What the other one was tied to goes, and so does the tie.
    expect(removeNodes(tied, ['layer1']).nodes.find((n) => n.id === 'b')).not.toHaveProperty('tiedTo');
    const root = detach(tied, 'layer1');
    expect(root.nodes.find((n) => n.id === 'b')).toEqual(node('b', 'module:Layer'));
  });
});

describe('a loop made of a selection', () => {
  it('that runs once leaves every number as it was', async () => {
    const before = await trained(network());
    const { document, id, cut } = wrapped(network(), ['a', 'tanh', 'b']);
    expect(cut).toEqual([]);
    expect(await trained(setSetting(document, id, 'times', 1))).toEqual(before);
    expect(await trained(setSetting(document, id, 'times', 2))).not.toEqual(before);
  });

  it('keeps what comes from outside as a constant of the loop', () => {
    const skip = documentOf(
      [node('x', 'RandomTensor', { shape: [3, 4] }), node('a', 'Linear', { outFeatures: 4 }), node('add', 'Add')],
      ['x.output > a.input', 'a.output > add.input', 'x.output > add.other'],
    );
    const { document } = wrapped(skip, ['a', 'add']);
    expect(document.wires).toEqual(
      expect.arrayContaining(wires(['repeat1.current > a.input', 'x.output > add.other', 'x.output > repeat1.start'])),
    );
  });

  it('is refused where the loop would feed itself', () => {
    expect(wrapInRepeat(network(), ['a', 'b'])).toEqual({ problem: 'circle' });
  });
});

describe('a node that is put into a frame', () => {
  const loop = () => setSetting(wrapped(network(), ['a', 'tanh']).document, 'repeat1', 'times', 1);

  it('and taken out leads its wires through the terminals and back, and says which it could not keep', () => {
    const { document: out, cut } = reparent(loop(), ['tanh'], undefined, new Map([['tanh', { x: 1.4, y: 2 }]]));
    expect(out.nodes.find((n) => n.id === 'tanh')).toEqual(node('tanh', 'Tanh'));
    expect(out.view.nodes.tanh).toEqual({ x: 1, y: 2 });
    // a.output led to it: now through the terminal that it fed.
    expect(out.wires).toEqual(expect.arrayContaining(wires(['repeat1.result > b.input'])));
    for (const wire of cut) expect(out.wires).not.toContainEqual(wire);
    expect(checkDocument(out).diagnostics.filter((d) => d.code === 'leaves-block')).toEqual([]);
  });

  it('whose value is needed outside by more than the terminals carry is cut off there, by name', () => {
    const two = loop();
    const tapped = {
      ...two,
      nodes: [...two.nodes, node('sum', 'Sum')],
      wires: [...two.wires, ...wires(['b.output > sum.input'])],
    };
    const { document, cut } = reparent(tapped, ['b'], 'repeat1', new Map());
    expect(cut).toEqual(wires(['b.output > loss.input', 'b.output > sum.input']));
    expect(document.wires).not.toContainEqual(cut[0]);
  });

  it('does not go into itself', () => {
    const document = loop();
    expect(reparent(document, ['repeat1'], 'repeat1', new Map())).toEqual({ document, cut: [] });
  });

  it('of a chain says which of its wires it lost', () => {
    const chain = { ...network(), nodes: [...network().nodes, node('model', 'Sequential')] };
    // One in and one out: what fed it feeds what it fed.
    expect(adopt(chain, 'tanh', 'model', 0)).toMatchObject({ cut: [] });
    expect(adopt(chain, 'tanh', 'model', 0).document.wires).toContainEqual({ from: 'a.output', to: 'b.input' });
    const loose = { ...chain, wires: chain.wires.filter((w) => w.from !== 'tanh.output') };
    expect(adopt(loose, 'tanh', 'model', 0).cut).toEqual(wires(['a.output > tanh.input']));
  });
});

describe('what is done with blocks', () => {
  const past = () => activeTab()?.past.length;
  const whole = () => activeTab()?.document ?? expect.fail('no tab');
  const select = (...ids: string[]) => useSelection.getState().select(ids);
  const open = (document: GraphDocument) => {
    expect(useDocuments.getState().open(formatDocument(document), 'sample')).toEqual([]);
  };
  beforeEach(() => {
    useDocuments.setState({ tabs: [], active: '' });
    useToasts.setState({ toasts: [] });
  });

  it('is one step of undo each', () => {
    open(network());
    const steps: (() => void)[] = [
      () => {
        select('a', 'tanh');
        groupSelected();
      },
      () => {
        select('module1', 'b');
        repeatSelected();
      },
      () => editBlocks((d) => reparent(d, ['b'], undefined, new Map([['b', { x: 0, y: 0 }]]))),
      () => {
        select('module1');
        unpackSelected();
      },
    ];
    const states = steps.map((step, i) => {
      const before = whole();
      step();
      expect(past()).toBe(i + 1);
      expect(whole()).not.toBe(before);
      return before;
    });
    for (const before of states.reverse()) {
      useDocuments.getState().undo();
      expect(whole()).toBe(before);
    }
  });

  it('says why it was refused, and is then no step', () => {
    open(network());
    select('a', 'b');
    groupSelected();
    repeatSelected();
    expect(past()).toBe(0);
    expect(useToasts.getState().toasts.map((t) => t.title)).toEqual([
      en.blocks.refused.circle,
      en.blocks.refused.circle,
    ]);
  });

  /** Twice x → a → tanh → b, and a loss that has the name of a node in the module. */
  const twice = (): GraphDocument => {
    const { document } = grouped(network(), ['a', 'tanh', 'b'], 'Net');
    return {
      ...document,
      nodes: [...document.nodes.filter((n) => n.id !== 'sgd'), node('net2', 'module:Net'), node('sgd', 'SGD')],
      wires: [
        ...document.wires.filter((w) => w.to !== 'loss.input'),
        ...wires(['net1.b > net2.x', 'net2.b > loss.input']),
      ],
      // In an order of its own, and with a loss that has the name of what is in the module.
      run: { ...document.run, losses: ['loss.loss'], draws: ['net2/b', 'x', 'net1/b', 'y'] },
    };
  };

  it('in a definition changes no number of its instances', async () => {
    open(twice());
    const before = await trained(whole());
    openDefinition('net1', 'Net');
    expect(activeGraph()?.nodes.map((n) => n.id)).toEqual(['inputs', 'a', 'tanh', 'b', 'outputs']);
    // b is drawn before what it is grouped with.
    select('tanh', 'b', 'outputs');
    groupSelected();
    expect(whole().modules.Net?.nodes.map((n) => n.id)).toEqual(['a', 'module1']);
    expect((await trained(whole())).losses).toEqual(before.losses);
    select('module1');
    unpackSelected();
    expect(whole().modules.Net?.nodes.map((n) => n.id)).toEqual(['a', 'tanh', 'b']);
    expect((await trained(whole())).losses).toEqual(before.losses);
    select('a', 'tanh', 'inputs');
    repeatSelected();
    useDocuments.getState().edit((d) => setSetting(d, 'repeat1', 'times', 1));
    expect((await trained(whole())).losses).toEqual(before.losses);
    expect(whole().run.losses).toEqual(['loss.loss']);
  });

  it('in a definition leaves losses alone that have the names of its nodes', () => {
    const document = twice();
    const net = document.modules.Net ?? expect.fail('no Net');
    const run = { ...document.run, losses: ['sum.output', 'loss.loss'] };
    const named = {
      ...document,
      nodes: [...document.nodes, node('sum', 'Sum')],
      wires: [...document.wires, ...wires(['net2.b > sum.input'])],
      modules: { Net: { ...net, nodes: [...net.nodes, node('sum', 'ReLU')] } },
      run,
    };
    open(named);
    openDefinition('net1', 'Net');
    useDocuments.getState().edit((d) => removeNodes(d, ['sum']));
    expect(whole().modules.Net?.nodes).toHaveLength(3);
    expect(whole().run).toEqual(run);
  });

  it('leaves the terminals of a definition where they are', () => {
    open(twice());
    openDefinition('net1', 'Net');
    select('inputs', 'outputs');
    groupSelected();
    expect(useToasts.getState().toasts.map((t) => t.title)).toEqual([en.blocks.refused.nothing]);
    select('tanh');
    repeatSelected();
    const { wires: before } = whole().modules.Net ?? expect.fail('no Net');
    const box = { x: -2000, y: -2000, width: 4000, height: 4000 };
    editBlocks((d) =>
      drop(
        { ...d, view: { nodes: { ...d.view.nodes, repeat1: { x: 0, y: 0 } } } },
        new Map([['inputs', { ...box, x: 20 - box.width / 2, y: 20 - box.height / 2 }]]),
      ),
    );
    expect(whole().modules.Net?.wires).toEqual(before);
  });

  it('names the wires at all instances that go with a port, in one step', () => {
    open(twice());
    removePortOf('Net', 'outputs', 'b');
    expect(past()).toBe(1);
    const [told] = useToasts.getState().toasts;
    expect(told?.title).toBe(en.blocks.cut(3));
    expect(told?.lines).toEqual(['b.output → outputs.b', 'net1.b → net2.x', 'net2.b → loss.input', en.blocks.portHint]);
    expect(whole().wires).toEqual(wires(['x.output > net1.x', 'y.output > loss.target', 'loss.loss > sgd.loss']));
    useDocuments.getState().undo();
    expect(checkDocument(whole()).diagnostics).toEqual([]);
  });
});
