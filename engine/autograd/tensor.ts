import type { NDArray, Operand } from '../backends/backend.ts';
import type { Axes, Kernels } from '../backends/kernels.ts';
import { abs } from '../ops/abs.ts';
import { add } from '../ops/add.ts';
import { clamp } from '../ops/clamp.ts';
import { div } from '../ops/div.ts';
import { eq } from '../ops/eq.ts';
import { exp } from '../ops/exp.ts';
import { gather } from '../ops/gather.ts';
import { ge } from '../ops/ge.ts';
import { gelu } from '../ops/gelu.ts';
import { gt } from '../ops/gt.ts';
import { le } from '../ops/le.ts';
import { leakyRelu } from '../ops/leakyRelu.ts';
import { log } from '../ops/log.ts';
import { log1p } from '../ops/log1p.ts';
import { logSoftmax } from '../ops/logSoftmax.ts';
import { lt } from '../ops/lt.ts';
import { matmul } from '../ops/matmul.ts';
import { max } from '../ops/max.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { ne } from '../ops/ne.ts';
import { neg } from '../ops/neg.ts';
import type { Attributes, OpRecord } from '../ops/op.ts';
import { pow } from '../ops/pow.ts';
import { relu } from '../ops/relu.ts';
import { reshape } from '../ops/reshape.ts';
import { sigmoid } from '../ops/sigmoid.ts';
import { softmax } from '../ops/softmax.ts';
import { sqrt } from '../ops/sqrt.ts';
import { sub } from '../ops/sub.ts';
import { sum } from '../ops/sum.ts';
import { tanh } from '../ops/tanh.ts';
import { transpose } from '../ops/transpose.ts';
import { where } from '../ops/where.ts';
import { type DType, isFloat, type TypedArray, typeBeside } from '../tensor/dtype.ts';
import { inspected } from '../tensor/inspected.ts';
import { formatShape, normalizeAxis, numel, type Shape, ShapeError } from '../tensor/shape.ts';
import type { Context } from './context.ts';
import type { NestedNumbers } from './create.ts';
import { requireList } from './given.ts';
import { requireChangeable, type ScaledOptions, scaled } from './in_place.ts';
import { nested } from './nested.ts';
import type { TapeEntry } from './tape.ts';
import { tensorText } from './tensor_text.ts';

/** Which output of which recorded operation a tensor is. */
export interface GradFn {
  readonly entry: TapeEntry;
  readonly output: number;
}

/** A tensor, or a number that broadcasts. */
export type TensorLike = Tensor | number;

/**
 * A value with a history. Methods have PyTorch's names in camelCase and its semantics; where PyTorch takes `dim`, reductions
 * take `axes` (one, a list, or null for all). Nothing is changed in place but by the methods whose names end in `_`.
 */
export class Tensor {
  readonly context: Context;
  /** The operation that made it; null for a leaf. */
  readonly gradFn: GradFn | null;
  /** The summed gradient; null until a backward pass reaches this leaf. */
  grad: Tensor | null = null;
  /** Its elements on the backend. */
  readonly value: NDArray;
  private tracked: boolean;

  constructor(context: Context, value: NDArray, requiresGrad: boolean, gradFn: GradFn | null = null) {
    if (requiresGrad && !isFloat(value.dtype))
      throw new Error(`only floats can require a gradient, not ${value.dtype}`);
    this.context = context;
    this.value = value;
    this.tracked = requiresGrad;
    this.gradFn = gradFn;
  }

  get shape(): Shape {
    return this.value.shape;
  }
  get dtype(): DType {
    return this.value.dtype;
  }
  get requiresGrad(): boolean {
    return this.tracked;
  }
  get isLeaf(): boolean {
    return this.gradFn === null;
  }
  /** Sets `requiresGrad` of a leaf, in place. */
  requiresGrad_(value = true): this {
    if (!this.isLeaf) throw new Error('requiresGrad can be changed on leaves only: detach() first');
    this.tracked = value;
    return this;
  }

  /** The only element. @throws ShapeError when there are more or none */
  item(): number {
    const [first] = this.data();
    if (first === undefined || numel(this.shape) !== 1)
      throw new ShapeError('item() reads a single number', 'one element', formatShape(this.shape));
    return first;
  }
  /** The elements in row-major order, copied. Backends that cannot read at once throw: use `read`. */
  data(): TypedArray {
    return this.context.kernels.backend.readSync(this.value);
  }
  read(): Promise<TypedArray> {
    return this.context.kernels.backend.read(this.value);
  }
  /**
   * What it is, as PyTorch's `repr` says it: `tensor([1.0000, 2.5000], gradFn=<MulBackward>)`. Four digits; past 1000 elements those at
   * the ends; the type where it is not f32. A device is waited for. Never throws: where elements cannot be read, as those that were
   * freed, it says so. `console.log(x)` of Node prints it too.
   */
  toString(): string {
    return tensorText(this);
  }
  [inspected](): string {
    return this.toString();
  }
  /**
   * Its elements in lists that are nested as the axes are: `JSON.stringify(x)` gives what `tensor` reads. JSON has no NaN and no
   * infinity: they become null. @throws as `data`. PyTorch: `tolist`.
   */
  toJSON(): NestedNumbers {
    return nested(this.data(), this.shape, this.dtype);
  }
  /** The same elements without their history. */
  detach(): Tensor {
    return new Tensor(this.context, this.value, false);
  }
  /** Runs the backward pass from here; a gradient is needed unless this is a scalar, alone or as `gradient` among options. */
  backward(given: Tensor | { readonly gradient?: Tensor; readonly retainGraph?: boolean } = {}): void {
    const { gradient, retainGraph = false } = given instanceof Tensor ? { gradient: given } : given;
    const steps = this.context.backward([this], {
      ...(gradient === undefined ? {} : { gradients: [gradient.value] }),
      retainGraph,
      ownGradients: true,
    });
    while (steps.next().done !== true);
  }
  /** Elements of its own, through which gradients pass. */
  clone(): Tensor {
    if (this.requiresGrad && this.context.gradEnabled) return this.mul(1);
    return new Tensor(this.context, this.context.kernels.copy(this.value), false);
  }
  /** Whole numbers and masks as floats (true is 1); floats as they are. */
  float(): Tensor {
    return isFloat(this.dtype) ? this : new Tensor(this.context, this.context.kernels.toFloat(this.value), false);
  }

  add(other: TensorLike): Tensor {
    return this.with(add, other);
  }
  sub(other: TensorLike): Tensor {
    return this.with(sub, other);
  }
  mul(other: TensorLike): Tensor {
    return this.with(mul, other);
  }
  div(other: TensorLike): Tensor {
    return this.with(div, other);
  }
  pow(exponent: TensorLike): Tensor {
    return typeof exponent === 'number' ? this.apply(pow, { exponent }) : this.with(pow, exponent);
  }
  lt(other: TensorLike): Tensor {
    return this.with(lt, other);
  }
  le(other: TensorLike): Tensor {
    return this.with(le, other);
  }
  gt(other: TensorLike): Tensor {
    return this.with(gt, other);
  }
  ge(other: TensorLike): Tensor {
    return this.with(ge, other);
  }
  eq(other: TensorLike): Tensor {
    return this.with(eq, other);
  }
  ne(other: TensorLike): Tensor {
    return this.with(ne, other);
  }
  neg(): Tensor {
    return this.apply(neg);
  }
  exp(): Tensor {
    return this.apply(exp);
  }
  log(): Tensor {
    return this.apply(log);
  }
  log1p(): Tensor {
    return this.apply(log1p);
  }
  sqrt(): Tensor {
    return this.apply(sqrt);
  }
  abs(): Tensor {
    return this.apply(abs);
  }
  relu(): Tensor {
    return this.apply(relu);
  }
  sigmoid(): Tensor {
    return this.apply(sigmoid);
  }
  tanh(): Tensor {
    return this.apply(tanh);
  }
  gelu(): Tensor {
    return this.apply(gelu);
  }
  leakyRelu(negativeSlope = 0.01): Tensor {
    return this.apply(leakyRelu, { negativeSlope });
  }
  softmax(dim: number): Tensor {
    return this.apply(softmax, { dim });
  }
  logSoftmax(dim: number): Tensor {
    return this.apply(logSoftmax, { dim });
  }
  /** A bound that is null does not limit. */
  clamp(min: number | null, max: number | null = null): Tensor {
    return this.apply(clamp, { min, max });
  }
  sum(axes: number | Axes = null, keepDims = false): Tensor {
    return this.apply(sum, { axes: distinct(axes, this.shape.length), keepDims });
  }
  mean(axes: number | Axes = null, keepDims = false): Tensor {
    return this.apply(mean, { axes: distinct(axes, this.shape.length), keepDims });
  }
  /** `torch.amax`: tied maxima share the gradient. */
  max(axes: number | Axes = null, keepDims = false): Tensor {
    return this.apply(max, { axes: distinct(axes, this.shape.length), keepDims });
  }
  /** (…, M, K) × (…, K, N) → (…, M, N); vectors as in `torch.matmul`. */
  matmul(other: Tensor, flags: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {}): Tensor {
    return this.apply(matmul, flags, other);
  }
  transpose(axis0: number, axis1: number): Tensor {
    return this.apply(transpose, { axis0, axis1 });
  }
  /** One size may be −1. */
  reshape(shape: Shape): Tensor {
    return this.apply(reshape, { shape });
  }
  /** Joins all axes from `startDim` on: (N, a, b) → (N, a·b) for 1. */
  flatten(startDim = 0): Tensor {
    const from = normalizeAxis(startDim, Math.max(1, this.shape.length));
    return this.reshape([...this.shape.slice(0, from), numel(this.shape.slice(from))]);
  }
  /** (M, N) → (N, M). @throws ShapeError unless there are two axes */
  t(): Tensor {
    if (this.shape.length !== 2) throw new ShapeError('t() turns a matrix', 'two axes', formatShape(this.shape));
    return this.transpose(0, 1);
  }
  /**
   * The rows of axis 0 at these places, in their order: (N, …) → (rows.length, …). What minibatches are cut with; PyTorch: `x[rows]`.
   * @throws Error where a gradient would have to pass, ShapeError for a row that is not there, TypeError for what is no list
   */
  takeRows(rows: ArrayLike<number>): Tensor {
    requireList('takeRows()', rows);
    if (this.requiresGrad && this.context.gradEnabled)
      throw new Error('takeRows() passes no gradient: call detach() first, or use gather()');
    return new Tensor(this.context, this.context.kernels.takeRows(this.value, rows), false);
  }
  /** Places (i32) of the first largest elements along an axis. */
  argmax(dim: number, keepDims = false): Tensor {
    return new Tensor(this.context, this.context.kernels.argmax(this.value, dim, keepDims), false);
  }
  /** This where `condition` holds, else `other`. */
  where(condition: Tensor, other: TensorLike): Tensor {
    return condition.apply(where, {}, this, this.lift(other));
  }
  gather(dim: number, index: Tensor): Tensor {
    return this.apply(gather, { dim }, index);
  }

  /** this ← this + alpha · other; as `x += other`. Null is the gradient of what no pass has used: nothing changes. @throws Error where autograd would have to know of it, ShapeError */
  add_(other: TensorLike | null, { alpha = 1 }: ScaledOptions = {}): this {
    return other === null ? this : this.change('add_', other, (k, x, y) => k.add(x, scaled(k, y, alpha)));
  }
  /** this ← this − alpha · other: `noGrad(() => w.sub_(w.grad, { alpha: lr }))`. @throws Error, ShapeError as `add_` */
  sub_(other: TensorLike | null, { alpha = 1 }: ScaledOptions = {}): this {
    return other === null ? this : this.change('sub_', other, (k, x, y) => k.sub(x, scaled(k, y, alpha)));
  }
  /** this ← this · other. @throws Error, ShapeError as `add_` */
  mul_(other: TensorLike): this {
    return this.change('mul_', other, (k, x, y) => k.mul(x, y));
  }
  /** this ← this / other. @throws Error, ShapeError as `add_` */
  div_(other: TensorLike): this {
    return this.change('div_', other, (k, x, y) => k.div(x, y));
  }
  /** this ← 0: `w.grad.zero_()`. @throws Error as `add_` */
  zero_(): this {
    return this.change('zero_', 0, (k, x) => k.zerosLike(x));
  }
  /** Takes the elements of a tensor of the same shape and type. @throws Error, ShapeError as `add_` */
  copy_(source: Tensor): this {
    return this.change('copy_', source, (_k, x, y) => (typeof y === 'number' ? x : y));
  }

  private change(name: string, other: TensorLike, made: (k: Kernels, x: NDArray, y: Operand) => NDArray): this {
    requireChangeable(name, this, other);
    const { kernels } = this.context;
    const { backend } = kernels;
    const operand = typeof other === 'number' ? other : other.value;
    backend.scope(() => backend.fuse(() => kernels.assign(this.value, made(kernels, this.value, operand))));
    this.context.wrote(this.value);
    return this;
  }
  private with(record: OpRecord, other: TensorLike): Tensor {
    return this.apply(record, {}, this.lift(other));
  }
  /** A number as a tensor of the type that it would have beside this one. */
  private lift(x: TensorLike): Tensor {
    if (typeof x !== 'number') return x;
    const { kernels } = this.context;
    return new Tensor(this.context, kernels.full([], x, typeBeside(x, this.dtype, kernels.floatType)), false);
  }
  private apply(record: OpRecord, attrs: Attributes = {}, ...others: readonly Tensor[]): Tensor {
    const [out] = this.context.apply(record, [this, ...others], attrs);
    if (out === undefined) throw new Error(`${record.name} has no output`);
    return out;
  }
}

/** The axes of a reduction, as a list; null for all. @throws ShapeError where one is named twice */
function distinct(axes: number | Axes, rank: number): Axes {
  // PyTorch takes an empty list for all axes.
  const all = typeof axes === 'number' ? [axes] : axes?.length === 0 ? null : axes;
  const places = all?.map((axis) => normalizeAxis(axis, rank)) ?? [];
  const again = places.find((axis, i) => places.indexOf(axis) !== i);
  if (again === undefined) return all;
  throw new ShapeError(`axis ${again} is named twice`, 'each axis once', `[${places.join(', ')}]`);
}
