import { describe, expect, it } from 'vitest';
import { fromArray, ones, tensor } from '../../engine/autograd/create.ts';
import { autograd, nn, noGrad, onesLike, optim, type Tensor, where, zerosLike } from '../../engine/index.ts';

const leaf = (values: number[]) => tensor(values, { requiresGrad: true });

describe('a change in place', () => {
  it('is that of its name, with broadcasting and alpha', () => {
    const x = tensor([1, 2, 4]);
    const alias = x.detach();
    expect(
      x
        .add_(1)
        .mul_(tensor(2))
        .sub_(tensor([1, 1, 2]), { alpha: 2 })
        .div_(2),
    ).toBe(x);
    expect([...alias.data()]).toEqual([1, 2, 3]);
    expect([...alias.copy_(tensor([7, 8, 9])).data()]).toEqual([...x.data()]);
    expect([...x.zero_().data()]).toEqual([0, 0, 0]);
  });

  it('keeps shape and type', () => {
    const x = tensor([1, 2, 3]);
    expect(() => x.add_(ones([2, 3]))).toThrow('add_ keeps its shape');
    expect(() => x.copy_(ones([1]))).toThrow('copy_ keeps its shape');
    const whole = fromArray(Int32Array.of(16777217), [1]);
    expect(() => whole.div_(2)).toThrow('div_: i32 elements cannot take f32 ones');
    expect(() => whole.add_(0.9)).toThrow('add_: i32 elements cannot take f32 ones');
    expect(() => whole.add_(ones([1]))).toThrow('cannot take f32');
    expect([...whole.add_(1).data()]).toEqual([16777218]);
  });

  it('of a leaf that requires a gradient is made under noGrad only, as in PyTorch', () => {
    const w = leaf([1, 2]);
    expect(() => w.sub_(1)).toThrow('within noGrad');
    expect(() => w.mul(2).sub_(1)).toThrow('only leaves change in place, and this was made by mul');
    expect(() => tensor([0, 0]).add_(w)).toThrow('would be lost');
    noGrad(() => w.sub_(1));
    expect([...w.data()]).toEqual([0, 1]);
    expect(w.requiresGrad).toBe(true);
  });

  it('of one gradient leaves that of another leaf alone, though both came from one sum', () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    a.add(b).sum().backward();
    a.grad?.zero_();
    expect([...(b.grad?.data() ?? [])]).toEqual([1, 1]);
    expect([...(a.grad?.data() ?? [])]).toEqual([0, 0]);
    a.mul(5).sum().backward();
    expect([...(a.grad?.data() ?? [])]).toEqual([5, 5]);
  });

  it('of a gradient by another name is one of that gradient alone, as in PyTorch', () => {
    const [a, b, c] = [leaf([1, 2]), leaf([3, 4]), leaf([5, 6])];
    a.add(b)
      .add(a.reshape([2]))
      .sum()
      .backward();
    b.grad?.detach().mul_(9);
    expect([a, b].map(({ grad }) => [...(grad?.data() ?? [])])).toEqual([
      [2, 2],
      [9, 9],
    ]);
    const gradient = ones([2]);
    c.add(0).backward({ gradient });
    gradient.mul_(5);
    expect([...(c.grad?.data() ?? [])]).toEqual([1, 1]);
  });

  it('of a gradient leaves alone what a function of one’s own gave for it', () => {
    class Scaled extends autograd.Function {
      static override forward(ctx: autograd.FunctionContext<[Tensor]>, x: Tensor, factor: Tensor): Tensor {
        ctx.saveForBackward(factor);
        return x.mul(factor);
      }
      static override backward(ctx: autograd.FunctionContext<[Tensor]>): (Tensor | null)[] {
        return [...ctx.savedTensors, null];
      }
    }
    const [x, factor] = [leaf([1, 2]), tensor([3, 4])];
    Scaled.apply(x, factor).sum().backward();
    x.grad?.zero_();
    expect([...factor.data()]).toEqual([3, 4]);
  });

  it('of what backward needs is told, by hand or by an optimizer', () => {
    const w = leaf([1, 2]);
    const loss = w.mul(w).sum();
    noGrad(() => w.mul_(2));
    expect(() => loss.backward()).toThrow('mul was computed from a value that has changed in place since');
    const later = w.mul(w).sum();
    later.backward({ retainGraph: true });
    new optim.SGD([w], { lr: 0.1 }).step();
    expect(() => later.backward()).toThrow('changed in place');
    // A product with a number needs the number alone.
    const triple = w.mul(3).sum();
    noGrad(() => w.zero_());
    w.grad = null;
    triple.backward();
    expect([...((w.grad as Tensor | null)?.data() ?? [])]).toEqual([3, 3]);
    // A sum needs no values.
    const sum = w.sum();
    noGrad(() => w.zero_());
    sum.backward();
  });
});

describe('the methods of exported code', () => {
  it('take rows, in their order', () => {
    const x = fromArray([0, 1, 2, 3, 4, 5], [3, 2]);
    expect([...x.takeRows([2, 0, 2]).data()]).toEqual([4, 5, 0, 1, 4, 5]);
    expect(fromArray([7, 8, 9], [3], { dtype: 'i32' }).takeRows(Int32Array.of(1)).dtype).toBe('i32');
    expect(() => x.takeRows([3])).toThrow('out of range');
    expect(() => leaf([1]).takeRows([0])).toThrow('passes no gradient');
    expect(noGrad(() => leaf([1]).takeRows([0])).shape).toEqual([1]);
  });

  it('flatten from an axis on, and turn matrices', () => {
    const x = ones([2, 3, 4]);
    expect(x.flatten().shape).toEqual([24]);
    expect(x.flatten(1).shape).toEqual([2, 12]);
    expect(x.flatten(-2).shape).toEqual([2, 12]);
    expect(tensor(1).flatten().shape).toEqual([1]);
    expect([...fromArray([1, 2, 3, 4], [2, 2]).t().data()]).toEqual([1, 3, 2, 4]);
    expect(() => x.t()).toThrow('turns a matrix');
  });

  it('clone with a gradient, and make floats of masks and whole numbers', () => {
    const x = leaf([1, -0]);
    const copy = x.clone();
    copy.mul(3).sum().backward();
    expect([...(x.grad?.data() ?? [])]).toEqual([3, 3]);
    noGrad(() => x.zero_());
    expect([...copy.data()]).toEqual([1, -0]);
    const mask = tensor([1, -2]).gt(0);
    expect([mask.float().dtype, ...mask.float().data()]).toEqual(['f32', 1, 0]);
    expect(x.float()).toBe(x);
    // A number beside a mask is a float, as in functions of one's own.
    expect(mask.mul(2).dtype).toBe('f32');
  });

  it('reduce over one axis that is given as a number', () => {
    const x = fromArray([1, 2, 3, 4], [2, 2]);
    expect([...x.sum(1).data()]).toEqual([3, 7]);
    expect(x.mean(-1, true).shape).toEqual([2, 1]);
    expect([...x.max(0).data()]).toEqual([3, 4]);
    expect([...x.argmax(1).data()]).toEqual([1, 1]);
  });
});

describe('what stands free', () => {
  it('chooses with where, numbers beside what they are chosen with', () => {
    const mask = tensor([1, -1]).gt(0);
    expect([...where(mask, tensor([5, 6]), 0).data()]).toEqual([5, 0]);
    expect([...where(mask, 7, tensor([5, 6])).data()]).toEqual([7, 6]);
    expect([where(mask, 1, 0).dtype, ...where(mask, 1, 0).data()]).toEqual(['f32', 1, 0]);
    expect(where(mask, 1, fromArray([2, 3], [2], { dtype: 'i32' })).dtype).toBe('i32');
  });
  it('makes rows of floats of labels, and tensors like others', () => {
    const labels = fromArray([2, 0], [2], { dtype: 'i32' });
    const rows = nn.functional.oneHot(labels, 3);
    expect([rows.dtype, rows.shape, ...rows.data()]).toEqual(['f32', [2, 3], 0, 0, 1, 1, 0, 0]);
    expect(() => nn.functional.oneHot(labels, 2)).toThrow('out of range');
    expect([...onesLike(labels).data(), onesLike(labels).dtype, zerosLike(rows).shape]).toEqual([1, 1, 'i32', [2, 3]]);
  });
});
