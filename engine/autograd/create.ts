import { type DType, typeBeside } from '../tensor/dtype.ts';
import { requireSizes, type Shape, ShapeError } from '../tensor/shape.ts';
import { type Context, defaultContext } from './context.ts';
import type { Tensor, TensorLike } from './tensor.ts';

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

/**
 * A leaf from elements in row-major order. Without a `dtype` an Int32Array gives i32, whose elements a float could not hold; whatever
 * else gives floats. PyTorch: `torch.from_numpy(data).reshape(shape)`, but copied. @throws ShapeError
 */
export function fromArray(data: ArrayLike<number>, shape: Shape, options: TensorOptions = {}): Tensor {
  requireSizes(shape);
  const context = options.context ?? defaultContext();
  const dtype = options.dtype ?? (data instanceof Int32Array ? 'i32' : undefined);
  const value = context.kernels.upload(data, shape, dtype);
  return context.tensor(value, { requiresGrad: options.requiresGrad ?? false });
}

/** PyTorch: `torch.full`. @throws ShapeError */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  requireSizes(shape);
  const { context = defaultContext(), dtype, requiresGrad = false } = options;
  return context.tensor(context.kernels.full(shape, value, dtype ?? context.kernels.floatType), { requiresGrad });
}
export const zeros = (shape: Shape, options: TensorOptions = {}): Tensor => full(shape, 0, options);
export const ones = (shape: Shape, options: TensorOptions = {}): Tensor => full(shape, 1, options);
/** Of the shape and type of `x`. */
export const zerosLike = ({ shape, dtype, context }: Tensor): Tensor => full(shape, 0, { dtype, context });
export const onesLike = ({ shape, dtype, context }: Tensor): Tensor => full(shape, 1, { dtype, context });

/** `input` where `condition` holds, else `other`; all three broadcast. PyTorch: `torch.where`. */
export function where(condition: Tensor, input: TensorLike, other: TensorLike): Tensor {
  const { context } = condition;
  if (typeof input !== 'number') return input.where(condition, other);
  const { floatType } = context.kernels;
  const dtype = typeBeside(input, typeof other === 'number' ? floatType : other.dtype, floatType);
  return full([], input, { context, dtype }).where(condition, other);
}

/**
 * Rows of floats, 1 at the label and else 0: i32 of any shape → that shape and `numClasses` more. PyTorch's `one_hot` gives whole
 * numbers. @throws ShapeError for a label that is not among the classes
 */
export function oneHot(labels: Tensor, numClasses: number): Tensor {
  const { context, value } = labels;
  return context.tensor(context.kernels.oneHot(value, numClasses));
}
