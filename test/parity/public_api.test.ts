import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manualSeed, nn, optim, randn } from '../../engine/index.ts';

const goldens: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('./goldens/examples.json', import.meta.url), 'utf8'),
);
const STEPS = 40;

/** The tutorial's sections 3.1 and 3.2, written as a PyTorch user would write them. */
function losses(makeOptimizer: (model: nn.Sequential) => { step(): void; zeroGrad(): void }): number[] {
  manualSeed(0);
  const x = randn([64, 1000]);
  const y = randn([64, 10]);
  const model = new nn.Sequential(new nn.Linear(1000, 100), new nn.ReLU(), new nn.Linear(100, 10));
  const lossFn = new nn.MSELoss({ reduction: 'sum' });
  const optimizer = makeOptimizer(model);
  return Array.from({ length: STEPS }, () => {
    const loss = lossFn.forward(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    return loss.item();
  });
}

test.each([
  ['nn-sequential', (model: nn.Sequential) => new optim.SGD(model.parameters(), { lr: 1e-4 })],
  ['optim-adam', (model: nn.Sequential) => new optim.Adam(model.parameters(), { lr: 1e-4 })],
] as const)('%s written with the public classes gives the losses of PyTorch', (id, makeOptimizer) => {
  const expected = goldens[id] ?? [];
  expect(expected.length).toBeGreaterThanOrEqual(STEPS);
  losses(makeOptimizer).forEach((loss, step) => {
    expect(Math.abs(loss / (expected[step] ?? Number.NaN) - 1), `step ${step}`).toBeLessThan(1e-4);
  });
});
