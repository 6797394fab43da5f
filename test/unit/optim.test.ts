import { describe, expect, it } from 'vitest';
import { tensor } from '../../engine/autograd/create.ts';
import { Adam } from '../../engine/optim/adam.ts';
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
  it('refuse settings they do not have and parameters they cannot update', () => {
    const x = tensor([1], { requiresGrad: true });
    expect(() => new SGD([x], { lr: 1, ...{ betas: 1 } })).toThrow('no setting "betas"');
    expect(() => new SGD([x.mul(2)])).toThrow('leaves');
    expect(() => new SGD([])).toThrow('no parameters');
  });
});
