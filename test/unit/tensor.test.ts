import { describe, expect, it } from 'vitest';
import { fromArray, ones, tensor, zeros } from '../../engine/autograd/create.ts';
import { randn } from '../../engine/nn/random_tensors.ts';
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
  it('is a mask where it is made of nothing but true and false, as in PyTorch', () => {
    const mask = tensor([[true, false]]);
    expect([mask.dtype, mask.shape, [...mask.data()]]).toEqual(['bool', [1, 2], [1, 0]]);
    expect(tensor(true).dtype).toBe('bool');
    expect(tensor([true, 2.5]).dtype).toBe('f32');
    expect([...tensor([true, 2.5]).data()]).toEqual([1, 2.5]);
    expect(tensor([true], { dtype: 'i32' }).dtype).toBe('i32');
    expect(tensor([]).dtype).toBe('f32');
    expect(() => tensor([[true], true])).toThrow('ragged');
  });
  it('says of what it cannot be made', () => {
    const words = 'tensor() takes numbers, or true and false, in nested lists; got';
    for (const [json, word] of [
      ['"a"', 'a string'],
      ['["a"]', 'a string'],
      ['[1, null]', 'null'],
      ['[null]', 'null'],
      ['{ "length": 0 }', 'an object'],
    ])
      expect(() => tensor(JSON.parse(json ?? '')), json).toThrow(`${words} ${word}`);
    const made: unknown = ones([1]);
    expect(() => tensor(made as number)).toThrow(`${words} a tensor`);
    expect(() => fromArray('1' as unknown as number[], [1])).toThrow('got a string');
    expect(fromArray({ length: 1, 0: 5 }, [1]).item()).toBe(5);
    expect(() => fromArray(JSON.parse('null'), [1])).toThrow('fromArray() takes a list of numbers; got null');
  });
  it('has no type that its backend has not, however it is made', () => {
    const words = 'there is no dtype f64 here: there are f32, i32 and bool';
    expect(() => tensor([1], { dtype: 'f64' })).toThrow(words);
    expect(() => fromArray([1], [1], { dtype: 'f64' })).toThrow(words);
    expect(() => zeros([1], { dtype: 'f64' })).toThrow(words);
    expect(() => randn([1], { dtype: 'f64' })).toThrow(words);
    expect(() => ones([1], JSON.parse('{ "dtype": "float32" }'))).toThrow('no dtype float32');
  });
  it('is in JSON the lists that it can be made of again', () => {
    const given = { x: [[1, 2.5, -3]], labels: [[], []], loss: 4, mask: [true, false] };
    const { x, labels, loss, mask } = given;
    expect(JSON.stringify({ x: tensor(x), labels: tensor(labels), loss: tensor(loss), mask: tensor(mask) })).toBe(
      JSON.stringify(given),
    );
    expect(JSON.stringify(tensor([Number.NaN]))).toBe('[null]');
  });
  it('gives rows by a list of their numbers', () => {
    const x = ones([2, 3]);
    const given = (rows: unknown) => () => x.takeRows(rows as number[]);
    expect(given(tensor([0], { dtype: 'i32' }))).toThrow(
      'takeRows() takes a list of numbers; got a tensor: its elements are in its data()',
    );
    expect(given(1)).toThrow('takeRows() takes a list of numbers; got a number');
    expect(given(undefined)).toThrow('got undefined');
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
