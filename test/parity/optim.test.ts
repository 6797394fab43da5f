import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromArray } from '../../engine/autograd/create.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { Adagrad } from '../../engine/optim/adagrad.ts';
import { Adam } from '../../engine/optim/adam.ts';
import { AdamW } from '../../engine/optim/adamw.ts';
import { optimizers } from '../../engine/optim/index.ts';
import { RMSprop } from '../../engine/optim/rmsprop.ts';
import { SGD } from '../../engine/optim/sgd.ts';
import { backendsAndGpu } from './backends.ts';
import { expectClose } from './closeness.ts';
import { gradientAt, optimizerSteps, settingsOf, startValues } from './optim_cases.ts';

const classes = new Map([SGD, Adam, AdamW, RMSprop, Adagrad].map((one) => [one.name, one]));

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
  it.each(backendsAndGpu)(
    'moves parameters on $backend as PyTorch does, and leaves those without a gradient alone',
    ({ create, slack }) => {
      const rule = optimizers.get(kind);
      if (rule === undefined) throw new Error(`no optimizer ${kind}`);
      const k = new Kernels(create());
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
          expectClose(k.backend.readSync(one.param), trace[step]?.[p] ?? [], 1e-5 * slack);
        }
    },
  );

  it('has the same bits in one pass over memory as call by call', () => {
    const rule = optimizers.get(kind);
    if (rule === undefined) throw new Error(`no optimizer ${kind}`);
    const moved = (fused: boolean) => {
      const k = new Kernels(createWasmBackend());
      return startValues.map((values, p) => {
        const param = k.upload(values, [2, 3]);
        const state = rule.state(k, param, settings);
        let steps = 0;
        for (let step = 0; step < optimizerSteps; step++) {
          const gradient = gradientAt(step, p);
          if (gradient === null) continue;
          const grad = k.upload(gradient, [2, 3]);
          const update = () => rule.step(k, param, grad, state, settings, ++steps);
          k.backend.scope(() => (fused ? k.backend.fuse(update) : update()));
        }
        return [param, ...Object.values(state)].map((array) => k.backend.readSync(array));
      });
    };
    expect(moved(true)).toEqual(moved(false));
  });

  it('does so as a public class, too', () => {
    const Class = classes.get(kind);
    if (Class === undefined) throw new Error(`no class ${kind}`);
    const params = startValues.map((values) => fromArray(values, [2, 3], { requiresGrad: true }));
    const optimizer = new Class(params, settings);
    for (let step = 0; step < optimizerSteps; step++) {
      for (const [p, param] of params.entries()) {
        const gradient = gradientAt(step, p);
        param.grad = gradient === null ? null : fromArray(gradient, [2, 3]);
      }
      optimizer.step();
    }
    for (const [p, param] of params.entries()) expectClose(param.data(), trace.at(-1)?.[p] ?? [], 1e-5);
  });
});
