import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { manualSeed, nn, optim, randn, steps, useDevice } from '../../engine/index.ts';

/** What is on WebGPU once it was chosen, or why it is not. */
const device = await useDevice('webgpu').catch((error: unknown) => {
  console.warn(`SKIPPED: the public API on WebGPU. ${String(error)}`);
});

/** From PyTorch. */
const { 'nn-sequential': losses = [] }: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('./goldens/examples.json', import.meta.url), 'utf8'),
);
const STEPS = 5;

it.skipIf(device === undefined)('a network of the public API trains on WebGPU, and is read at once', () => {
  expect(device).toMatch(/^WebGPU · /);
  manualSeed(0);
  const x = randn([64, 1000]);
  const y = randn([64, 10]);
  const model = new nn.Sequential(new nn.Linear(1000, 100), new nn.ReLU(), new nn.Linear(100, 10));
  const lossFn = new nn.MSELoss({ reduction: 'sum' });
  const optimizer = new optim.SGD(model.parameters(), { lr: 1e-4 });
  for (const step of steps(STEPS)) {
    const loss = lossFn.forward(model.forward(x), y);
    expect(Math.abs(loss.item() / (losses[step] ?? Number.NaN) - 1)).toBeLessThan(1e-4);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
});
