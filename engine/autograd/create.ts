import type { DType } from '../tensor/dtype.ts';
import { numel, type Shape, ShapeError } from '../tensor/shape.ts';
import { type Context, defaultContext } from './context.ts';
import type { Tensor } from './tensor.ts';

/** Numbers, nested as the axes are. */
export type NestedNumbers = number | readonly NestedNumbers[];

export interface TensorOptions {
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
  readonly context?: Context;
}

/**
 * A leaf from nested lists: `tensor([[1, 2], [3, 4]])` is 2×2. PyTorch: `torch.tensor`.
 * @throws ShapeError when the lists are ragged
 */
export function tensor(data: NestedNumbers, options: TensorOptions = {}): Tensor {
  const shape: number[] = [];
  for (let at: NestedNumbers | undefined = data; typeof at === 'object'; at = at[0]) shape.push(at.length);
  const flat: number[] = [];
  const collect = (x: NestedNumbers, axis: number): void => {
    const expected = shape[axis];
    if (typeof x === 'number' ? expected !== undefined : x.length !== expected)
      throw new ShapeError(
        'the lists are ragged',
        expected === undefined ? 'a number' : `${expected} elements at axis ${axis}`,
        typeof x === 'number' ? 'a number' : `${x.length}`,
      );
    if (typeof x === 'number') flat.push(x);
    else for (const inner of x) collect(inner, axis + 1);
  };
  collect(data, 0);
  return fromArray(flat, shape, options);
}

/** A leaf from elements in row-major order. */
export function fromArray(data: ArrayLike<number>, shape: Shape, options: TensorOptions = {}): Tensor {
  const context = options.context ?? defaultContext();
  const value = context.kernels.upload(data, shape, options.dtype);
  return context.tensor(value, { requiresGrad: options.requiresGrad ?? false });
}

/** PyTorch: `torch.full`. */
export const full = (shape: Shape, value: number, options: TensorOptions = {}): Tensor =>
  fromArray(new Float64Array(numel(shape)).fill(value), shape, options);
export const zeros = (shape: Shape, options: TensorOptions = {}): Tensor => full(shape, 0, options);
export const ones = (shape: Shape, options: TensorOptions = {}): Tensor => full(shape, 1, options);
