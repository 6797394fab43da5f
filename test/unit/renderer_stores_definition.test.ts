import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import {
  type DocumentNode,
  emptyDocument,
  type GraphDocument,
  type ModuleDefinition,
} from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { layoutOf } from '../../renderer/canvas/frame_layout.ts';
import { addressesOf } from '../../renderer/stores/addresses.ts';
import {
  addPort,
  bindSetting,
  decidesPorts,
  removeParam,
  removePort,
  renameModule,
  renameParam,
  renamePort,
  setParamDefault,
  unbindSetting,
} from '../../renderer/stores/definition.ts';
import { diagnoseTab } from '../../renderer/stores/diagnosis.ts';
import { moveNodes, setRun, setSetting } from '../../renderer/stores/edits.ts';
import { copyFragment, duplicate, parseFragment, paste } from '../../renderer/stores/fragment.ts';
import { inspectedIn, useInspection } from '../../renderer/stores/inspection.ts';
import { valuesOf } from '../../renderer/stores/instance_values.ts';
import { settled } from '../../renderer/stores/params.ts';
import { scoped, unscoped } from '../../renderer/stores/scope.ts';
import { unpack } from '../../renderer/stores/unpack.ts';
import { lossesOf, trained } from '../property/trained.ts';

const node = (id: string, kind: string, settings: DocumentNode['settings'] = {}, parent?: string): DocumentNode =>
  parent === undefined ? { id, kind, settings } : { id, kind, settings, parent };

const wires = (list: readonly string[]) =>
  list.map((text) => {
    const [from = '', to = ''] = text.split(' > ');
    return { from, to };
  });

const definition = (nodes: readonly DocumentNode[], list: readonly string[]): ModuleDefinition => ({
  params: {},
  ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
  nodes,
  wires: wires(list),
});

/** Net holds a loop that holds Layer; Layer is used by the document too, and its output is a loss of the run. */
const sample = (): GraphDocument => ({
  ...emptyDocument('sample'),
  modules: {
    Layer: definition(
      [node('linear', 'Linear', { outFeatures: 4 }), node('tanh', 'Tanh')],
      ['inputs.x > linear.input', 'linear.output > tanh.input', 'tanh.output > outputs.y'],
    ),
    Net: definition(
      [node('repeat1', 'Repeat', { times: 2 }), node('layer1', 'module:Layer', {}, 'repeat1')],
      [
        'inputs.x > repeat1.start',
        'repeat1.current > layer1.x',
        'layer1.y > repeat1.next',
        'repeat1.result > outputs.y',
      ],
    ),
  },
  nodes: [
    node('data', 'RandomTensor', { shape: [1, 1] }),
    node('net1', 'module:Net'),
    node('layer1', 'module:Layer'),
    node('first', 'Linear', { outFeatures: 4 }),
    node('last', 'Linear', { outFeatures: 1 }),
    node('sgd', 'SGD'),
  ],
  wires: wires([
    'data.output > first.input',
    'first.output > net1.x',
    'net1.y > layer1.x',
    'layer1.y > last.input',
    'last.output > sgd.loss',
  ]),
  run: { mode: 'dynamic', seed: 2, steps: 3, losses: ['last.output'] },
});

const codes = (document: GraphDocument) => checkDocument(document).diagnostics.map((d) => d.code);
const settingsOf = (document: GraphDocument, id: string) => document.nodes.find((n) => n.id === id)?.settings;
const linearOf = (document: GraphDocument) => document.modules.Layer?.nodes[0]?.settings;

describe('a definition', () => {
  it('gets another name together with its instances, in other definitions too, unless the name is taken or none', async () => {
    const renamed = renameModule(sample(), 'Layer', 'Tier');
    expect(Object.keys(renamed.modules)).toEqual(['Tier', 'Net']);
    expect(await trained(renamed)).toEqual(await trained(sample()));
    for (const name of ['Net', 'Layer', '', '1st', 'a b']) {
      const before = sample();
      expect(renameModule(before, 'Layer', name)).toBe(before);
    }
  });

  it('gets ports that are free, and gives them other names with the wires and losses at all instances', async () => {
    const added = addPort(addPort(sample(), 'Layer', 'inputs'), 'Layer', 'inputs');
    expect(added.modules.Layer?.ports.inputs).toEqual([{ name: 'x' }, { name: 'input1' }, { name: 'input2' }]);
    const single = { ...sample(), wires: sample().wires.filter((w) => w.to !== 'sgd.loss') };
    const loss = { ...single, run: { ...single.run, losses: ['layer1.y', 'net1.y'] } };
    const renamed = renamePort(loss, 'Layer', 'outputs', 'y', 'out');
    expect(renamed.run.losses).toEqual(['layer1.out', 'net1.y']);
    expect(renamed.wires).toContainEqual({ from: 'layer1.out', to: 'last.input' });
    expect(renamed.wires).toContainEqual({ from: 'net1.y', to: 'layer1.x' });
    const all = renamePort(renamePort(sample(), 'Layer', 'outputs', 'y', 'out'), 'Layer', 'inputs', 'x', 'in');
    expect(await trained(all)).toEqual(await trained(sample()));
    const before = sample();
    expect(renamePort(before, 'Layer', 'outputs', 'y', 'no name')).toBe(before);
    expect(renamePort(added, 'Layer', 'inputs', 'x', 'input1')).toBe(added);
  });

  it('loses a port with the wires and losses at all instances, and tells which they were', () => {
    const loss = { ...sample(), run: { ...sample().run, losses: ['last.output', 'layer1.y'] } };
    const { document, cut } = removePort(loss, 'Layer', 'outputs', 'y');
    expect(cut).toEqual(
      expect.arrayContaining(wires(['tanh.output > outputs.y', 'layer1.y > last.input', 'layer1.y > repeat1.next'])),
    );
    expect(cut).toHaveLength(3);
    expect(document.run.losses).toEqual(['last.output']);
    expect(codes(document)).not.toContain('unknown-port');
    expect(codes(document)).not.toContain('unknown-loss');
    expect(removePort(loss, 'Layer', 'inputs', 'x').cut).toHaveLength(3);
  });

  it('makes a setting its own, which instances may set, and gives it back', async () => {
    const setting = kindOf(node('l', 'Linear'), {})?.settings.outFeatures ?? expect.fail('no setting');
    const bound = bindSetting(sample(), 'Layer', 'linear', 'outFeatures', setting, 4);
    expect(bound.modules.Layer?.params).toEqual({ outFeatures: { type: 'int', default: 4, min: 1, max: 1_000_000 } });
    expect(linearOf(bound)).toEqual({ outFeatures: { param: 'outFeatures' } });
    expect(await trained(bound)).toEqual(await trained(sample()));

    const wide = setSetting(bound, 'layer1', 'outFeatures', 6);
    const shapeOf = (d: GraphDocument) => checkDocument(d).parameters.get('layer1/linear.weight')?.shape;
    expect(shapeOf(wide)).toEqual([6, 4]);
    // The default is for those who say nothing.
    const other = setParamDefault(wide, 'Layer', 'outFeatures', 5);
    expect(settingsOf(other, 'layer1')).toEqual({ outFeatures: 6 });
    expect(checkDocument(other).diagnostics.map((d) => [d.module, d.code])).toContainEqual(['Net', 'carried-shape']);

    const renamed = renameParam(wide, 'Layer', 'outFeatures', 'width');
    expect(settingsOf(renamed, 'layer1')).toEqual({ width: 6 });
    expect(await trained(renamed)).toEqual(await trained(wide));
    expect(renameParam(renamed, 'Layer', 'width', 'width')).toBe(renamed);
    expect(renameParam(renamed, 'Layer', 'width', '__proto__')).toBe(renamed);

    // Unpacked, the value of the instance stays.
    const unpacked = unpack(renamed, 'layer1');
    expect(unpacked.problem === undefined && settingsOf(unpacked.document, 'linear')).toEqual({ outFeatures: 6 });
    expect(unpacked.problem === undefined && (await lossesOf(unpacked.document))).toEqual(await lossesOf(wide));

    // A second of the same name stands beside the first.
    const second = bindSetting(bound, 'Layer', 'linear', 'outFeatures', setting, 4);
    expect(Object.keys(second.modules.Layer?.params ?? {})).toEqual(['outFeatures', 'outFeatures2']);

    const free = unbindSetting(wide, 'Layer', 'linear', 'outFeatures');
    expect(linearOf(free)).toEqual({ outFeatures: 4 });
    expect(settingsOf(free, 'layer1')).toEqual({ outFeatures: 6 });
    const gone = removeParam(wide, 'Layer', 'outFeatures');
    expect(linearOf(gone)).toEqual({ outFeatures: 4 });
    expect(settingsOf(gone, 'layer1')).toEqual({});
    expect(codes(gone)).toEqual([]);
    expect(await trained(gone)).toEqual(await trained(sample()));
  });

  it('is seen as a document of its own between its terminals, and written back as what it was', () => {
    const document = sample();
    const seen = scoped(document, 'Layer');
    expect(scoped(document, 'Layer')).toBe(seen);
    expect(seen.nodes.map((n) => n.id)).toEqual(['inputs', 'linear', 'tanh', 'outputs']);
    expect(unscoped(document, 'Layer', seen)).toBe(document);
    expect(scoped(document, 'Gone')).toBe(document);
    const slower = setSetting(seen, 'linear', 'outFeatures', 9);
    const edited = unscoped(document, 'Layer', slower);
    expect(linearOf(edited)).toEqual({ outFeatures: 9 });
    expect(edited.modules.Layer?.nodes.map((n) => n.id)).toEqual(['linear', 'tanh']);
    expect(edited.modules.Net).toBe(document.modules.Net);
    // Losses name nodes of the document; the rest of the run is the same everywhere.
    expect(unscoped(document, 'Layer', setRun(seen, { seed: 8 })).run).toEqual({ ...document.run, seed: 8 });
  });

  it('has its terminals beside its body, frames included, until they are moved', () => {
    const body = [
      node('chain', 'Sequential'),
      ...['a', 'b', 'c'].map((id) => node(id, 'Linear', {}, 'chain')),
      node('last', 'Tanh'),
    ];
    const views = { chain: { x: 40, y: 20 }, last: { x: 60, y: 500 } };
    const document: GraphDocument = {
      ...emptyDocument(),
      modules: { Net: definition(body, []) },
      view: { nodes: {}, modules: { Net: { nodes: views } } },
    };
    const { view, nodes } = scoped(document, 'Net');
    expect(nodes.map(({ id }) => id)).toContain('outputs');
    const chain = layoutOf(scoped(document, 'Net')).get('chain') ?? expect.fail();
    expect(view.nodes.outputs?.x).toBeGreaterThan(40 + chain.width);
    expect(view.nodes.inputs?.x).toBeLessThan(40 - 164);
    expect(view.nodes.inputs?.y).toBeGreaterThan(20);
    expect(view.nodes.inputs?.y).toBeLessThan(500);
    const moved = moveNodes(scoped(document, 'Net'), { outputs: { x: 5, y: 6 } });
    expect(scoped(unscoped(document, 'Net', moved), 'Net').view.nodes.outputs).toEqual({ x: 5, y: 6 });
  });

  it('has the addresses of the instance that it was opened from, at the iteration that is looked at', () => {
    const document = sample();
    const scope = [
      { module: 'Net', instance: 'net1' },
      { module: 'Layer', instance: 'net1/layer1' },
    ];
    useInspection.getState().inspect('tab', 'net1/repeat1', 2);
    const inspected = inspectedIn(useInspection.getState().iterations, 'tab');
    expect(addressesOf({ document, scope }, inspected).of.get('linear')).toBe('net1/repeat1#2/layer1/linear');
    expect(addressesOf({ document, scope: scope.slice(0, 1) }, inspected).loops.get('repeat1')).toEqual({
      template: 'net1/repeat1',
      numbered: 'net1/repeat1',
    });
    expect(inspectedIn(useInspection.getState().iterations, 'other')('net1/repeat1')).toBe(1);
    useInspection.getState().inspect('tab', 'net1/repeat1', 0);
    expect(inspectedIn(useInspection.getState().iterations, 'tab')('net1/repeat1')).toBe(1);
    // Opened from nowhere, nothing lives there.
    const alone = addressesOf({ document, scope: [{ module: 'Layer', instance: null }] }, inspected);
    expect(alone.of.get('linear')).toBe('-/linear');
  });

  it('cannot have settings that decide ports: those are the same in every instance', () => {
    const decides = (kind: string, name: string) => decidesPorts(nodeKinds.get(kind) ?? expect.fail(kind), name);
    expect(decides('Repeat', 'carried')).toBe(true);
    expect(decides('CustomFunction', 'outputs')).toBe(true);
    expect(decides('Repeat', 'times')).toBe(false);
    expect(decides('Linear', 'outFeatures')).toBe(false);
  });

  it('has the values of the instance that it was opened from, through all instances around it, and else its defaults', () => {
    const outer = bindSetting(sample(), 'Net', 'repeat1', 'times', { type: 'int', default: 1 }, 2);
    const bound = bindSetting(outer, 'Layer', 'linear', 'outFeatures', { type: 'int', default: null }, 4);
    const net1 = scoped(bound, 'Net');
    const nodes = net1.nodes.map((n) =>
      n.id === 'layer1' ? { ...n, settings: { outFeatures: { param: 'times' } } } : n,
    );
    const handed = unscoped(bound, 'Net', { ...net1, nodes });
    const document = setSetting(setSetting(handed, 'net1', 'times', 3), 'layer1', 'outFeatures', 7);
    const net = { module: 'Net', instance: 'net1' };
    const valuesIn = (...scope: Parameters<typeof valuesOf>[0]['scope']) => valuesOf({ document, scope });
    expect(valuesIn()).toEqual({});
    expect(valuesIn(net)).toEqual({ times: 3 });
    expect(valuesIn(net, { module: 'Layer', instance: 'net1/layer1' })).toEqual({ outFeatures: 3 });
    expect(valuesIn({ module: 'Layer', instance: 'layer1' })).toEqual({ outFeatures: 7 });
    expect(valuesIn({ module: 'Layer', instance: null })).toEqual({ outFeatures: 4 });
    const { linear, tanh } = Object.fromEntries(scoped(document, 'Layer').nodes.map((n) => [n.id, n]));
    expect(linear && settled(linear.settings, { outFeatures: 7 })).toEqual({ outFeatures: 7 });
    expect(tanh && settled(tanh.settings, { outFeatures: 7 })).toBe(tanh?.settings);
  });

  it('shows its shapes, weights and problems where it was opened, and its problems at the instances', () => {
    const document = sample();
    const opened = diagnoseTab({ document, scope: [{ module: 'Layer', instance: 'layer1' }] });
    expect(opened.shapes.get('linear.output')).toEqual([1, 4]);
    expect(opened.shapes.get('inputs.x')).toEqual([1, 4]);
    expect(opened.parameters.get('linear')).toEqual([
      { name: 'weight', shape: [4, 4] },
      { name: 'bias', shape: [4] },
    ]);
    expect(diagnoseTab({ document, scope: [] }).weights.get('net1')).toBe(20);
    const wrong = setSetting(scoped(document, 'Layer'), 'linear', 'outFeatures', 0);
    const faulty = unscoped(document, 'Layer', wrong);
    const at = (scope: Parameters<typeof diagnoseTab>[0]['scope']) =>
      [...diagnoseTab({ document: faulty, scope }).byNode].map(([id, found]) => [id, found[0]?.code]);
    expect(at([])).toContainEqual(['layer1', 'invalid-setting']);
    expect(at([{ module: 'Net', instance: 'net1' }])).toContainEqual(['layer1', 'invalid-setting']);
    expect(at([{ module: 'Layer', instance: 'layer1' }])).toContainEqual(['linear', 'invalid-setting']);
  });
});

describe('a copied instance', () => {
  const carried = (document: GraphDocument, ...ids: string[]) =>
    parseFragment(JSON.stringify(copyFragment(document, { nodes: ids }))) ?? expect.fail('no fragment');
  const at = { x: 0, y: 0 };
  const kindsOf = (document: GraphDocument) => document.nodes.map((n) => n.kind);

  it('brings its definition along, and those that it uses', () => {
    const { document } = paste(emptyDocument(), carried(sample(), 'net1'), at);
    expect(Object.keys(document.modules).sort()).toEqual(['Layer', 'Net']);
    expect(codes(document)).toEqual(['missing-input']);
  });

  it('is one more of the same where its definition is known, also after a way through text', () => {
    const document = sample();
    const { document: pasted, ids } = paste(document, carried(document, 'net1', 'layer1'), at);
    expect(pasted.modules).toEqual(document.modules);
    expect(ids).toEqual(['net2', 'layer2']);
    const beside = duplicate(document, { nodes: ['layer1'] }).document;
    expect(beside.modules).toBe(document.modules);
    // The order in which keys were set is no difference.
    const turn = ({ wires: inner, nodes, ports, params }: ModuleDefinition) => ({ wires: inner, nodes, ports, params });
    const turned = Object.fromEntries(Object.entries(document.modules).map(([name, one]) => [name, turn(one)]));
    const known = paste({ ...document, modules: turned }, carried(document, 'net1'), at).document;
    expect(Object.keys(known.modules)).toEqual(['Layer', 'Net']);
  });

  it('gets a definition of another name where the name is taken, and so does what uses that', () => {
    const there = setSetting(scoped(sample(), 'Layer'), 'linear', 'outFeatures', 7);
    const document = unscoped(sample(), 'Layer', there);
    const { document: pasted } = paste(document, carried(sample(), 'net1'), at);
    expect(Object.keys(pasted.modules).sort()).toEqual(['Layer', 'Layer2', 'Net', 'Net2']);
    // Net is the same to the letter, but its layer is another.
    expect(kindsOf(pasted).at(-1)).toBe('module:Net2');
    expect(pasted.modules.Net2?.nodes[1]?.kind).toBe('module:Layer2');
    expect(pasted.modules.Layer2).toEqual(sample().modules.Layer);
    expect(pasted.modules.Net).toBe(document.modules.Net);
  });

  it('keeps its ties and its values', () => {
    const tied = {
      ...sample(),
      nodes: [...sample().nodes, { ...node('layer2', 'module:Layer'), tiedTo: 'layer1' }],
    };
    const { document } = paste(emptyDocument(), carried(tied, 'layer1', 'layer2'), at);
    expect(document.nodes.map((n) => n.tiedTo)).toEqual([undefined, 'layer1']);
    // Without what it is tied to it has weights of its own.
    expect(paste(emptyDocument(), carried(tied, 'layer2'), at).document.nodes[0]).not.toHaveProperty('tiedTo');
  });
});
