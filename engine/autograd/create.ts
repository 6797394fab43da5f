import { type DType, typeBeside } from '../tensor/dtype.ts';
import { requireSizes, type Shape, ShapeError } from '../tensor/shape.ts';
import { type Context, defaultContext } from './context.ts';
import { requireList, wordFor } from './given.ts';
import type { Tensor, TensorLike } from './tensor.ts';

/** Numbers, or true and false, nested as the axes are. */
export type NestedNumbers = number | boolean | readonly NestedNumbers[];

export interface TensorOptions {
  /** 'f32' by default; 'i32' for labels, 'bool' for masks. 'f64' is there within `gradcheck` alone. */
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
  readonly context?: Context;
}

/**
 * A leaf from nested lists: `tensor([[1, 2], [3, 4]])` is 2×2. Nothing but true and false gives a mask; beside numbers, true is 1.
 * PyTorch: `torch.tensor`. @throws ShapeError when the lists are ragged, TypeError for what is no number, or a `dtype` that is not there
 */
export function tensor(data: NestedNumbers, options: TensorOptions = {}): Tensor {
  const shape: number[] = [];
  for (let at: NestedNumbers | undefined = data; isList(at); at = at[0]) shape.push(at.length);
  const flat: number[] = [];
  let truths = 0;
  const collect = (x: NestedNumbers, axis: number): void => {
    const expected = shape[axis];
    const list = isList(x) ? x : undefined;
    if (!list && typeof x !== 'number' && typeof x !== 'boolean')
      throw new TypeError(`tensor() takes numbers, or true and false, in nested lists; got ${wordFor(x)}`);
    if (list?.length !== expected)
      throw new ShapeError(
        'the lists are ragged',
        expected === undefined ? 'a number' : `${expected} elements at axis ${axis}`,
        list ? `${list.length}` : 'a number',
      );
    if (list) for (const inner of list) collect(inner, axis + 1);
    else {
      if (typeof x === 'boolean') truths++;
      flat.push(Number(x));
    }
  };
  collect(data, 0);
  const isMask = truths > 0 && truths === flat.length;
  return fromArray(flat, shape, isMask ? { ...options, dtype: options.dtype ?? 'bool' } : options);
}

/**
 * A leaf from elements in row-major order. Without a `dtype` an Int32Array gives i32, whose elements a float could not hold; whatever
 * else gives floats. PyTorch: `torch.from_numpy(data).reshape(shape)`, but copied. @throws ShapeError, TypeError as `tensor`
 */
export function fromArray(data: ArrayLike<number>, shape: Shape, options: TensorOptions = {}): Tensor {
  requireList('fromArray()', data);
  requireSizes(shape);
  const context = options.context ?? defaultContext();
  const dtype = typeAsked(options.dtype, context) ?? (data instanceof Int32Array ? 'i32' : undefined);
  const value = context.kernels.upload(data, shape, dtype);
  return context.tensor(value, { requiresGrad: options.requiresGrad ?? false });
}

/** PyTorch: `torch.full`. @throws ShapeError, TypeError for a `dtype` that is not there */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  requireSizes(shape);
  const { context = defaultContext(), dtype, requiresGrad = false } = options;
  const type = typeAsked(dtype, context) ?? context.kernels.floatType;
  return context.tensor(context.kernels.full(shape, value, type), { requiresGrad });
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

/** Arrays, and typed ones. */
const isList = (x: unknown): x is readonly NestedNumbers[] =>
  Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));

/** @throws TypeError for a type that nothing in `context` computes with */
function typeAsked(dtype: DType | undefined, { kernels }: Context): DType | undefined {
  if (dtype === undefined || dtype === kernels.floatType || ['f32', 'i32', 'bool'].includes(dtype)) return dtype;
  throw new TypeError(`there is no dtype ${String(dtype)} here: there are f32, i32 and bool`);
}
