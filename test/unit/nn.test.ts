import { describe, expect, it } from 'vitest';
import { fromArray, ones } from '../../engine/autograd/create.ts';
import { GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh } from '../../engine/nn/activations.ts';
import { Sequential } from '../../engine/nn/containers.ts';
import { Dropout, Flatten, Linear } from '../../engine/nn/layers.ts';
import { MSELoss } from '../../engine/nn/losses.ts';
import { Adam } from '../../engine/optim/adam.ts';
import { manualSeed } from '../../engine/random/default.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';

describe('modules', () => {
  it('draw weight then bias at construction, from the seeded stream', () => {
    manualSeed(0);
    const model = new Sequential(new Linear(4, 3), new ReLU(), new Linear(3, 2, { bias: false }));
    expect(model.namedParameters().map(([name, p]) => [name, p.shape])).toEqual([
      ['0.weight', [3, 4]],
      ['0.bias', [3]],
      ['2.weight', [2, 3]],
    ]);
    const stream = new TorchGenerator(0);
    const [weight, bias, second] = model.parameters();
    expect(weight?.data()).toEqual(stream.uniform(12, -0.5, 0.5));
    expect(bias?.data()).toEqual(stream.uniform(3, -0.5, 0.5));
    expect(second?.data()).toEqual(stream.uniform(6, -1 / Math.sqrt(3), 1 / Math.sqrt(3)));
  });

  it('learn XOR', () => {
    manualSeed(1);
    const model = new Sequential(new Linear(2, 8), new Tanh(), new Linear(8, 1));
    const x = fromArray([0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
    const y = fromArray([0, 1, 1, 0], [4, 1]);
    const optimizer = new Adam(model.parameters(), { lr: 0.05 });
    const criterion = new MSELoss();
    let last = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 300; i++) {
      optimizer.zeroGrad();
      const loss = criterion.forward(model.forward(x), y);
      loss.backward();
      optimizer.step();
      last = loss.item();
    }
    expect(last).toBeLessThan(0.01);
  });

  it('Dropout zeroes a share p and scales the rest in training, and does nothing in evaluation', () => {
    manualSeed(2);
    const dropout = new Dropout(0.25);
    const x = ones([1000]);
    const values = [...dropout.forward(x).data()];
    expect(new Set(values)).toEqual(new Set([0, Math.fround(4 / 3)]));
    const zeros = values.filter((v) => v === 0).length;
    expect(zeros).toBeGreaterThan(200);
    expect(zeros).toBeLessThan(300);
    expect([...dropout.eval().forward(x).data()]).toEqual([...x.data()]);
    expect([...new Dropout(1).forward(ones([2])).data()]).toEqual([0, 0]);
  });

  it('refuse sizes and shares that make no sense', () => {
    expect(() => new Linear(0, 2)).toThrow('whole number of inFeatures, at least 1; got 0');
    expect(() => new Linear(2, 1.5)).toThrow('whole number of outFeatures, at least 1; got 1.5');
    expect(() => new Dropout(2)).toThrow('from 0 to 1; got 2');
  });

  it('refuse settings of another type, and take what the canvas has no room for', () => {
    expect(() => new Linear(2, 3, JSON.parse('{ "bias": 0 }'))).toThrow('Linear: bias: expected true or false; got 0');
    expect(() => new Linear(2, 3, JSON.parse('false'))).toThrow(
      'Linear takes its options by name (inFeatures, outFeatures, bias, context, generator); got false',
    );
    expect(() => new Softmax(0.5)).toThrow('Softmax: dim: expected a whole number; got 0.5');
    expect(() => new LeakyReLU(Number.NaN)).toThrow('LeakyReLU: negativeSlope: expected a number; got NaN');
    expect(new LeakyReLU(-2).forward(fromArray([-1], [1])).item()).toBe(2);
    expect(new Flatten(-2).forward(ones([2, 3, 4])).shape).toEqual([2, 12]);
    expect(new Dropout(1).forward(ones([1])).item()).toBe(0);
  });

  it('keep or join shapes as their names say', () => {
    const x = fromArray([-2, -1, 0, 1, 2, 3], [2, 3]);
    for (const module of [new ReLU(), new LeakyReLU(0.1), new GELU(), new Sigmoid(), new Softmax(), new LogSoftmax()])
      expect(module.forward(x).shape).toEqual([2, 3]);
    expect(new LeakyReLU(0.5).forward(x).data()[0]).toBe(-1);
    expect(new Softmax(0).forward(x).sum([0]).data()[0]).toBeCloseTo(1, 6);
    expect(new Flatten().forward(ones([2, 3, 4])).shape).toEqual([2, 12]);
    expect(() => new Linear(4, 2).forward(x)).toThrow('4 input features');
  });
});
