import { expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { addNode, connect, rename, setSetting } from '../../renderer/stores/edits.ts';
import { alternatives, switchKind } from '../../renderer/stores/kind_switch.ts';

const of = (kind: string) => alternatives(nodeKinds.get(kind) ?? expect.fail(kind));

it('offers the kinds of the same category with the same ports, and none for blocks', () => {
  expect(of('SGD')).toEqual(['Adagrad', 'Adam', 'AdamW', 'RMSprop', 'SGD']);
  expect(of('Adam')).toEqual(of('SGD'));
  expect(of('Update')).toEqual(['Update']);
  expect(of('MSELoss')).toEqual(expect.arrayContaining(['L1Loss', 'MSELoss']));
  expect(of('ReLU')).toContain('Tanh');
  expect(of('Linear')).not.toContain('ReLU');
  expect(of('Repeat')).toEqual(['Repeat']);
});

function regression(): GraphDocument {
  let document = emptyDocument();
  for (const kind of ['RandomTensor', 'Linear', 'MSELoss', 'SGD']) document = addNode(document, kind, { x: 0, y: 0 });
  document = setSetting(document, 'randomtensor1', 'shape', [4, 2]);
  document = setSetting(document, 'linear1', 'outFeatures', 2);
  for (const [from, to] of [
    ['randomtensor1.output', 'linear1.input'],
    ['linear1.output', 'mseloss1.input'],
    ['randomtensor1.output', 'mseloss1.target'],
    ['mseloss1.loss', 'sgd1.loss'],
  ] as const)
    document = connect(document, from, to);
  document = setSetting(document, 'sgd1', 'lr', 0.25);
  document = setSetting(document, 'sgd1', 'momentum', 0.9);
  return setSetting(document, 'sgd1', 'parameters', ['linear1']);
}

it('keeps the wires of an optimizer and the settings that both kinds have', () => {
  const before = regression();
  const after = switchKind(before, 'sgd1', 'Adam');
  expect(after.wires).toBe(before.wires);
  expect(after.nodes.at(-1)).toEqual({ id: 'sgd1', kind: 'Adam', settings: { lr: 0.25, parameters: ['linear1'] } });
  expect(checkDocument(after).diagnostics).toEqual([]);
  expect(switchKind(before, 'sgd1', 'SGD')).toBe(before);
});

it('names the card after the new kind unless its user named it', () => {
  const twice = addNode(regression(), 'Adam', { x: 0, y: 0 });
  expect(switchKind(twice, 'sgd1', 'Adam').view.nodes.sgd1?.label).toBe('adam2');
  const back = switchKind(switchKind(twice, 'sgd1', 'Adam'), 'sgd1', 'SGD');
  expect(back.view.nodes.sgd1?.label).toBeUndefined();
  const bare = rename(twice, 'sgd1', 'sgd');
  expect(switchKind(bare, 'sgd1', 'AdamW').view.nodes.sgd1?.label).toBe('adamw');
  const named = rename(twice, 'sgd1', 'mine');
  expect(switchKind(named, 'sgd1', 'Adam').view.nodes.sgd1?.label).toBe('mine');
});
