import { describe, expect, it } from 'vitest';
import type { GraphDocument, GraphView } from '../../engine/graph/document.ts';
import { namesIn, namesOf } from '../../renderer/stores/names.ts';
import { example } from '../example.ts';

const at = { x: 0, y: 0 };
const relabelled = (view: GraphView, labels: Readonly<Record<string, string>>): GraphView => ({
  ...view,
  nodes: {
    ...view.nodes,
    ...Object.fromEntries(Object.entries(labels).map(([id, label]) => [id, { ...at, ...view.nodes[id], label }])),
  },
});
const labelled = (document: GraphDocument, labels: Readonly<Record<string, string>>): GraphDocument => ({
  ...document,
  view: { ...document.view, ...relabelled(document.view, labels) },
});

describe('what nodes are called', () => {
  const loop = labelled(example('dynamic-net'), { middle_linear: 'Hidden', middle: 'The loop' });

  it('is said of addresses, parameters and wires', () => {
    const names = namesIn(loop);
    expect(names.parts('middle#2/middle_linear')).toEqual(['The loop#2', 'Hidden']);
    expect(names.whole('middle/middle_linear.weight')).toBe('The loop/Hidden.weight');
    expect(names.own('middle/middle_linear.weight')).toBe('Hidden.weight');
    expect(names.use('middle#2/middle_linear')).toBe('Hidden #2');
    expect(names.whole('middle/middle_linear.output→middle/middle_relu.input')).toBe(
      'The loop/Hidden.output→The loop/middle_relu.input',
    );
    expect(names.whole('')).toBe('');
  });

  it('has the id beside it where others are called the same', () => {
    const names = namesIn(
      labelled(loop, { input_linear: 'Hidden', output_linear: 'input_relu', sgd: 'Hidden #2/a.b' }),
    );
    expect(['middle#2/middle_linear', 'input_linear', 'output_linear', 'input_relu', 'sgd'].map(names.use)).toEqual([
      'Hidden (middle_linear) #2',
      'Hidden (input_linear)',
      'input_relu (output_linear)',
      'input_relu',
      'Hidden #2/a.b',
    ]);
  });

  it('is in a module what its definition says, also of a module in it', () => {
    const plain = example('custom-module');
    const [instance] = plain.nodes.filter(({ kind }) => kind.startsWith('module:'));
    const module = instance?.kind.slice('module:'.length) ?? '';
    const [inner] = plain.modules[module]?.nodes ?? [];
    if (instance === undefined || inner === undefined) throw new Error('the example has no module');
    const outside = labelled(plain, { [instance.id]: 'net', [inner.id]: 'elsewhere' });
    const address = `${instance.id}/${inner.id}.weight`;
    expect(namesIn(outside).whole(address)).toBe(`net/${inner.id}.weight`);
    const modules = { [module]: relabelled({ nodes: {} }, { [inner.id]: 'first' }) };
    expect(namesIn({ ...outside, view: { ...outside.view, modules } }).whole(address)).toBe('net/first.weight');
  });

  it('is what the document says now, and of what it no longer has what it was when the run began', () => {
    const now = labelled(
      { ...loop, nodes: loop.nodes.filter(({ id }) => id !== 'middle_linear') },
      { middle: 'Renamed' },
    );
    expect(namesIn(loop, now).whole('middle#1/middle_linear')).toBe('Renamed#1/Hidden');
  });

  it('is the same answer until something is renamed, so that a move draws nothing anew', () => {
    const names = namesOf(loop, loop);
    const { middle = at } = loop.view.nodes;
    const moved = { ...loop, view: { ...loop.view, nodes: { ...loop.view.nodes, middle: { ...middle, x: 99 } } } };
    expect(namesOf(moved, loop)).toBe(names);
    // Whoever asks of the document alone changes no answer of the others.
    expect(namesOf(moved, null)).not.toBe(names);
    expect(namesOf(moved, loop)).toBe(names);
    expect(namesOf(labelled(moved, { sgd: 'other' }), loop).own('sgd')).toBe('other');
  });
});
