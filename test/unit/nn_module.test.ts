import { describe, expect, it } from 'vitest';
import { fromArray, ones, tensor, zeros } from '../../engine/autograd/create.ts';
import type { Tensor } from '../../engine/autograd/tensor.ts';
import { nn, randn } from '../../engine/index.ts';

class Inner extends nn.Module {
  readonly layer = new nn.Linear(3, 2);
  readonly scale = new nn.Parameter(ones([2]));
  override forward(x: Tensor): Tensor {
    return this.layer.forward(x).mul(this.scale);
  }
}

class Outer extends nn.Module {
  readonly first = new nn.Linear(4, 3);
  readonly inner = new Inner();
  /** No parameter: a tensor of one's own, as in PyTorch. */
  readonly constant = ones([2]);
  readonly shift = new nn.Parameter(zeros([2]), { requiresGrad: false });
  readonly more = new nn.ModuleList([new nn.Linear(2, 2, { bias: false }), new nn.Linear(2, 2)]);
  readonly again = this.first;
  override forward(x: Tensor): Tensor[] {
    let h = this.inner.forward(this.first.forward(x)).add(this.shift);
    for (const layer of this.more) h = layer.forward(h);
    return [h, h.sum()];
  }
}

const NAMES = [
  'shift',
  'first.weight',
  'first.bias',
  'inner.scale',
  'inner.layer.weight',
  'inner.layer.bias',
  'more.0.weight',
  'more.1.weight',
  'more.1.bias',
];

describe('a module', () => {
  it('names its parameters as PyTorch does: its own first, then those below in the order of their fields, each once', () => {
    const model = new Outer();
    expect(model.namedParameters().map(([name]) => name)).toEqual(NAMES);
    expect(model.parameters()).toHaveLength(NAMES.length);
    expect(model.namedChildren().map(([name]) => name)).toEqual(['first', 'inner', 'more', 'again']);
    expect(model.first.weight.shape).toEqual([3, 4]);
    expect(model.first.bias?.shape).toEqual([3]);
    expect(model.more.at(0)?.bias).toBeNull();
  });

  it('trains all of them but those that require no gradient, and may give several tensors', () => {
    const model = new Outer();
    const [, total] = model.forward(ones([5, 4]));
    total?.backward();
    const without = model.namedParameters().filter(([, { grad }]) => grad === null);
    expect(without.map(([name]) => name)).toEqual(['shift']);
    model.zeroGrad();
    expect(model.parameters().every(({ grad }) => grad === null)).toBe(true);
  });

  it('goes into training and evaluation with all modules below', () => {
    const dropout = new nn.Dropout();
    const model = new nn.Sequential(new nn.ReLU(), new nn.Sequential(dropout));
    model.eval();
    expect(dropout.training).toBe(false);
    model.train();
    expect(dropout.training).toBe(true);
  });

  it('gives its state by every name, and takes that of another', () => {
    const [one, other] = [new Outer(), new Outer()];
    const state = one.stateDict();
    expect([...state.keys()]).toEqual([...NAMES, 'again.weight', 'again.bias']);
    expect([...state.values()].some(({ requiresGrad }) => requiresGrad)).toBe(false);
    const x = randn([3, 4]);
    const values = (model: Outer) => model.forward(x).map((y) => [...y.data()]);
    expect(values(other)).not.toEqual(values(one));
    other.loadStateDict(state);
    expect(values(other)).toEqual(values(one));
    expect(other.first.weight.requiresGrad).toBe(true);
  });

  it('says of a state that does not fit everything that is wrong, and takes nothing of it', () => {
    const model = new nn.Sequential(new nn.Linear(2, 1), new nn.Linear(1, 1));
    const before = [...model.stateDict().values()].map((x) => [...x.data()]);
    const state = new Map([
      ['0.weight', zeros([1, 2])],
      ['0.bias', zeros([2])],
      ['1.weight', zeros([1, 1], { dtype: 'i32' })],
      ['2.bias', zeros([1])],
    ]);
    expect(() => model.loadStateDict(state)).toThrow(
      'the state does not fit Sequential: 0.bias is 2 f32, not 1 f32; 1.weight is 1×1 i32, not 1×1 f32; ' +
        '1.bias is missing; 2.bias is not expected',
    );
    expect([...model.stateDict().values()].map((x) => [...x.data()])).toEqual(before);
  });

  it('of a list has no forward', () => {
    const list = new nn.ModuleList([new nn.Tanh()]);
    expect(list.length).toBe(1);
    expect(() => list.forward()).toThrow('go through its modules');
  });
});

describe('a parameter', () => {
  it('is a leaf that shares the elements it was made of', () => {
    const data = tensor([1, 2]);
    const parameter = new nn.Parameter(data);
    expect([parameter.isLeaf, parameter.requiresGrad]).toEqual([true, true]);
    data.mul_(3);
    expect([...parameter.data()]).toEqual([3, 6]);
    expect(() => new nn.Parameter(fromArray([1], [1], { dtype: 'i32' }))).toThrow('only floats');
  });
});
