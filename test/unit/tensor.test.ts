import { describe, expect, it } from 'vitest';
import { ones, tensor } from '../../engine/autograd/create.ts';
import { broadcastShapes, normalizeAxes, normalizeAxis, ShapeError, stridesOf } from '../../engine/tensor/shape.ts';

describe('shapes', () => {
  it('name what was expected and what came', () => {
    expect(() => broadcastShapes([2, 3], [4])).toThrow(ShapeError);
    expect(() => broadcastShapes([2, 3], [4])).toThrow('2×3 and 4 cannot be broadcast');
    expect(broadcastShapes([0, 1], [1, 5])).toEqual([0, 5]);
  });
  it('count axes from both ends', () => {
    expect(normalizeAxis(-1, 3)).toBe(2);
    expect(normalizeAxis(-1, 0)).toBe(0);
    expect(() => normalizeAxis(3, 3)).toThrow('out of range');
    expect(normalizeAxes([-1, 2, 0], 3)).toEqual([0, 2]);
    expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
  });
});

describe('Tensor', () => {
  it('is made of nested lists, and refuses ragged ones', () => {
    expect(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqual([2, 3]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(() => tensor([[1, 2], [3]])).toThrow('ragged');
    expect(() => tensor([1, [2]])).toThrow('ragged');
  });
  it('says why an operation does not fit', () => {
    const a = ones([2, 3]);
    expect(() => a.matmul(ones([4, 2]))).toThrow('cannot multiply 2×3 by 4×2');
    expect(() => a.reshape([4, -1])).toThrow('cannot reshape');
    expect(() => a.gather(1, tensor([0], { dtype: 'i32' }))).toThrow('index');
    expect(() => a.item()).toThrow('a single number');
  });
  it('has whole sizes, and is reduced over an axis once', () => {
    for (const size of [1.5, -1, Number.NaN]) expect(() => ones([2, size])).toThrow(`${size} at axis 1 is no size`);
    expect(() => ones([2, 3]).sum([0, -2])).toThrow('axis 0 is named twice');
    expect(ones([2, 3]).sum([0, 1]).item()).toBe(6);
  });
  it('lets only floats require a gradient', () => {
    expect(() => tensor([1], { dtype: 'i32', requiresGrad: true })).toThrow('only floats');
    expect(tensor([1]).lt(2).dtype).toBe('bool');
  });
  it('reads a number beside it as its own type: 0.1 is the f32 nearest to it', () => {
    expect(tensor([0.1]).eq(0.1).data()[0]).toBe(1);
    expect(tensor([3], { dtype: 'i32' }).add(2).dtype).toBe('i32');
    expect(tensor([3], { dtype: 'i32' }).div(2).item()).toBe(1.5);
  });
});
