import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { openDocument } from '../../engine/cli/documents.ts';
import type { GraphDocument } from '../../engine/documents.ts';
import {
  autograd,
  batches,
  data,
  manualSeed,
  nn,
  noGrad,
  optim,
  randn,
  random,
  steps,
  type Tensor,
  where,
} from '../../engine/index.ts';
import { trained as inSession, withSteps } from './exported.ts';

const goldens: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('./goldens/examples.json', import.meta.url), 'utf8'),
);
const STEPS = 40;

/** The tutorial's sections, written as a PyTorch user would write them, each from its seeds on. */
const written: Readonly<Record<string, () => number[]>> = {
  'nn-sequential': () => sequential((model) => new optim.SGD(model.parameters(), { lr: 1e-4 })),
  'optim-adam': () => sequential((model) => new optim.Adam(model.parameters(), { lr: 1e-4 })),
  'dynamic-net'() {
    class DynamicNet extends nn.Module {
      readonly inputLinear = new nn.Linear(1000, 100);
      readonly middleLinear = new nn.Linear(100, 100);
      readonly outputLinear = new nn.Linear(100, 10);
      override forward(x: Tensor): Tensor {
        let h = this.inputLinear.forward(x).clamp(0);
        for (let i = random.randint(0, 3); i > 0; i--) h = this.middleLinear.forward(h).clamp(0);
        return this.outputLinear.forward(h);
      }
    }
    const x = randn([64, 1000]);
    const y = randn([64, 10]);
    const model = new DynamicNet();
    const lossFn = new nn.MSELoss({ reduction: 'sum' });
    const optimizer = new optim.SGD(model.parameters(), { lr: 1e-4, momentum: 0.9 });
    const losses: number[] = [];
    for (const _ of steps(STEPS)) {
      const loss = lossFn.forward(model.forward(x), y);
      losses.push(loss.item());
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
    }
    return losses;
  },
  'tensors-by-hand'() {
    const x = randn([64, 1000]);
    const y = randn([64, 10]);
    const w1 = randn([1000, 100]);
    const w2 = randn([100, 10]);
    const losses: number[] = [];
    for (const _ of steps(STEPS)) {
      const h = x.matmul(w1);
      const hRelu = h.clamp(0);
      const difference = hRelu.matmul(w2).sub(y);
      losses.push(difference.pow(2).sum().item());
      const gradYPred = difference.mul(2);
      const gradW2 = hRelu.t().matmul(gradYPred);
      const gradH = where(h.lt(0), 0, gradYPred.matmul(w2.t()));
      const gradW1 = x.t().matmul(gradH);
      w1.sub_(gradW1, { alpha: 1e-6 });
      w2.sub_(gradW2, { alpha: 1e-6 });
    }
    return losses;
  },
  autograd: () => twoMatrices((h) => h.clamp(0)),
  'custom-function'() {
    class MyReLU extends autograd.Function {
      static override forward(ctx: autograd.FunctionContext<[Tensor]>, input: Tensor): Tensor {
        ctx.saveForBackward(input);
        return input.clamp(0);
      }
      static override backward(ctx: autograd.FunctionContext<[Tensor]>, gradOutput: Tensor): Tensor {
        const [input] = ctx.savedTensors;
        return where(input.lt(0), 0, gradOutput);
      }
    }
    return twoMatrices((h) => MyReLU.apply(h));
  },
  xor() {
    const { x, y } = data.xor();
    const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
    const lossFn = new nn.BCEWithLogitsLoss();
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
    const losses: number[] = [];
    for (const _ of steps(STEPS)) losses.push(trained(lossFn.forward(model.forward(x), y), optimizer));
    return losses;
  },
  spiral() {
    const { x, labels } = data.spiral();
    const model = new nn.Sequential(
      ...[new nn.Linear(2, 32), new nn.Tanh(), new nn.Linear(32, 32), new nn.Tanh(), new nn.Linear(32, 3)],
    );
    const lossFn = new nn.CrossEntropyLoss();
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const losses: number[] = [];
    for (const { rows } of batches(300, { size: 50, steps: STEPS }))
      losses.push(trained(lossFn.forward(model.forward(x.takeRows(rows)), labels.takeRows(rows)), optimizer));
    return losses;
  },
  dropout() {
    const { train } = data.split(data.twoMoons({ samples: 90 }), 0.2);
    const model = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Dropout(0.3), new nn.Linear(16, 2));
    const lossFn = new nn.CrossEntropyLoss();
    const optimizer = new optim.RMSprop(model.parameters(), { lr: 0.01, momentum: 0.5 });
    const losses: number[] = [];
    for (const { rows } of batches(72, { size: 20, steps: STEPS }))
      losses.push(
        trained(lossFn.forward(model.forward(train.x.takeRows(rows)), train.labels.takeRows(rows)), optimizer),
      );
    return losses;
  },
};

function trained(loss: Tensor, optimizer: { zeroGrad(): void; step(): void }): number {
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  return loss.item();
}

function sequential(makeOptimizer: (model: nn.Sequential) => { step(): void; zeroGrad(): void }): number[] {
  const x = randn([64, 1000]);
  const y = randn([64, 10]);
  const model = new nn.Sequential(new nn.Linear(1000, 100), new nn.ReLU(), new nn.Linear(100, 10));
  const lossFn = new nn.MSELoss({ reduction: 'sum' });
  const optimizer = makeOptimizer(model);
  return Array.from({ length: STEPS }, () => trained(lossFn.forward(model.forward(x), y), optimizer));
}

/** Sections 2.1 and 2.2: weights that are updated by hand. */
function twoMatrices(activation: (h: Tensor) => Tensor): number[] {
  const x = randn([64, 1000]);
  const y = randn([64, 10]);
  const w1 = new nn.Parameter(randn([1000, 100]));
  const w2 = new nn.Parameter(randn([100, 10]));
  const losses: number[] = [];
  for (const _ of steps(STEPS)) {
    const loss = activation(x.matmul(w1)).matmul(w2).sub(y).pow(2).sum();
    losses.push(loss.item());
    loss.backward();
    noGrad(() => {
      for (const w of [w1, w2]) if (w.grad !== null) w.sub_(w.grad, { alpha: 1e-6 });
    });
    w1.grad = null;
    w2.grad = null;
  }
  return losses;
}

/** What `dropout` above is as a document. */
const withDropout: GraphDocument = {
  format: 'gradloom',
  version: 1,
  name: 'dropout',
  modules: {},
  nodes: [
    { id: 'data', kind: 'TwoMoons', settings: { samples: 90, testFraction: 0.2 } },
    { id: 'first', kind: 'Linear', settings: { outFeatures: 16 } },
    { id: 'relu', kind: 'ReLU', settings: {} },
    { id: 'dropout', kind: 'Dropout', settings: { p: 0.3 } },
    { id: 'second', kind: 'Linear', settings: { outFeatures: 2 } },
    { id: 'loss', kind: 'CrossEntropyLoss', settings: {} },
    { id: 'optimizer', kind: 'RMSprop', settings: { lr: 0.01, momentum: 0.5 } },
  ],
  wires: [
    { from: 'data.x', to: 'first.input' },
    { from: 'first.output', to: 'relu.input' },
    { from: 'relu.output', to: 'dropout.input' },
    { from: 'dropout.output', to: 'second.input' },
    { from: 'second.output', to: 'loss.input' },
    { from: 'data.labels', to: 'loss.target' },
    { from: 'loss.loss', to: 'optimizer.loss' },
  ],
  data: {},
  run: { mode: 'dynamic', seed: 0, steps: STEPS, batchSize: 20 },
  view: { nodes: {} },
};

function losses(id: string): number[] {
  manualSeed(0);
  random.seed(0);
  return written[id]?.() ?? [];
}

describe.each(Object.keys(written))('%s written with the public classes', (id) => {
  it('gives the losses of the document, to the bit', async () => {
    const { document } = id === 'dropout' ? { document: withDropout } : openDocument(id);
    if (document === undefined) throw new Error(`${id} does not open`);
    const expected = await inSession(withSteps(document, STEPS));
    expect(expected).toHaveLength(STEPS);
    expect(losses(id)).toEqual(expected);
  });
});

test.each(['nn-sequential', 'optim-adam'])('%s gives the losses of PyTorch', (id) => {
  const expected = goldens[id] ?? [];
  expect(expected.length).toBeGreaterThanOrEqual(STEPS);
  losses(id).forEach((loss, step) => {
    expect(Math.abs(loss / (expected[step] ?? Number.NaN) - 1), `step ${step}`).toBeLessThan(1e-4);
  });
});
