import type { NDArray } from '../backends/backend.ts';
import type { Axes } from '../backends/kernels.ts';
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
import { type DType, isFloat, type TypedArray } from '../tensor/dtype.ts';
import { formatShape, numel, type Shape, ShapeError } from '../tensor/shape.ts';
import type { Context } from './context.ts';
import type { TapeEntry } from './tape.ts';

/** Which output of which recorded operation a tensor is. */
export interface GradFn {
  readonly entry: TapeEntry;
  readonly output: number;
}

/** A tensor, or a number that broadcasts. */
export type TensorLike = Tensor | number;

/**
 * A value with a history. Methods have PyTorch's names in camelCase and its semantics; where PyTorch takes `dim`, these take
 * `axes` (a list, or null for all). Nothing is changed in place.
 */
export class Tensor {
  readonly context: Context;
  readonly value: NDArray;
  /** The operation that made it; null for a leaf. */
  readonly gradFn: GradFn | null;
  /** The summed gradient; null until a backward pass reaches this leaf. */
  grad: Tensor | null = null;
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
  /** The same value without its history. */
  detach(): Tensor {
    return new Tensor(this.context, this.value, false);
  }
  /** Runs the backward pass from here; `gradient` is needed unless this is a scalar. */
  backward(options: { readonly gradient?: Tensor; readonly retainGraph?: boolean } = {}): void {
    const steps = this.context.backward([this], {
      ...(options.gradient === undefined ? {} : { gradients: [options.gradient.value] }),
      retainGraph: options.retainGraph ?? false,
    });
    while (steps.next().done !== true);
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
  sum(axes: Axes = null, keepDims = false): Tensor {
    return this.apply(sum, { axes, keepDims });
  }
  mean(axes: Axes = null, keepDims = false): Tensor {
    return this.apply(mean, { axes, keepDims });
  }
  /** `torch.amax`: tied maxima share the gradient. */
  max(axes: Axes = null, keepDims = false): Tensor {
    return this.apply(max, { axes, keepDims });
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
  /** This where `condition` holds, else `other`. */
  where(condition: Tensor, other: TensorLike): Tensor {
    return condition.apply(where, {}, this, this.lift(other));
  }
  gather(dim: number, index: Tensor): Tensor {
    return this.apply(gather, { dim }, index);
  }

  private with(record: OpRecord, other: TensorLike): Tensor {
    return this.apply(record, {}, this.lift(other));
  }
  /** A number as a tensor of the type that it would have beside this one. */
  private lift(x: TensorLike): Tensor {
    if (typeof x !== 'number') return x;
    const dtype = isFloat(this.dtype) ? this.dtype : Number.isInteger(x) ? 'i32' : this.context.kernels.floatType;
    return new Tensor(this.context, this.context.kernels.full([], x, dtype), false);
  }
  private apply(record: OpRecord, attrs: Attributes = {}, ...others: readonly Tensor[]): Tensor {
    const [out] = this.context.apply(record, [this, ...others], attrs);
    if (out === undefined) throw new Error(`${record.name} has no output`);
    return out;
  }
}
