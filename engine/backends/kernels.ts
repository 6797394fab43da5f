import { type DType, type FloatType, isFloat } from '../tensor/dtype.ts';
import { countAlong, normalizeAxes, normalizeAxis, type Shape, sameShape } from '../tensor/shape.ts';
import type { Backend, BinaryOp, NDArray, Operand, UnaryOp } from './backend.ts';

/** A list of axes; null or undefined stands for all of them. Negative axes count from the end. */
export type Axes = readonly number[] | null | undefined;

/** What operations and optimizers compute with: the backend's primitives by name, and their compositions. */
export class Kernels {
  readonly backend: Backend;
  constructor(backend: Backend) {
    this.backend = backend;
  }
  get floatType(): FloatType {
    return this.backend.floatType;
  }

  readonly add = this.binaryOf('add');
  readonly sub = this.binaryOf('sub');
  readonly mul = this.binaryOf('mul');
  readonly div = this.binaryOf('div');
  readonly pow = this.binaryOf('pow');
  readonly maximum = this.binaryOf('maximum');
  readonly minimum = this.binaryOf('minimum');
  readonly lt = this.binaryOf('lt');
  readonly le = this.binaryOf('le');
  readonly gt = this.binaryOf('gt');
  readonly ge = this.binaryOf('ge');
  readonly eq = this.binaryOf('eq');
  readonly ne = this.binaryOf('ne');

  readonly neg = this.unaryOf('neg');
  readonly exp = this.unaryOf('exp');
  readonly log = this.unaryOf('log');
  readonly log1p = this.unaryOf('log1p');
  readonly sqrt = this.unaryOf('sqrt');
  readonly abs = this.unaryOf('abs');
  readonly sign = this.unaryOf('sign');
  readonly sigmoid = this.unaryOf('sigmoid');
  readonly tanh = this.unaryOf('tanh');
  readonly erf = this.unaryOf('erf');
  readonly reciprocal = this.unaryOf('reciprocal');
  readonly isnan = this.unaryOf('isnan');
  readonly not = this.unaryOf('not');

  /** Floats as they are; `i32` and `bool` become floats (true is 1). */
  toFloat(x: NDArray): NDArray {
    return isFloat(x.dtype) ? x : this.backend.unary('toFloat', x);
  }
  square(x: NDArray): NDArray {
    return this.mul(x, x);
  }
  /** Elements of `a` where `condition` holds, else of `b`; all three broadcast. */
  where(condition: NDArray, a: Operand, b: Operand): NDArray {
    return this.backend.where(condition, a, b);
  }

  upload(data: ArrayLike<number>, shape: Shape, dtype?: DType): NDArray {
    return this.backend.upload(data, shape, dtype);
  }
  full(shape: Shape, value: number, dtype?: DType): NDArray {
    return this.backend.full(shape, value, dtype);
  }
  zeros(shape: Shape, dtype?: DType): NDArray {
    return this.full(shape, 0, dtype);
  }
  ones(shape: Shape, dtype?: DType): NDArray {
    return this.full(shape, 1, dtype);
  }
  zerosLike(x: NDArray): NDArray {
    return this.full(x.shape, 0, x.dtype);
  }
  onesLike(x: NDArray): NDArray {
    return this.full(x.shape, 1, x.dtype);
  }
  copy(x: NDArray): NDArray {
    return this.backend.copy(x);
  }
  assign(target: NDArray, source: NDArray): void {
    this.backend.assign(target, source);
  }

  sum(x: NDArray, axes?: Axes, keepDims = false): NDArray {
    return this.backend.reduce('sum', x, this.axes(x, axes), keepDims);
  }
  /** Of nothing: NaN, as in PyTorch. */
  mean(x: NDArray, axes?: Axes, keepDims = false): NDArray {
    const over = this.axes(x, axes);
    return this.div(this.backend.reduce('sum', x, over, keepDims), countAlong(x.shape, over));
  }
  max(x: NDArray, axes?: Axes, keepDims = false): NDArray {
    return this.backend.reduce('max', x, this.axes(x, axes), keepDims);
  }
  min(x: NDArray, axes?: Axes, keepDims = false): NDArray {
    return this.backend.reduce('min', x, this.axes(x, axes), keepDims);
  }
  /** Sum of squares. */
  sumsq(x: NDArray, axes?: Axes, keepDims = false): NDArray {
    return this.backend.reduce('sumsq', x, this.axes(x, axes), keepDims);
  }
  /** Index (i32) of the first maximum along `axis`. */
  argmax(x: NDArray, axis: number, keepDims = false): NDArray {
    return this.backend.reduce('argmax', x, [normalizeAxis(axis, x.shape.length)], keepDims);
  }

  /** (…, M, K) × (…, K, N); a flag swaps the last two axes of its operand. */
  matmul(
    a: NDArray,
    b: NDArray,
    flags: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
  ): NDArray {
    // Masks and whole numbers beside floats count as floats.
    const [x, y] = isFloat(a.dtype) === isFloat(b.dtype) ? [a, b] : [this.toFloat(a), this.toFloat(b)];
    return this.backend.matmul(x, y, flags.transposeA ?? false, flags.transposeB ?? false);
  }

  reshape(x: NDArray, shape: Shape): NDArray {
    return sameShape(x.shape, shape) ? x : this.backend.reshape(x, shape);
  }
  permute(x: NDArray, axes: readonly number[]): NDArray {
    return this.backend.permute(x, axes);
  }
  /** Swaps two axes. */
  transpose(x: NDArray, axis0: number, axis1: number): NDArray {
    const axes = x.shape.map((_, i) => i);
    const a = normalizeAxis(axis0, axes.length);
    const b = normalizeAxis(axis1, axes.length);
    return this.backend.permute(
      x,
      axes.map((i) => (i === a ? b : i === b ? a : i)),
    );
  }
  slice(x: NDArray, axis: number, start: number, end: number): NDArray {
    return this.backend.slice(x, axis, start, end);
  }
  takeRows(x: NDArray, index: ArrayLike<number>): NDArray {
    return this.backend.takeRows(x, index);
  }
  /** @throws TypeError unless the index holds whole numbers */
  gather(x: NDArray, axis: number, index: NDArray): NDArray {
    return this.backend.gather(x, normalizeAxis(axis, x.shape.length), places(index));
  }
  scatterAdd(shape: Shape, axis: number, index: NDArray, source: NDArray): NDArray {
    return this.backend.scatterAdd(shape, normalizeAxis(axis, shape.length), places(index), source);
  }
  /** Rows of `classes` floats, 1 at the label and else 0. */
  oneHot(labels: NDArray, classes: number): NDArray {
    const column = this.reshape(labels, [...labels.shape, 1]);
    return this.scatterAdd([...labels.shape, classes], -1, column, this.ones(column.shape, this.floatType));
  }
  broadcastTo(x: NDArray, shape: Shape): NDArray {
    return sameShape(x.shape, shape) ? x : this.backend.broadcastTo(x, shape);
  }
  /** The adjoint of broadcasting: sums `x` over the axes along which `shape` was expanded to reach it. */
  sumTo(x: NDArray, shape: Shape): NDArray {
    if (sameShape(x.shape, shape)) return x;
    const added = x.shape.length - shape.length;
    const axes = x.shape.map((_, i) => i).filter((i) => i < added || (shape[i - added] === 1 && x.shape[i] !== 1));
    return this.reshape(this.backend.reduce('sum', x, axes, true), shape);
  }
  /**
   * The adjoint of a reduction: puts back the axes that it removed and expands to `shape`.
   * `reduced` has the shape of the reduction's output.
   */
  expandReduced(reduced: NDArray, shape: Shape, axes: Axes, keepDims: boolean): NDArray {
    return this.broadcastTo(this.keptDims(reduced, shape, axes, keepDims), shape);
  }
  /** `reduced` with every reduced axis of `shape` present as size 1. */
  keptDims(reduced: NDArray, shape: Shape, axes: Axes, keepDims: boolean): NDArray {
    if (keepDims) return reduced;
    const over = normalizeAxes(axes ?? undefined, shape.length);
    return this.reshape(
      reduced,
      shape.map((d, i) => (over.includes(i) ? 1 : d)),
    );
  }

  private axes(x: NDArray, axes: Axes): number[] {
    return normalizeAxes(axes ?? undefined, x.shape.length);
  }
  private unaryOf(op: UnaryOp): (x: NDArray) => NDArray {
    return (x) => this.backend.unary(op, x);
  }
  private binaryOf(op: BinaryOp): (a: Operand, b: Operand) => NDArray {
    return (a, b) => this.backend.binary(op, a, b);
  }
}

/** What labels and indices are, wherever they come from: whole numbers. @throws TypeError */
function places(index: NDArray): NDArray {
  if (index.dtype === 'i32') return index;
  throw new TypeError(
    `labels and indices are whole numbers, i32, not ${index.dtype}: make them with tensor(…, { dtype: 'i32' })`,
  );
}
