import { beforeEach, describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument, splitPort, type Wire } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { judge, type Refusal } from '../../renderer/canvas/connecting.ts';
import { drop } from '../../renderer/canvas/dropping.ts';
import { createFlow, type FlowNode } from '../../renderer/canvas/flow.ts';
import { layoutOf } from '../../renderer/canvas/frame_layout.ts';
import { detachSelected, editBlocks, groupSelected, openDefinition } from '../../renderer/commands/blocks.ts';
import { copySelected, pasteFromClipboard } from '../../renderer/commands/clipboard.ts';
import { toggleFold } from '../../renderer/commands/folding.ts';
import { showProblem } from '../../renderer/commands/problems.ts';
import { addressesOf } from '../../renderer/stores/addresses.ts';
import { diagnoseTab } from '../../renderer/stores/diagnosis.ts';
import { activeGraph, activeTab, useDocuments } from '../../renderer/stores/documents.ts';
import { addNode, moveNodes, removeNodes, rename, setSetting } from '../../renderer/stores/edits.ts';
import { switchKind } from '../../renderer/stores/kind_switch.ts';
import { useSelection } from '../../renderer/stores/selection.ts';
import { splice } from '../../renderer/stores/splice.ts';
import { useToasts } from '../../renderer/stores/toasts.ts';
import { trained } from '../property/trained.ts';

const wires = (...list: readonly string[]): Wire[] =>
  list.map((text) => {
    const [from = '', to = ''] = text.split(' > ');
    return { from, to };
  });

/** Two instances of Net, which holds an instance of Layer in a loop; one stands in a loop itself. */
const sample = (): GraphDocument => ({
  ...emptyDocument('sample'),
  modules: {
    Layer: {
      params: { width: { type: 'int', default: 4 } },
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: [
        { id: 'linear', kind: 'Linear', settings: { outFeatures: { param: 'width' } } },
        { id: 'tanh', kind: 'Tanh', settings: {} },
      ],
      wires: wires('inputs.x > linear.input', 'linear.output > tanh.input', 'tanh.output > outputs.y'),
    },
    Net: {
      params: { wide: { type: 'int', default: 4 } },
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: [
        { id: 'loop', kind: 'Repeat', settings: { times: 2 } },
        { id: 'layer', kind: 'module:Layer', settings: { width: { param: 'wide' } }, parent: 'loop' },
        { id: 'relu', kind: 'ReLU', settings: {} },
      ],
      wires: wires(
        'inputs.x > loop.start',
        'loop.current > layer.x',
        'layer.y > loop.next',
        'loop.result > relu.input',
        'relu.output > outputs.y',
      ),
    },
  },
  nodes: [
    { id: 'x', kind: 'RandomTensor', settings: { shape: [3, 4] } },
    { id: 'y', kind: 'RandomTensor', settings: { shape: [3, 4] } },
    { id: 'a', kind: 'module:Net', settings: { wide: 4 } },
    { id: 'again', kind: 'Repeat', settings: { times: 3 } },
    { id: 'b', kind: 'module:Net', settings: {}, parent: 'again' },
    { id: 'gelu', kind: 'GELU', settings: {} },
    { id: 'loss', kind: 'MSELoss', settings: {} },
    { id: 'sgd', kind: 'SGD', settings: { lr: 0.1 } },
  ],
  wires: wires(
    'x.output > a.x',
    'a.y > again.start',
    'again.current > b.x',
    'b.y > again.next',
    'again.result > gelu.input',
    'gelu.output > loss.input',
    'y.output > loss.target',
    'loss.loss > sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 1, steps: 2 },
  view: {
    nodes: {
      x: { x: 0, y: 0 },
      y: { x: 0, y: 400 },
      a: { x: 200, y: 0 },
      again: { x: 600, y: 0 },
      b: { x: 100, y: 80 },
      gelu: { x: 1200, y: 0 },
      loss: { x: 1400, y: 100 },
      sgd: { x: 1600, y: 100 },
    },
    modules: {
      Net: {
        nodes: {
          inputs: { x: -500, y: 0 },
          loop: { x: -200, y: -50 },
          layer: { x: 60, y: 70 },
          relu: { x: 300, y: 0 },
        },
      },
      Layer: { nodes: { linear: { x: 0, y: 0 }, tanh: { x: 240, y: 0 } } },
    },
  },
});

const whole = () => activeTab()?.document ?? expect.fail('no tab');
const canvas = () => activeGraph() ?? expect.fail('no tab');
const steps = () => activeTab()?.past.length;
const ids = (graph: { readonly nodes: readonly { readonly id: string }[] } | undefined) =>
  graph?.nodes.map(({ id }) => id);
const edit = (recipe: (graph: GraphDocument) => GraphDocument) => useDocuments.getState().edit(recipe);
const said = () => useToasts.getState().toasts.map(({ title, lines }) => [title, ...lines].join(' '));

/** Lets go of a node with its middle on that of another. */
function dropOn(id: string, target: string): ReadonlyMap<string, string> {
  return editBlocks((graph) => {
    const place = middleOf(graph, target);
    return drop(graph, new Map([[id, { x: place.x - 2, y: place.y - 2, width: 4, height: 4 }]]));
  });
}
const dropOutside = (id: string) =>
  editBlocks((graph) => drop(graph, new Map([[id, { x: -4000, y: -4000, width: 4, height: 4 }]])));

/** A place in a block that nothing else covers: its header. */
function middleOf(graph: GraphDocument, id: string): { x: number; y: number } {
  const boxes = layoutOf(graph);
  let [x, y] = [20, 20];
  for (let at: string | undefined = id; at !== undefined; ) {
    const parent: string | undefined = graph.nodes.find((node) => node.id === at)?.parent;
    const place = boxes.get(parent ?? '')?.block?.places.get(at) ?? graph.view.nodes[at];
    [x, y] = [x + (place?.x ?? 0), y + (place?.y ?? 0)];
    at = parent;
  }
  return { x, y };
}

beforeEach(() => {
  useDocuments.setState({ tabs: [], active: '' });
  useToasts.setState({ toasts: [] });
  expect(useDocuments.getState().open(formatDocument(sample()), 'sample')).toEqual([]);
});

describe('an instance that is unfolded', () => {
  it('is a frame that holds its definition, between terminals with an outer and an inner side', () => {
    const before = whole();
    toggleFold('a');
    expect(ids(canvas())).toEqual(['x', 'y', 'a', 'a/loop', 'a/layer', 'a/relu', 'again', 'b', 'gelu', 'loss', 'sgd']);
    expect(
      canvas()
        .nodes.filter(({ id }) => id.startsWith('a/'))
        .map(({ parent }) => parent),
    ).toEqual(['a', 'a/loop', 'a']);
    expect(canvas().wires).toContainEqual({ from: 'a.inputs/x', to: 'a/loop.start' });
    expect(canvas().wires).toContainEqual({ from: 'a/relu.output', to: 'a.outputs/y' });
    const frame = layoutOf(canvas()).get('a');
    expect(frame?.block?.terminals.map(({ outer, inner, side }) => [side, outer, inner])).toEqual([
      ['left', 'x', 'inputs/x'],
      ['right', 'y', 'outputs/y'],
    ]);
    // Its meaning is what it was, and so is the document's once it is folded.
    expect({ ...whole(), view: before.view }).toEqual(before);
    expect(whole().view.nodes.a).toMatchObject({ collapsed: false });
    expect(steps()).toBe(1);
    toggleFold('a');
    expect(whole().view.nodes).toEqual(before.view.nodes);
    expect(ids(canvas())).toEqual(ids(before));
  });

  it('makes room for itself: what stood right of it and below stands there still', () => {
    toggleFold('a');
    const { width = 0, height = 0 } = layoutOf(canvas()).get('a') ?? {};
    expect(whole().view.nodes.again?.x).toBeGreaterThan(200 + width);
    expect(whole().view.nodes.y?.y).toBeGreaterThan(height);
    expect(whole().view.nodes.x).toEqual({ x: 0, y: 0 });
    // In a loop, the loop grows, and what stands beside the loop gives way too.
    const before = whole().view.nodes;
    toggleFold('b');
    const [inner, outer] = [layoutOf(canvas()).get('b'), layoutOf(canvas()).get('again')];
    expect(outer?.width).toBeGreaterThan(inner?.width ?? 0);
    expect(whole().view.nodes.gelu?.x).toBeGreaterThan((before.again?.x ?? 0) + (outer?.width ?? 0));
  });

  it('shows the instances in its definition unfolded too, but none in itself', () => {
    toggleFold('a');
    toggleFold('a/layer');
    expect(ids(canvas())).toContain('a/layer/linear');
    toggleFold('b');
    expect(ids(canvas())).toContain('b/layer/linear');
    // In the definition's own tab the instance is unfolded as well.
    useDocuments.getState().enter([{ module: 'Net', instance: 'a' }]);
    expect(ids(canvas())).toEqual(['inputs', 'loop', 'layer', 'layer/linear', 'layer/tanh', 'relu', 'outputs']);
    const own: GraphDocument = {
      ...whole(),
      modules: {
        ...whole().modules,
        Net: { ...sample().modules.Net, nodes: [{ id: 'me', kind: 'module:Net', settings: {} }] } as never,
      },
      view: { ...whole().view, modules: { Net: { nodes: { me: { x: 0, y: 0, collapsed: false } } } } },
    };
    expect(splice(own).parts.map(({ level }) => level)).toEqual(['a', 'b']);
  });

  it('has the numbers, shapes, weights and problems of that instance at the nodes in it', () => {
    for (const id of ['a', 'b', 'a/layer']) toggleFold(id);
    const tab = activeTab() ?? expect.fail('no tab');
    const { of, loops } = addressesOf(tab, (loop) => ({ again: 3, 'again/b/loop': 2, 'a/loop': 1 })[loop] ?? 7);
    expect(of.get('a/layer/linear')).toBe('a/loop#1/layer/linear');
    expect(of.get('b/layer/tanh')).toBe('again#3/b/loop#2/layer/tanh');
    expect(of.get('b')).toBe('again#3/b');
    expect([...loops.keys()].sort()).toEqual(['a/loop', 'again', 'b/loop']);
    expect(loops.get('b/loop')).toEqual({ template: 'again/b/loop', numbered: 'again#3/b/loop' });
    const seen = diagnoseTab(tab);
    for (const port of ['a.inputs/x', 'a/loop.current', 'a/layer.inputs/x', 'a/layer/linear.output', 'a.y'])
      expect(seen.shapes.get(port), port).toEqual([3, 4]);
    expect(seen.parameters.get('b/layer/linear')?.map(({ name }) => name)).toEqual(['weight', 'bias']);
    expect(seen.weights.get('a/layer')).toBe(20);
    expect(seen.holders).toEqual(['a', 'b', 'again']);

    edit((graph) => removeNodes(graph, ['a/relu']));
    const broken = diagnoseTab(activeTab() ?? expect.fail('no tab'));
    // What no node of the definition is to blame for stands at every frame of it.
    expect(broken.byNode.get('a')?.map(({ code }) => code)).toEqual(['missing-output']);
    expect(broken.byNode.get('b')?.map(({ code }) => code)).toEqual(['missing-output']);
    useDocuments.getState().undo();
    edit((graph) => setSetting(graph, 'a/layer/linear', 'bias', 7));
    const wrong = diagnoseTab(activeTab() ?? expect.fail('no tab')).byNode;
    expect([...wrong.keys()].sort()).toEqual(['a/layer/linear', 'b/layer/linear']);
    showProblem(wrong.get('a/layer/linear')?.[0] ?? expect.fail('no problem'));
    expect(activeTab()?.scope).toEqual([]);
  });

  it('knows in a Sequential what comes from the layer before it', () => {
    const chain = (document: GraphDocument): GraphDocument => ({
      ...document,
      nodes: [
        ...document.nodes.filter(({ id }) => id !== 'gelu'),
        { id: 'gelu', kind: 'Sequential', settings: {} },
        { id: 'first', kind: 'Linear', settings: { outFeatures: 4 }, parent: 'gelu' },
        { id: 'second', kind: 'module:Layer', settings: {}, parent: 'gelu' },
      ],
    });
    edit(chain);
    toggleFold('second');
    const { shapes, diagnostics } = diagnoseTab(activeTab() ?? expect.fail('no tab'));
    expect(diagnostics).toEqual([]);
    expect(shapes.get('second.inputs/x')).toEqual([3, 4]);
    const { block } = layoutOf(canvas()).get('gelu') ?? {};
    const [first, second] = ['first', 'second'].map((id) => block?.places.get(id)?.x ?? 0);
    expect(second).toBeGreaterThan(first ?? 0);
  });

  it('has the function of a node in it, each instance as its own shapes make it', () => {
    toggleFold('a');
    edit((graph) => ({
      ...graph,
      nodes: graph.nodes.map((node) => (node.id === 'a/relu' ? { ...node, kind: 'CustomFunction' } : node)),
    }));
    const uses = diagnoseTab(activeTab() ?? expect.fail('no tab')).functions;
    expect([...uses].map(([id, found]) => [id, found.map(({ name }) => name)])).toEqual([['a/relu', ['a/relu']]]);
    useDocuments.getState().enter([{ module: 'Net', instance: 'a' }]);
    expect([...diagnoseTab(activeTab() ?? expect.fail('no tab')).functions.keys()]).toEqual(['relu']);
  });

  it('is told to React Flow as a frame with what it holds, how many share it, and the values of its own settings', () => {
    toggleFold('a');
    toggleFold('a/layer');
    const tab = activeTab() ?? expect.fail('no tab');
    const none = new Map();
    const { nodes } = createFlow()({
      tab: tab.id,
      document: canvas(),
      addresses: addressesOf(tab, () => 1),
      inspected: () => 1,
      selected: new Set(),
      wire: null,
      diagnostics: none,
      shapes: none,
      parametersOf: () => [],
      weightsOf: () => 0,
      instancesOf: (module) => (module === 'Net' ? 2 : 1),
      values: {},
      language: 'en',
    });
    const find = (id: string): FlowNode => nodes.find((node) => node.id === id) ?? expect.fail(`no ${id}`);
    expect(find('a')).toMatchObject({
      type: 'frame',
      data: { module: { name: 'Net', instances: 2 }, loop: undefined },
    });
    expect(find('b')).toMatchObject({ type: 'card' });
    expect(find('a/layer/linear')).toMatchObject({
      type: 'card',
      parentId: 'a/layer',
      data: { label: 'linear', settings: { outFeatures: 4 }, node: { settings: { outFeatures: { param: 'width' } } } },
    });
  });
});

describe('what is edited in an unfolded instance', () => {
  it('is edited in its definition, shows in all instances at once, and leaves what it does not concern the same objects', () => {
    for (const id of ['a', 'b', 'a/layer']) toggleFold(id);
    const before = whole();
    edit((graph) => setSetting(graph, 'a/layer/linear', 'bias', false));
    expect(whole().modules.Layer?.nodes[0]?.settings).toEqual({ outFeatures: { param: 'width' }, bias: false });
    expect(canvas().nodes.find(({ id }) => id === 'b/layer/linear')?.settings).toMatchObject({ bias: false });
    expect(whole().modules.Net).toBe(before.modules.Net);
    expect(whole().modules.Layer?.wires).toBe(before.modules.Layer?.wires);
    expect(whole().nodes).toBe(before.nodes);
    edit((graph) => moveNodes(graph, { 'b/relu': { x: 900, y: 300 } }));
    expect(whole().view.modules?.Net?.nodes.relu).toEqual({ x: 900, y: 300 });
    expect(whole().nodes).toBe(before.nodes);
    expect(whole().modules.Net).toBe(before.modules.Net);
    expect(canvas().view.nodes['a/relu']).toEqual({ x: 900, y: 300 });
  });

  it('is renamed and switched by the name it has in the definition', () => {
    toggleFold('a');
    edit((graph) => rename(graph, 'a/relu', 'gate'));
    expect(whole().view.modules?.Net?.nodes.relu?.label).toBe('gate');
    edit((graph) => rename(graph, 'a/relu', 'relu'));
    expect(whole().view.modules?.Net?.nodes.relu?.label).toBeUndefined();
    edit((graph) => switchKind(graph, 'a/relu', 'Tanh'));
    expect(whole().modules.Net?.nodes.at(-1)).toMatchObject({ id: 'relu', kind: 'Tanh' });
    expect(whole().view.modules?.Net?.nodes.relu?.label).toBe('tanh');
  });

  it('of two instances of one definition is taken together', () => {
    toggleFold('a');
    toggleFold('b');
    edit((graph) => rename(setSetting(graph, 'a/loop', 'times', 5), 'b/relu', 'gate'));
    expect(whole().modules.Net?.nodes[0]?.settings.times).toBe(5);
    expect(whole().view.modules?.Net?.nodes.relu?.label).toBe('gate');
    edit((graph) => removeNodes(graph, ['a/loop', 'b/relu']));
    expect(whole().modules.Net).toMatchObject({ nodes: [], wires: [] });
  });

  it('where it stands beyond the frame moves into it once, with all that stands around it', () => {
    // Unfolded in a file by hand: nothing has moved its definition yet.
    const document = sample();
    const nodes = { ...document.view.nodes, a: { x: 200, y: 0, collapsed: false } };
    useDocuments.getState().open(formatDocument({ ...document, view: { ...document.view, nodes } }), 'by hand');
    const [loop, relu] = [canvas().view.nodes['a/loop'], canvas().view.nodes['a/relu']];
    expect(Math.min(loop?.x ?? 0, loop?.y ?? 0)).toBeGreaterThan(0);
    edit((graph) => moveNodes(graph, { 'a/relu': { x: (relu?.x ?? 0) + 10, y: relu?.y ?? 0 } }));
    const look = whole().view.modules?.Net?.nodes;
    expect(look?.loop).toEqual(loop);
    expect(look?.relu).toEqual({ x: (relu?.x ?? 0) + 10, y: relu?.y });
    expect((look?.loop?.x ?? 0) - (look?.inputs?.x ?? 0)).toBe(300);
    expect(canvas().view.nodes['a/loop']).toEqual(loop);
  });

  it('is grouped, copied and given a definition of its own where it stands', async () => {
    toggleFold('a');
    useSelection.getState().select(['a/relu']);
    groupSelected();
    expect(whole().modules.Module1?.nodes).toMatchObject([{ id: 'relu' }]);
    expect([...useSelection.getState().nodes]).toEqual(['a/module1']);
    useDocuments.getState().undo();
    useSelection.getState().select(['a/layer']);
    detachSelected();
    expect(whole().modules.Net?.nodes[1]?.kind).toBe('module:Layer2');
    expect(checkDocument(whole()).diagnostics).toEqual([]);
    useDocuments.getState().undo();
    useSelection.getState().select(['a/relu', 'gelu']);
    await copySelected();
    expect(said().join()).toMatch(/different blocks/);
  });

  it('returns into its definition when it is pasted, and has values of its own elsewhere', async () => {
    for (const id of ['a', 'a/layer']) toggleFold(id);
    useSelection.getState().select(['a/layer/linear']);
    await copySelected();
    await pasteFromClipboard();
    expect([...useSelection.getState().nodes]).toEqual(['a/layer/linear1']);
    expect(whole().modules.Layer?.nodes.at(-1)?.settings).toEqual({ outFeatures: { param: 'width' } });
    toggleFold('a/layer');
    await pasteFromClipboard();
    const [pasted = ''] = useSelection.getState().nodes;
    expect(whole().nodes.find(({ id }) => id === pasted)?.settings).toEqual({ outFeatures: 4 });
  });

  it('opens as a canvas of its own, through the definitions around it', () => {
    for (const id of ['b', 'b/layer']) toggleFold(id);
    openDefinition('b/layer', 'Layer');
    expect(activeTab()?.scope).toEqual([
      { module: 'Net', instance: 'b' },
      { module: 'Layer', instance: 'b/layer' },
    ]);
    expect(ids(canvas())).toEqual(['inputs', 'linear', 'tanh', 'outputs']);
  });
});

describe('the border of an unfolded instance', () => {
  const verdict = (from: string, to: string) => {
    const [a, b] = [splitPort(from), splitPort(to)];
    const judged = judge(canvas(), { source: a.node, sourceHandle: a.port, target: b.node, targetHandle: b.port });
    return judged.ok ? 'ok' : (judged satisfies Refusal).reason;
  };

  it('lets wires through at its terminals only', () => {
    toggleFold('a');
    toggleFold('b');
    expect(verdict('a.inputs/x', 'a/relu.input')).toBe('ok');
    expect(verdict('a.inputs/x', 'a/layer.x')).toBe('ok');
    expect(verdict('a/loop.result', 'a.outputs/y')).toBe('ok');
    expect(verdict('a.inputs/x', 'a.outputs/y')).toBe('ok');
    expect(verdict('x.output', 'a.x')).toBe('ok');
    expect(verdict('x.output', 'a/relu.input')).toBe('border');
    expect(verdict('x.output', 'a.outputs/y')).toBe('border');
    expect(verdict('again.current', 'b/relu.input')).toBe('border');
    expect(verdict('a/relu.output', 'gelu.input')).toBe('border');
    expect(verdict('a/relu.output', 'b/relu.input')).toBe('border');
    expect(verdict('a.inputs/x', 'a.x')).toBe('border');
    expect(verdict('a/relu.output', 'a/loop.start')).toBe('cycle');
    expect(verdict('a/layer.y', 'a/relu.input')).toBe('leaves');
  });

  it('takes a node in under a name that is free there, with its wires where terminals carry them', () => {
    toggleFold('a');
    // A second reader of what feeds the instance, and of what it gives.
    edit((graph) => {
      const added = addNode(graph, 'ReLU', { x: 0, y: 0 }, undefined, 'relu');
      return { ...added, wires: [...added.wires, ...wires('x.output > relu.input')] };
    });
    const renamed = dropOn('relu', 'a');
    expect(renamed.get('relu')).toBe('a/relu1');
    expect(whole().modules.Net?.nodes.at(-1)).toEqual({ id: 'relu1', kind: 'ReLU', settings: {} });
    expect(whole().modules.Net?.wires).toContainEqual({ from: 'inputs.x', to: 'relu1.input' });
    expect(whole().wires).toEqual(sample().wires);
    expect(said()).toEqual([]);
    // The one between two instances loses both of its wires, and that is said.
    const before = whole();
    useSelection.getState().select(['gelu']);
    dropOn('gelu', 'a');
    expect([...useSelection.getState().nodes]).toEqual(['a/gelu']);
    expect(said().join()).toMatch(/2 wires were cut.*again\.result → gelu\.input.*gelu\.output → loss\.input/);
    useDocuments.getState().undo();
    expect(whole()).toBe(before);
  });

  it('closes no circle with the terminals it leads wires through', () => {
    toggleFold('a');
    edit((graph) => {
      const free = { ...graph, wires: graph.wires.filter(({ to }) => to !== 'a.x') };
      const added = addNode(free, 'Tanh', { x: 0, y: 0 }, undefined, 'after');
      return { ...added, wires: [...added.wires, ...wires('a.y > after.input')] };
    });
    dropOn('after', 'a');
    expect(whole().wires.some(({ to }) => to === 'a.x')).toBe(false);
    expect(checkDocument(whole()).diagnostics.map(({ code }) => code)).not.toContain('cycle');
  });

  it('lets a node out with the values that the instances around it give, and keeps what others draw', async () => {
    for (const id of ['a', 'a/layer']) toggleFold(id);
    edit((graph) => setSetting(graph, 'a', 'wide', 4));
    const renamed = dropOutside('a/layer/linear');
    expect(renamed.get('a/layer/linear')).toBe('linear');
    expect(whole().nodes.find(({ id }) => id === 'linear')).toEqual({
      id: 'linear',
      kind: 'Linear',
      settings: { outFeatures: 4 },
    });
    expect(ids(whole().modules.Layer)).toEqual(['tanh']);
    expect(whole().modules.Layer?.wires).toEqual(wires('tanh.output > outputs.y'));
    expect(said().join()).toMatch(/2 wires were cut/);
  });

  it('keeps the draws of instances that are folded when a definition is rearranged in one that is not', async () => {
    toggleFold('a');
    edit((graph) => {
      const headed = addNode(graph, 'Linear', { x: 700, y: 100 }, 'a', 'a/head');
      const rest = headed.wires.filter(({ to }) => to !== 'a.outputs/y');
      return { ...headed, wires: [...rest, ...wires('a/relu.output > a/head.input', 'a/head.output > a.outputs/y')] };
    });
    edit((graph) => setSetting(graph, 'a/head', 'outFeatures', 4));
    const before = (await trained(whole())).losses;
    edit((graph) => setSetting(addNode(graph, 'Repeat', { x: 700, y: 400 }, 'a', 'a/once'), 'a/once', 'times', 1));
    // What was drawn first moves into a loop that runs once and comes last, in both instances.
    editBlocks((graph) => ({
      document: {
        ...graph,
        nodes: graph.nodes.map((node) => (node.id === 'a/loop' ? { ...node, parent: 'a/once' } : node)),
        wires: [
          ...graph.wires.filter(({ to }) => to !== 'a/loop.start' && to !== 'a/relu.input'),
          ...wires('a.inputs/x > a/once.start', 'a/once.current > a/loop.start', 'a/loop.result > a/once.next'),
          ...wires('a/once.result > a/relu.input'),
        ],
      },
      cut: [],
    }));
    expect(checkDocument(whole()).diagnostics).toEqual([]);
    expect((await trained(whole())).losses).toEqual(before);
  });

  it('is not passed by what would break the network: the reason is said, and all stays where it was', () => {
    for (const id of ['a', 'b', 'a/layer']) toggleFold(id);
    edit((graph) => addNode(graph, 'module:Net', { x: -900, y: 900 }, undefined, 'third'));
    const attempt = (id: string, target: string | undefined) => {
      const before = whole();
      useToasts.setState({ toasts: [] });
      if (target === undefined) dropOutside(id);
      else dropOn(id, target);
      expect(whole()).toBe(before);
      return said().join();
    };
    expect(attempt('third', 'a')).toMatch(/cannot contain itself/);
    expect(attempt('third', 'a/layer')).toMatch(/cannot contain itself/);
    expect(attempt('a/relu', 'b')).toMatch(/same definition/);
    expect(attempt('loss', 'a')).toMatch(/outside of modules/);
    edit((graph) => setSetting(graph, 'sgd', 'parameters', ['a']));
    expect(attempt('a/layer/linear', undefined)).toMatch(/names these parameters/);
    edit((graph) => setSetting(graph, 'sgd', 'parameters', undefined));
    edit((graph) => ({ ...graph, run: { ...graph.run, losses: ['gelu.output'] } }));
    expect(attempt('gelu', 'a')).toMatch(/as a loss/);
    edit((graph) => ({
      ...graph,
      nodes: graph.nodes.map((node) => (node.id === 'third' ? { ...node, tiedTo: 'a' } : node)),
    }));
    expect(attempt('a/relu', undefined)).toMatch(/share weights/);
  });
});

it('the kind of an unfolded instance is that of the instance, but for its frame', () => {
  toggleFold('a');
  const find = (graph: GraphDocument) => graph.nodes.find(({ id }) => id === 'a') ?? expect.fail('no a');
  const [open, folded] = [kindOf(find(canvas()), canvas().modules), kindOf(find(whole()), whole().modules)];
  expect(open).toMatchObject({
    block: 'frame',
    inputs: folded?.inputs,
    outputs: folded?.outputs,
    settings: folded?.settings,
  });
  expect(folded?.block).toBe('module');
});
