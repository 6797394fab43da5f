import { expect, it } from 'vitest';
import { openDocument } from '../../engine/cli/documents.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { lowerDocument } from '../../engine/program/lower.ts';
import type { Program } from '../../engine/program/program.ts';
import { Schedules } from '../../engine/program/schedule.ts';

const lowered = (
  id: string,
  change: (d: NonNullable<ReturnType<typeof openDocument>['document']>) => typeof d = (d) => d,
) => {
  const { document } = openDocument(id);
  if (document === undefined) throw new Error(`${id} does not open`);
  const { program } = lowerDocument(change(document));
  if (program === undefined) throw new Error(`${id} cannot be lowered`);
  return program;
};

const scheduled = (program: Program) => new Schedules(program).for([]);

it('a document becomes operations with addresses, in program order', () => {
  const { steps } = scheduled(lowered('nn-sequential'));
  expect(steps.map((s) => [s.address, s.kind === 'op' ? s.op : s.kind, s.module])).toEqual([
    ['model/linear1', 'matmul', 'Linear'],
    ['model/linear1', 'add', 'Linear'],
    ['model/relu1', 'relu', undefined],
    ['model/linear2', 'matmul', 'Linear'],
    ['model/linear2', 'add', 'Linear'],
    ['loss', 'sub', 'MSELoss'],
    ['loss', 'mul', 'MSELoss'],
    ['loss', 'sum', 'MSELoss'],
  ]);
});

it('data and parameters are drawn in the order of the nodes, weight before bias, whatever the wires say', () => {
  const plain = lowered('nn-sequential');
  expect(plain.data.map((d) => d.node)).toEqual(['x', 'y']);
  const addresses = ['model/linear1.weight', 'model/linear1.bias', 'model/linear2.weight', 'model/linear2.bias'];
  expect(plain.parameters.map((p) => p.address)).toEqual(addresses);
  expect(plain.optimizers).toMatchObject([{ node: 'sgd', kind: 'SGD', parameters: addresses }]);
  const turned = lowered('xor', (d) => ({ ...d, nodes: [...d.nodes].reverse() }));
  expect(turned.parameters.map((p) => p.address)).toEqual([
    'output.weight',
    'output.bias',
    'hidden.weight',
    'hidden.bias',
  ]);
  const stepsOf = (program: Program) => scheduled(program).steps.map((step) => step.address);
  expect(stepsOf(turned)).toEqual(stepsOf(lowered('xor')));
});

it('an optimizer owns what reaches its loss and nothing else', () => {
  const two = lowered('xor', (d) => ({
    ...d,
    nodes: [
      ...d.nodes,
      { id: 'other', kind: 'Linear', settings: { outFeatures: 1 } },
      { id: 'loss2', kind: 'MSELoss', settings: {} },
      { id: 'sgd', kind: 'SGD', settings: {} },
    ],
    wires: [
      ...d.wires,
      { from: 'data.x', to: 'other.input' },
      { from: 'other.output', to: 'loss2.input' },
      { from: 'data.y', to: 'loss2.target' },
      { from: 'loss2.loss', to: 'sgd.loss' },
    ],
  }));
  expect(Object.fromEntries(two.optimizers.map((o) => [o.node, o.parameters.length]))).toEqual({ adam: 4, sgd: 2 });
});

it('the losses of the run come in its order; without a list they are all of them', () => {
  expect(lowered('xor').losses.map((l) => l.node)).toEqual(['loss']);
  expect(lowered('xor', (d) => ({ ...d, run: { ...d.run, losses: ['loss.loss'] } })).losses).toHaveLength(1);
});

it('a loss in a definition is known by the instance that it stands in', () => {
  const classify = (id: string) => ({ id, kind: 'module:Judged', settings: {} });
  const wires = (id: string) => [
    { from: 'data.x', to: `${id}.x` },
    { from: 'data.labels', to: `${id}.labels` },
  ];
  const { program } = lowerDocument({
    ...emptyDocument(),
    modules: {
      Judged: {
        params: {},
        ports: {
          inputs: [{ name: 'x' }, { name: 'labels', type: 'labels' }],
          outputs: [{ name: 'loss', type: 'loss' }],
        },
        nodes: [
          { id: 'linear', kind: 'Linear', settings: { outFeatures: 3 } },
          { id: 'loss', kind: 'CrossEntropyLoss', settings: {} },
        ],
        wires: [
          { from: 'inputs.x', to: 'linear.input' },
          { from: 'linear.output', to: 'loss.input' },
          { from: 'inputs.labels', to: 'loss.target' },
          { from: 'loss.loss', to: 'outputs.loss' },
        ],
      },
    },
    nodes: [{ id: 'data', kind: 'Spiral', settings: {} }, classify('first'), classify('second')],
    wires: [...wires('first'), ...wires('second')],
  });
  expect(program?.losses.map(({ node }) => node)).toEqual(['first', 'second']);
  expect(program?.metrics.map(({ node }) => node)).toEqual(['first', 'second']);
});

it('a document without a loss is refused with a remedy', () => {
  expect(lowerDocument(emptyDocument()).diagnostics).toMatchObject([
    { code: 'no-loss', hint: expect.stringContaining('MSELoss') },
  ]);
});
