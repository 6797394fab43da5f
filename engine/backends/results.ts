import { type DType, type FloatType, isFloat } from '../tensor/dtype.ts';
import {
  broadcastShapes,
  formatShape,
  numel,
  reducedShape,
  type Shape,
  ShapeError,
  sameShape,
} from '../tensor/shape.ts';
import type { BinaryOp, NDArray, Operand, ReduceOp, UnaryOp } from './backend.ts';

/** What types and shapes a call gives, and which calls are refused: the same on every backend. */

const comparisons: ReadonlySet<BinaryOp> = new Set(['lt', 'le', 'gt', 'ge', 'eq', 'ne']);
export const isComparison = (op: BinaryOp): boolean => comparisons.has(op);

/** Whole numbers stay such where they can. */
export function unaryType(op: UnaryOp, x: NDArray, floatType: FloatType): DType {
  if (op === 'isnan' || op === 'not') return 'bool';
  const keeps = isFloat(x.dtype) || ((op === 'neg' || op === 'abs' || op === 'sign') && x.dtype === 'i32');
  return keeps ? x.dtype : floatType;
}

/** The type of a result: a float wins over i32, i32 over bool; a plain number takes the other operand's type. */
export function resultType(op: BinaryOp, a: Operand, b: Operand, floatType: FloatType): DType {
  if (comparisons.has(op)) return 'bool';
  const types = [a, b].filter((x) => typeof x !== 'number').map((x) => x.dtype);
  const float = types.find(isFloat);
  if (float !== undefined) return types.includes('f64') ? 'f64' : float;
  return op !== 'div' && op !== 'pow' && types.includes('i32') ? 'i32' : floatType;
}

/** What a reduction gives, and of how many elements each result is made. @throws ShapeError for an extreme of nothing */
export function reduced(
  op: ReduceOp,
  x: NDArray,
  axes: readonly number[],
  keepDims: boolean,
): { readonly shape: Shape; readonly dtype: DType; readonly count: number } {
  const shape = reducedShape(x.shape, axes, keepDims);
  const count = numel(axes.map((axis) => x.shape[axis] ?? 1));
  if (count === 0 && numel(shape) > 0 && op !== 'sum' && op !== 'sumsq')
    throw new ShapeError(`${op} of nothing`, 'at least one element along every reduced axis', '0');
  return { shape, dtype: op === 'argmax' || (op === 'sum' && x.dtype === 'bool') ? 'i32' : x.dtype, count };
}

/** How the operands of a product are read. */
export interface ProductSizes {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batchA: Shape;
  readonly batchB: Shape;
  readonly batch: Shape;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** @throws ShapeError where the operands cannot be multiplied */
export function productSizes(a: Shape, b: Shape, transposeA: boolean, transposeB: boolean): ProductSizes {
  const [ar = 0, ac = 0] = a.slice(-2);
  const [br = 0, bc = 0] = b.slice(-2);
  const [m, k] = transposeA ? [ac, ar] : [ar, ac];
  const [kb, n] = transposeB ? [bc, br] : [br, bc];
  if (k !== kb || a.length < 2 || b.length < 2)
    throw new ShapeError(
      `cannot multiply ${formatShape(a)} by ${formatShape(b)}`,
      `inner sizes that agree`,
      `${k} and ${kb}`,
    );
  const batchA = a.slice(0, -2);
  const batchB = b.slice(0, -2);
  return { m, n, k, batchA, batchB, batch: broadcastShapes(batchA, batchB), transposeA, transposeB };
}

/** @throws ShapeError unless the data fill the shape */
export function requireFilled(data: ArrayLike<number>, shape: Shape): void {
  if (data.length !== numel(shape))
    throw new ShapeError(`the data do not fill ${formatShape(shape)}`, `${numel(shape)} elements`, `${data.length}`);
}

/** @throws ShapeError unless the shape has as many elements */
export function requireAsMany(x: NDArray, shape: Shape): void {
  if (numel(shape) !== numel(x.shape))
    throw new ShapeError(
      `cannot reshape ${formatShape(x.shape)} to ${formatShape(shape)}`,
      `${numel(x.shape)} elements`,
      `${numel(shape)}`,
    );
}

/** The shape of a slice. @throws ShapeError beyond the ends of the axis */
export function slicedShape(x: NDArray, axis: number, start: number, end: number): Shape {
  const size = x.shape[axis] ?? 1;
  if (start < 0 || end > size || start > end)
    throw new ShapeError(
      `cannot slice axis ${axis} of ${formatShape(x.shape)}`,
      `0 ≤ start ≤ end ≤ ${size}`,
      `${start}:${end}`,
    );
  return x.shape.map((d, i) => (i === axis ? end - start : d));
}

/** An index that leads somewhere along an axis of `size`. @throws ShapeError */
export function checkedIndex(value: number | undefined, size: number): number {
  if (value === undefined || !Number.isInteger(value) || value < 0 || value >= size)
    throw new ShapeError(`index ${value} is out of range`, `a whole number from 0 to ${size - 1}`, `${value}`);
  return value;
}

/** @throws ShapeError unless `target` can take the elements of `source` */
export function requireAlike(target: NDArray, source: NDArray): void {
  if (!sameShape(target.shape, source.shape) || target.dtype !== source.dtype)
    throw new ShapeError(
      'assign',
      `${formatShape(target.shape)} ${target.dtype}`,
      `${formatShape(source.shape)} ${source.dtype}`,
    );
}
