import { emptyDocument, type GraphDocument, type Mode } from '../../engine/graph/document.ts';
import { example } from '../example.ts';

/**
 * What is trained, one step at a time, by all contenders. `cpu/contenders/torch_steps.py` and `peers/networks.mjs` have
 * the same networks by the same names.
 */
export interface Workload {
  readonly name: string;
  readonly document: () => GraphDocument;
  /** What the step time should be at most, as a part of the contender's. */
  readonly bounds: Readonly<Record<string, number>>;
}

/** Data, layers of these widths with ReLU between them, a loss and an optimizer. */
export function perceptron(name: string, rows: number, widths: readonly number[], kind = 'Adam'): GraphDocument {
  const [input = 1, ...layers] = widths;
  const last = layers.length - 1;
  const nodes = layers.flatMap((outFeatures, i) => [
    { id: `linear${i}`, kind: 'Linear', settings: { outFeatures } },
    ...(i < last ? [{ id: `relu${i}`, kind: 'ReLU', settings: {} }] : []),
  ]);
  const chain = ['x', ...nodes.map(({ id }) => id)];
  return {
    ...emptyDocument(name),
    nodes: [
      { id: 'x', kind: 'RandomTensor', settings: { shape: [rows, input] } },
      { id: 'y', kind: 'RandomTensor', settings: { shape: [rows, layers[last] ?? 1] } },
      ...nodes,
      { id: 'loss', kind: 'MSELoss', settings: {} },
      { id: 'optimizer', kind, settings: {} },
    ],
    wires: [
      ...chain.slice(1).map((id, i) => ({ from: `${chain[i]}.output`, to: `${id}.input` })),
      { from: `${chain.at(-1)}.output`, to: 'loss.input' },
      { from: 'y.output', to: 'loss.target' },
      { from: 'loss.loss', to: 'optimizer.loss' },
    ],
  };
}

/** MNIST's sizes, without its files: what is compared is the step. */
export const workloads: readonly Workload[] = [
  {
    name: 'tutorial 64-1000-100-10, SGD',
    document: () => example('nn-sequential'),
    bounds: { PyTorch: 0.8, 'jax-js': 0.35 },
  },
  { name: 'tutorial 64-1000-100-10, Adam', document: () => example('optim-adam'), bounds: { PyTorch: 0.6 } },
  {
    name: '2-16-1, batch 32, Adam',
    document: () => perceptron('small', 32, [2, 16, 1]),
    bounds: { PyTorch: 0.08, 'jax-js': 0.08 },
  },
  {
    name: '784-512-512-10, batch 128, Adam',
    document: () => perceptron('mnist', 128, [784, 512, 512, 10]),
    bounds: { PyTorch: 0.9 },
  },
  { name: 'dynamic-net, SGD', document: () => example('dynamic-net'), bounds: { PyTorch: 0.6 } },
];

/** A document that is trained for ever, in a mode. */
export function endless({ epochs: _, ...run }: GraphDocument['run'], mode: Mode): GraphDocument['run'] {
  return { ...run, mode, seed: 0, steps: 1_000_000_000 };
}
