import { describe, expect, it } from 'vitest';
import { tensor } from '../../engine/autograd/create.ts';
import { Adam } from '../../engine/optim/adam.ts';
import { SGD } from '../../engine/optim/sgd.ts';

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
  it('refuse settings they do not have and parameters they cannot update', () => {
    const x = tensor([1], { requiresGrad: true });
    expect(() => new SGD([x], { lr: 1, ...{ betas: 1 } })).toThrow('no setting "betas"');
    expect(() => new SGD([x.mul(2)])).toThrow('leaves');
    expect(() => new SGD([])).toThrow('no parameters');
  });
});
