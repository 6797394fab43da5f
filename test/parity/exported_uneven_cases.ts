import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { crossEntropy } from '../unit/functions/sources.ts';
import { nodes, type Rows, wires } from './exported_cases.ts';

/** Functions of the user's own that count the samples of a batch, of which the last of an epoch has fewer. */

/** Numbers of every kind that follow from the rows: shapes, fillings, factors, and one that stands where a tensor does. */
const COUNTING = `function forward(ctx, x) {
  const [n, width] = x.shape;
  const flat = x.t().reshape([n * width]).mul(full([n * width], 2));
  const back = flat.reshape([width, n]).t().mul(full([n, 1], 1 / n));
  ctx.saveForBackward(back.t());
  return back.mul(n - 1).add(where(x.gt(0), full([], n).mul(0), 0));
}

function backward(ctx, g) {
  const [back] = ctx.savedTensors;
  const n = back.shape[1];
  return g.mul(2 * (n - 1)).div(n);
}
`;

/** Numbers of rows among labels, and where an operation has them as settings. */
const LABELLED = `function forward(ctx, x, t) {
  const n = x.shape[0];
  const own = oneHot(t, 3).gather(1, t.add(n).sub(n).reshape([n, 1]));
  ctx.saveForBackward(own);
  return x.leakyRelu(1 / n).add(x.max([n - n + 1], true).mul(0)).mul(own);
}

function backward(ctx, g) {
  const [own] = ctx.savedTensors;
  return [g.mul(own), null];
}
`;

const layers: Rows = [
  ['first', 'Linear', { outFeatures: 6 }],
  ['act', 'Tanh'],
  ['counting', 'CustomFunction', { source: COUNTING }],
  ['last', 'Linear', { outFeatures: 3 }],
];

/** 300 samples in batches of so many. */
export const uneven = (batchSize: number): GraphDocument => ({
  ...emptyDocument(`batches of ${batchSize}`),
  nodes: nodes(
    ['data', 'Spiral'],
    ...layers,
    ['entropy', 'CustomFunction', { source: crossEntropy }],
    ['adam', 'Adam', { lr: 0.01 }],
  ),
  wires: wires(
    'data.x → first.input',
    'first.output → act.input',
    'act.output → counting.x',
    'counting.output → last.input',
    'last.output → entropy.input',
    'data.labels → entropy.target',
    'entropy.output → adam.loss',
  ),
  run: { mode: 'dynamic', seed: 3, steps: 30, batchSize },
});

export const labelled: GraphDocument = {
  ...emptyDocument('labels and rows'),
  nodes: nodes(
    ['data', 'Spiral'],
    ['layer', 'Linear', { outFeatures: 3 }],
    ['own', 'CustomFunction', { source: LABELLED }],
    ['entropy', 'CrossEntropyLoss'],
    ['sgd', 'SGD', { lr: 0.1 }],
  ),
  wires: wires(
    'data.x → layer.input',
    'layer.output → own.x',
    'data.labels → own.t',
    'own.output → entropy.input',
    'data.labels → entropy.target',
    'entropy.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 3, steps: 12, batchSize: 64 },
};
