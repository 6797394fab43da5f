import { beforeEach, describe, expect, it } from 'vitest';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { diagnose, diagnoseTab } from '../../renderer/stores/diagnosis.ts';
import { activeTab, isDirty, useDocuments } from '../../renderer/stores/documents.ts';
import { editedSince, liveChanges } from '../../renderer/stores/edited.ts';
import {
  addNode,
  connect,
  moveNodes,
  removeNodes,
  rename,
  setFile,
  setRun,
  setSetting,
} from '../../renderer/stores/edits.ts';
import { copyFragment, duplicate, parseFragment, paste } from '../../renderer/stores/fragment.ts';

const at = { x: 0, y: 0 };

/** linear1 → mseloss1, linear2 inside sequential1. */
function sample(): GraphDocument {
  let d = addNode(emptyDocument('sample'), 'Linear', at);
  d = addNode(d, 'MSELoss', { x: 200, y: 0 });
  d = addNode(d, 'Sequential', { x: 0, y: 200 });
  d = addNode(d, 'Linear', at, 'sequential1');
  return connect(d, 'linear1.output', 'mseloss1.input');
}

describe('edits', () => {
  it('give readable ids that are free', () => {
    expect(sample().nodes.map((node) => node.id)).toEqual(['linear1', 'mseloss1', 'sequential1', 'linear2']);
  });

  it('remove a block with what it contains, and every wire, loss and note at what is gone', () => {
    const notes = [{ id: 'n', text: { en: 'about' }, node: 'mseloss1', x: 0, y: 0 }];
    const d = setRun({ ...sample(), view: { ...sample().view, notes } }, { losses: ['mseloss1.loss'] });
    expect(removeNodes(d, ['sequential1']).nodes.map((node) => node.id)).toEqual(['linear1', 'mseloss1']);
    const less = removeNodes(d, ['mseloss1']);
    expect(less.wires).toEqual([]);
    expect(less.run).not.toHaveProperty('losses');
    expect(less.view.notes).toEqual([]);
    expect(Object.keys(less.view.nodes)).not.toContain('mseloss1');
    expect(removeNodes(d, ['nobody'])).toBe(d);
  });

  it('let an input hold one wire', () => {
    const d = connect(addNode(sample(), 'ReLU', at), 'relu1.output', 'mseloss1.input');
    expect(d.wires).toEqual([{ from: 'relu1.output', to: 'mseloss1.input' }]);
  });

  it('let steps and epochs exclude each other', () => {
    const d = setRun(emptyDocument(), { epochs: 3 });
    expect(d.run).toEqual({ mode: 'auto', seed: 0, epochs: 3 });
    expect(setRun(d, { steps: 9, batchSize: 4 }).run).toEqual({ mode: 'auto', seed: 0, steps: 9, batchSize: 4 });
    expect(setRun(setRun(d, { batchSize: 4 }), { batchSize: undefined })).toEqual(d);
  });

  it('list a chosen file and name it in the setting, beside another file of the same name', () => {
    const file = { path: 'train', sha256: 'aa' };
    const other = { path: 'train', sha256: 'bb' };
    let d = setFile(addNode(emptyDocument(), 'IDXDataset', at, undefined, 'idx'), 'idx', 'images', file);
    d = setFile(setFile(d, 'idx', 'labels', other), 'idx', 'testImages', file);
    expect(d.data).toEqual({ train: file, 'train (2)': other });
    expect(d.nodes[0]?.settings).toEqual({ images: 'train', labels: 'train (2)', testImages: 'train' });
  });

  it('share what they do not change', () => {
    const d = sample();
    const moved = moveNodes(d, { linear1: { x: 5.4, y: 0 } });
    expect(moved.nodes).toBe(d.nodes);
    expect(moved.view.nodes.linear1).toEqual({ x: 5, y: 0 });
    expect(moveNodes(d, { linear1: { x: 0.2, y: 0 } })).toBe(d);
    expect(setSetting(d, 'linear1', 'outFeatures', undefined)).toBe(d);
  });
});

describe('fragments', () => {
  it('travel as text and arrive under fresh ids with the wires among them', () => {
    const d = sample();
    const fragment = parseFragment(JSON.stringify(copyFragment(d, { nodes: ['linear1', 'mseloss1', 'sequential1'] })));
    if (fragment === undefined) throw new Error('expected a fragment');
    const pasted = paste(d, fragment, { x: 10, y: 10 });
    expect(pasted.ids).toEqual(['linear3', 'mseloss2', 'sequential2']);
    expect(pasted.document.wires.at(-1)).toEqual({ from: 'linear3.output', to: 'mseloss2.input' });
    expect(pasted.document.nodes.at(-1)).toMatchObject({ id: 'linear4', parent: 'sequential2' });
    expect(pasted.document.view.nodes.linear4).toEqual(at);
    expect(pasted.document.view.nodes.sequential2).toEqual({ x: 10, y: 210 });
  });

  it('keep the ids that are free where they arrive', () => {
    const d = sample();
    const copied = copyFragment(d, { nodes: ['linear1', 'mseloss1'] });
    const ids = (document: GraphDocument) => paste(document, copied, at).ids;
    expect(ids(emptyDocument())).toEqual(['linear1', 'mseloss1']);
    expect(ids(addNode(emptyDocument(), 'Linear', at, undefined, 'linear1'))).toEqual(['linear2', 'mseloss1']);
    // A fresh id is none that another node of the fragment keeps.
    const both = paste(
      addNode(emptyDocument(), 'Linear', at, undefined, 'linear1'),
      copyFragment(d, { nodes: d.nodes.map(({ id }) => id) }),
      at,
    );
    expect(both.document.nodes.map(({ id }) => id).filter((id) => id.startsWith('linear'))).toEqual([
      'linear1',
      'linear3',
      'linear2',
    ]);
    const terminal = { ...copied, nodes: [{ id: 'inputs', kind: 'ReLU', settings: {} }], wires: [] };
    expect(paste(emptyDocument(), terminal, at).ids).toEqual(['relu1']);
  });

  it('keep names: what their user called a node is counted on from that, ids and labels alike', () => {
    let d = addNode(emptyDocument(), 'Clamp', at, undefined, 'middle_relu');
    d = addNode(addNode(d, 'Parameter', at, undefined, 'w1'), 'Clamp', at);
    d = rename(rename(d, 'w1', 'Weights'), 'clamp1', 'second clamp');
    const copy = () => {
      const { document, ids } = duplicate(d, { nodes: ['middle_relu', 'w1', 'clamp1'] });
      d = document;
      return ids.map((id) => document.view.nodes[id]?.label ?? id);
    };
    expect(copy()).toEqual(['middle_relu2', 'Weights2', 'second clamp 2']);
    expect(copy()).toEqual(['middle_relu3', 'Weights3', 'second clamp 3']);
    expect(d.nodes.map(({ id }) => id).slice(3, 6)).toEqual(['middle_relu2', 'w2', 'clamp2']);
  });

  it('bring the notes that were chosen, and no others', () => {
    const note = (id: string, node?: string) => ({ id, text: { en: id }, x: 0, y: 5, ...(node ? { node } : {}) });
    const d = sample();
    const noted = { ...d, view: { ...d.view, notes: [note('a', 'linear1'), note('b', 'mseloss1'), note('c')] } };
    expect(copyFragment(noted, { nodes: ['linear1'] })).not.toHaveProperty('notes');
    const copied = copyFragment(noted, { nodes: ['linear1'], notes: new Set(['a', 'c']) });
    const fragment = parseFragment(JSON.stringify(copied)) ?? expect.fail('no fragment');
    expect(paste(emptyDocument(), fragment, { x: 1, y: 1 }).document.view.notes).toEqual([
      { ...note('a', 'linear1'), x: 1, y: 6 },
      { ...note('c'), x: 1, y: 6 },
    ]);
    const beside = duplicate(noted, { nodes: ['linear1'], notes: new Set(['a', 'b']) }, at);
    expect(beside.notes).toEqual(['note1', 'note2']);
    expect(beside.document.view.notes?.slice(3).map(({ node }) => node)).toEqual([beside.ids[0], 'mseloss1']);
    const stray = copyFragment(noted, { nodes: [], notes: new Set(['b']) });
    expect(paste(emptyDocument(), stray, at).document.view.notes?.[0]).not.toHaveProperty('node');
    const twice = { ...copied, notes: [note('a'), note('a')] };
    expect(parseFragment(JSON.stringify(twice))).toBeUndefined();
  });

  it('return into their block only in the tab they came from, and only while it is a block', () => {
    const d = sample();
    const copied = copyFragment(d, { nodes: ['linear2'] }, 'a');
    const parentIn = (document: GraphDocument, target: string) =>
      paste(document, copied, at, target).document.nodes.at(-1)?.parent;
    expect(parentIn(d, 'a')).toBe('sequential1');
    expect(parentIn(d, 'b')).toBeUndefined();
    const impostor = addNode(removeNodes(d, ['sequential1']), 'ReLU', at, undefined, 'sequential1');
    expect(parentIn(impostor, 'a')).toBeUndefined();
  });

  it.each([
    ['a key that documents do not know', { nodes: [{ id: 'a', kind: 'ReLU', settings: {}, extra: 1 }] }],
    ['an id that documents refuse', { nodes: [{ id: 'a.b', kind: 'ReLU', settings: {} }] }],
    ['a place off every canvas', { views: { a: { x: 1e9, y: 0 } } }],
    ['two nodes of one id', { nodes: ['a', 'a'].map((id) => ({ id, kind: 'ReLU', settings: {} })) }],
  ])('with %s are refused', (_, wrong) => {
    const good = { format: 'gradloom-fragment', nodes: [], wires: [], views: {} };
    expect(parseFragment(JSON.stringify(good))).toEqual(good);
    expect(parseFragment(JSON.stringify({ ...good, ...wrong }))).toBeUndefined();
  });

  it('are told from other text', () => {
    expect(parseFragment('hello')).toBeUndefined();
    expect(parseFragment('{"format":"gradloom-fragment","nodes":[{}],"wires":[],"views":{}}')).toBeUndefined();
  });
});

describe('documents', () => {
  beforeEach(() => useDocuments.setState({ tabs: [], active: '' }));

  it('keep what is open when a file is not a document', () => {
    useDocuments.getState().create();
    const before = useDocuments.getState().tabs;
    const problems = useDocuments.getState().open('{"format": "gradloom", "version": 99}', 'newer');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.hint).not.toBe('');
    expect(useDocuments.getState().tabs).toBe(before);
  });

  it('know whether the file has the latest, through undo', () => {
    const { open, edit, undo, redo, markSaved } = useDocuments.getState();
    open(formatDocument(sample()), 'sample');
    const dirty = () => isDirty(activeTab() ?? expect.fail('no tab'));
    expect(dirty()).toBe(false);
    edit((d) => setRun(d, { seed: 3 }));
    expect(dirty()).toBe(true);
    undo();
    expect(dirty()).toBe(false);
    redo();
    const tab = activeTab() ?? expect.fail('no tab');
    markSaved(tab.id, tab.document, 'other', null);
    expect(dirty()).toBe(false);
    expect(activeTab()?.name).toBe('other');
  });
});

describe('diagnosis', () => {
  it('is asked again only when the meaning changed', () => {
    const d = sample();
    const first = diagnose(d);
    expect(first.sound).toBe(false);
    expect([...diagnoseTab({ document: d, scope: [] }).byNode.keys()]).toContain('mseloss1');
    expect(diagnose(moveNodes(d, { linear1: { x: 90, y: 0 } }))).toBe(first);
    expect(diagnose(setRun(d, { batchSize: 2 }))).not.toBe(first);
  });
});

describe('a run', () => {
  const trained = addNode(sample(), 'SGD', at);

  it('is older than the network after an edit, but not after a move or a live setting', () => {
    expect(editedSince(trained, moveNodes(trained, { linear1: { x: 70, y: 0 } }))).toBe(false);
    expect(editedSince(trained, setSetting(trained, 'sgd1', 'lr', 0.5))).toBe(false);
    expect(editedSince(trained, setSetting(trained, 'linear1', 'outFeatures', 5))).toBe(true);
    expect(editedSince(trained, setRun(trained, { seed: 4 }))).toBe(true);
    expect(editedSince(trained, removeNodes(trained, ['sgd1']))).toBe(true);
  });

  it('is told of live settings, defaults included', () => {
    const faster = setSetting(trained, 'sgd1', 'lr', 0.5);
    expect(liveChanges(trained, faster)).toEqual([{ node: 'sgd1', setting: 'lr', value: 0.5 }]);
    const [back] = liveChanges(faster, trained);
    expect(back).toMatchObject({ node: 'sgd1', setting: 'lr' });
    expect(liveChanges(trained, setSetting(trained, 'linear1', 'outFeatures', 5))).toEqual([]);
  });
});
