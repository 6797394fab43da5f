import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tensor } from '../../engine/autograd/create.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { Adam, adam } from '../../engine/optim/adam.ts';
import { optimizers } from '../../engine/optim/index.ts';
import { SGD } from '../../engine/optim/sgd.ts';

/** x after each step, from PyTorch. */
const TORCH_RAISED = [
  [0.80000001, -1.60000002],
  [0.63999999, -1.27999997],
  [0.51199996, -1.02399993],
  [0.34559998, -0.69119996],
  [0.16127999, -0.32255998],
];

describe('optimizers', () => {
  it('find the minimum of a parabola', () => {
    const x = tensor([4, -3], { requiresGrad: true });
    const optimizer = new SGD([x], { lr: 0.1, momentum: 0.5 });
    for (let i = 0; i < 100; i++) {
      optimizer.zeroGrad();
      x.sub(1).pow(2).sum().backward();
      optimizer.step();
    }
    for (const value of x.data()) expect(value).toBeCloseTo(1, 4);
  });
  it('skip a parameter without a gradient, though it has momentum', () => {
    const used = tensor([1], { requiresGrad: true });
    const unused = tensor([1], { requiresGrad: true });
    const optimizer = new Adam([used, unused], { lr: 0.1 });
    used.mul(unused).sum().backward();
    optimizer.step();
    const before = unused.item();
    optimizer.zeroGrad();
    used.sum().backward();
    optimizer.step();
    expect(unused.item()).toBe(before);
    expect(unused.grad).toBeNull();
  });
  it('take a learning rate that changes between steps', () => {
    const x = tensor([1], { requiresGrad: true });
    const optimizer = new SGD([x], { lr: 0.5 });
    x.sum().backward();
    optimizer.step();
    optimizer.settings.lr = 0.25;
    optimizer.step();
    expect(x.item()).toBe(0.25);
  });
  it('begin SGD momentum that is raised during a run with the gradient as it is, dampening or not', () => {
    // torch.optim.SGD([x], lr=0.1, momentum=0, dampening=0.5); after two steps param_groups[0]['momentum'] = 0.9.
    const x = tensor([1, -2], { requiresGrad: true });
    const optimizer = new SGD([x], { lr: 0.1, dampening: 0.5 });
    const seen = TORCH_RAISED.map((_, i) => {
      if (i === 2) optimizer.settings.momentum = 0.9;
      optimizer.zeroGrad();
      x.pow(2).sum().backward();
      optimizer.step();
      return [...x.data()];
    });
    seen.forEach((values, i) => {
      values.forEach((value, j) => {
        expect(value).toBeCloseTo(TORCH_RAISED[i]?.[j] ?? Number.NaN, 6);
      });
    });
  });
  it('write the formula of the settings in force, and nothing of what is switched off', () => {
    const lines = (kind: string, settings: object) => optimizers.get(kind)?.formula({ ...settings }, 1).lines;
    expect(lines('SGD', {})).toEqual(['W \\leftarrow W - \\eta\\, g']);
    expect(lines('SGD', { momentum: 0.9 })).toEqual(['v \\leftarrow \\mu v + g', 'W \\leftarrow W - \\eta\\, v']);
    expect(lines('SGD', { momentum: 0.9, nesterov: true, weightDecay: 0.1 })).toEqual([
      "g' = g + \\lambda W",
      "v \\leftarrow \\mu v + g'",
      "W \\leftarrow W - \\eta\\, (g' + \\mu v)",
    ]);
    expect(lines('AdamW', { weightDecay: 0.1 })?.[0]).toBe('W \\leftarrow W - \\eta \\lambda W');
    expect(lines('AdamW', { weightDecay: 0 })).toEqual(lines('Adam', {}));
    expect(lines('RMSprop', { centered: true })?.join()).toContain('v - a^{2}');
    expect(lines('Adagrad', {})?.join()).not.toContain('eta_t');
  });
  it('tell the numbers of a step: with them the formula of Adam gives the step that was taken', () => {
    const k = new Kernels(createReferenceBackend());
    const param = k.upload([1, -2], [2]);
    const state = adam.state(k, param, {});
    for (let step = 1; step <= 3; step++) {
      const before = k.backend.readSync(param);
      adam.step(k, param, k.upload([0.5 * step, -3], [2]), state, { lr: 0.01 }, step);
      const { constants, memory } = adam.formula({ lr: 0.01 }, step);
      const [eta, eps, t, c1, c2] = ['\\eta', '\\varepsilon', 't', '1 - \\beta_1^{t}', '1 - \\beta_2^{t}'].map(
        (symbol) => constants.find(([one]) => one === symbol)?.[1] ?? Number.NaN,
      );
      expect(t).toBe(step);
      expect(memory).toEqual({ expAvg: 'm', expAvgSq: 'v' });
      const [m, v] = [state.expAvg, state.expAvgSq].map((array) => array && k.backend.readSync(array));
      const after = k.backend.readSync(param);
      for (const i of [0, 1]) {
        const wanted =
          (Number(eta) * (m?.[i] ?? 0)) / Number(c1) / (Math.sqrt((v?.[i] ?? 0) / Number(c2)) + Number(eps));
        expect((before[i] ?? 0) - (after[i] ?? 0)).toBeCloseTo(wanted, 6);
      }
    }
  });
  it('print their settings as they are now', () => {
    const optimizer = new SGD([tensor([1])], { lr: 0.1, momentum: 0.9 });
    optimizer.settings.lr = 1e-8;
    const text = 'SGD(lr=1e-8, momentum=0.9, dampening=0, nesterov=false, weightDecay=0)';
    expect(inspect(optimizer)).toBe(text);
    expect(String(optimizer)).toBe(text);
  });
  it('refuse settings they do not have and parameters they cannot update', () => {
    const x = tensor([1], { requiresGrad: true });
    expect(() => new SGD([x], { lr: 1, ...{ betas: 1 } })).toThrow('SGD has no setting "betas"');
    expect(() => new Adam([x], { lr: 1, ...{ betas: [0.9, 0.99] } })).toThrow(
      'Adam has no setting "betas"; it has lr, beta1, beta2, eps, weightDecay',
    );
    expect(() => new SGD([x], JSON.parse('0.1'))).toThrow('SGD takes its settings by name; got 0.1; it has lr,');
    expect(() => new Adam([x], JSON.parse('0.1'))).toThrow('Adam takes its settings by name; got 0.1; it has lr,');
    expect(() => new SGD(JSON.parse('null'))).toThrow('SGD takes a list of parameters');
    expect(() => new SGD(JSON.parse('{}'))).toThrow('SGD takes a list of parameters, as model.parameters() gives it');
    expect(() => new SGD([x.mul(2)])).toThrow('leaves');
    expect(() => new SGD([])).toThrow('no parameters');
    expect(() => new SGD([x, x])).toThrow('a parameter twice');
    expect(() => new SGD([x], { lr: -1 })).toThrow('lr is at least 0; got -1');
    expect(() => new Adam([x], { beta1: 1 })).toThrow('beta1 is less than 1; got 1');
  });
});
