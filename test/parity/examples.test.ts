import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../engine/backends/backend.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { Session } from '../../engine/session/session.ts';
import type { Evaluation } from '../../engine/session/summary.ts';
import { example } from '../example.ts';
import { backends } from './backends.ts';

interface Goldens {
  readonly 'nn-sequential': readonly number[];
  readonly 'optim-adam': readonly number[];
  readonly dropout: readonly number[];
  readonly 'mnist-mlp': { readonly losses: readonly number[]; readonly accuracy: number };
}
const goldens: Goldens = JSON.parse(readFileSync(new URL('goldens/examples.json', import.meta.url), 'utf8'));

/** The losses of a document and its evaluations, at seed 0. */
async function train(create: () => Backend, document: GraphDocument, count: { steps: number } | { epochs: number }) {
  const { batchSize, mode } = document.run;
  const run = { mode, seed: 0, ...(batchSize !== undefined && { batchSize }), ...count };
  const options = { backend: create(), files: nodeFiles('.') };
  const { session } = await Session.create({ ...document, run }, options);
  if (session === undefined) throw new Error(`${document.name} cannot be trained`);
  const losses: number[] = [];
  const evaluations: Evaluation[] = [];
  session.onStep = (_step, loss) => losses.push(loss);
  session.onEvaluation = (result) => evaluations.push(result);
  session.run();
  return { losses, evaluations };
}

/** What `dropout` of goldens/examples.py trains. */
const withDropout: GraphDocument = {
  ...emptyDocument('dropout'),
  nodes: [
    { id: 'x', kind: 'RandomTensor', settings: { shape: [200, 20] } },
    { id: 'y', kind: 'RandomTensor', settings: { shape: [200, 5] } },
    { id: 'hidden', kind: 'Linear', settings: { outFeatures: 32 } },
    { id: 'relu', kind: 'ReLU', settings: {} },
    { id: 'dropout', kind: 'Dropout', settings: { p: 0.3 } },
    { id: 'output', kind: 'Linear', settings: { outFeatures: 5 } },
    { id: 'loss', kind: 'MSELoss', settings: {} },
    { id: 'adam', kind: 'Adam', settings: { lr: 0.01 } },
  ],
  wires: [
    { from: 'x.output', to: 'hidden.input' },
    { from: 'hidden.output', to: 'relu.input' },
    { from: 'relu.output', to: 'dropout.input' },
    { from: 'dropout.output', to: 'output.input' },
    { from: 'output.output', to: 'loss.input' },
    { from: 'y.output', to: 'loss.target' },
    { from: 'loss.loss', to: 'adam.loss' },
  ],
  run: { mode: 'dynamic', seed: 0, batchSize: 48 },
};

const furthest = (got: readonly number[], expected: readonly number[]): number =>
  Math.max(...expected.map((loss, i) => Math.abs((got[i] ?? Number.NaN) - loss) / Math.abs(loss)));

describe.each(backends)('the examples on $backend, beside PyTorch seeded alike', ({ create }) => {
  it.each(['nn-sequential', 'optim-adam'] as const)('%s: every loss within 1e-4', async (id) => {
    const expected = goldens[id];
    const { losses } = await train(create, example(id), { steps: expected.length });
    expect(losses).toHaveLength(expected.length);
    expect(furthest(losses, expected)).toBeLessThan(1e-4);
  });

  it('shuffled minibatches and dropout draw from one stream in PyTorch’s order: every loss within 1e-4', async () => {
    const expected = goldens.dropout;
    const { losses } = await train(create, withDropout, { steps: expected.length });
    expect(losses).toHaveLength(expected.length);
    expect(furthest(losses, expected)).toBeLessThan(1e-4);
  });

  it('mnist-mlp: the same batches, losses within 1e-4, and at least 95 % of the test digits after one epoch', async () => {
    const { losses, evaluations } = await train(create, example('mnist-mlp'), { epochs: 1 });
    const { losses: expected, accuracy } = goldens['mnist-mlp'];
    expect(furthest(losses, expected)).toBeLessThan(1e-4);
    const test = evaluations.find((e) => e.split === 'test');
    expect(test?.accuracy).toBeGreaterThanOrEqual(0.95);
    expect(test?.accuracy).toBeCloseTo(accuracy, 2);
  }, 300_000);
});
