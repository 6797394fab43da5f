import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { optimizers } from '../../engine/optim/index.ts';
import { expectClose } from './closeness.ts';
import { gradientAt, optimizerSteps, settingsOf, startValues } from './optim_cases.ts';

interface Golden {
  readonly kind: string;
  readonly settings: Readonly<Record<string, number | boolean>>;
  readonly trace: readonly (readonly number[])[][];
}
const goldens: Golden[] = JSON.parse(readFileSync(new URL('goldens/optim.json', import.meta.url), 'utf8'));

it('has goldens for every optimizer and each of its settings', () => {
  expect(Object.keys(settingsOf).sort()).toEqual([...optimizers.keys()].sort());
  const wanted = Object.entries(settingsOf).flatMap(([kind, all]) => all.map((settings) => ({ kind, settings })));
  expect(goldens.map(({ kind, settings }) => ({ kind, settings }))).toEqual(wanted);
});

describe.each(goldens)('$kind $settings', ({ kind, settings, trace }) => {
  it('moves parameters as PyTorch does, and leaves those without a gradient alone', () => {
    const rule = optimizers.get(kind);
    if (rule === undefined) throw new Error(`no optimizer ${kind}`);
    const k = new Kernels(createReferenceBackend());
    const owned = startValues.map((values) => {
      const param = k.upload(values, [2, 3]);
      return { param, state: rule.state(k, param, settings), steps: 0 };
    });
    for (let step = 0; step < optimizerSteps; step++)
      for (const [p, one] of owned.entries()) {
        const gradient = gradientAt(step, p);
        if (gradient !== null) {
          one.steps++;
          rule.step(k, one.param, k.upload(gradient, [2, 3]), one.state, settings, one.steps);
        }
        expectClose(k.backend.readSync(one.param), trace[step]?.[p] ?? [], 1e-5);
      }
  });
});
