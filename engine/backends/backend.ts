import type { DType, FloatType, TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { PlannedWork, ReadyWork } from './calls.ts';
import type { Device } from './device.ts';

/**
 * A value that lives on a backend. Immutable but for `Backend.assign`; row-major and contiguous.
 * It is freed by the scope it was made in; nobody calls dispose.
 */
export interface NDArray {
  readonly shape: Shape;
  readonly dtype: DType;
  /** What the backend keeps its elements in; opaque to everyone else. */
  readonly storage: unknown;
}

/** An array, or a number that broadcasts as a scalar of the other operand's type. */
export type Operand = NDArray | number;

export type UnaryOp =
  | 'neg'
  | 'exp'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'abs'
  | 'sign'
  | 'sigmoid'
  | 'tanh'
  | 'erf'
  | 'reciprocal'
  | 'isnan'
  | 'not'
  | 'toFloat';
/** Comparisons yield `bool`; `maximum` and `minimum` pass NaN on, as PyTorch's do. */
export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'maximum'
  | 'minimum'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'eq'
  | 'ne';
/** `max` passes NaN on; `argmax` gives the first index (i32) over exactly one axis. `norm2` is sum of squares. */
export type ReduceOp = 'sum' | 'max' | 'min' | 'argmax' | 'sumsq';

/** What there is to say of the elements of an array, gathered in f64; on a GPU, which has none, in f32. */
export interface Tally {
  readonly finite: number;
  readonly zeros: number;
  /** Of the finite elements; infinities, the other way round, where there are none. */
  readonly low: number;
  readonly high: number;
  readonly sum: number;
  /** The sum of all squares, also of what is not finite. */
  readonly squares: number;
  /** Of the elements that are not finite; a NaN among them stays. */
  readonly rest: { readonly sum: number; readonly min: number; readonly max: number };
  /** The sum of (x − mean)² over the finite elements. */
  readonly deviations: number;
  /** Finite elements in equal slices of [low, high], the last one closed; all in the first where these are equal. */
  readonly bins: readonly number[];
}

/** A scope that was opened by hand. */
export interface OpenScope {
  /** Leaves an array to the scope around this one; where there is none, it lives until it is freed or forgotten. */
  keep(x: NDArray): void;
  /** Will it be freed when the scope closes? */
  owns(x: NDArray): boolean;
  close(): void;
}

/** A device that has been asked for so much work, in milliseconds, is waited for: Pause has to wait as long. */
export const LONGEST_BACKLOG = 40;

/**
 * The small interface that every device implements. All else (`Kernels`, operations, optimizers) is composition.
 * It is *not* an autograd layer and knows nothing of tapes. Calls enqueue and return at once; `read` is asynchronous.
 */
export interface Backend {
  readonly name: string;
  readonly device: Device;
  /** The type of floats: `f32` everywhere but in gradcheck. */
  readonly floatType: FloatType;

  upload(data: ArrayLike<number>, shape: Shape, dtype?: DType): NDArray;
  full(shape: Shape, value: number, dtype?: DType): NDArray;
  read(x: NDArray): Promise<TypedArray>;
  /** The elements at once, in `into` where that is given, of the same type and length; backends that cannot do so throw. */
  readSync(x: NDArray, into?: TypedArray): TypedArray;
  /** Those of many arrays, each in one `into`; absent where that takes as long as to read them one by one. */
  readAllSync?(arrays: readonly NDArray[], into: readonly TypedArray[]): void;
  /** Is no element of any NaN or infinite? Looks without making an array; backends that cannot tell at once throw. */
  finiteSync(...arrays: readonly NDArray[]): boolean;

  /**
   * Tallies the elements of arrays at once, with histograms of so many bins; a GPU does it in f32. Absent, or undefined for an array,
   * where they are to be read and tallied one by one: labels and masks, and on a CPU where one of them is NaN or infinite.
   */
  talliesSync?(arrays: readonly NDArray[], bins: number): readonly (Tally | undefined)[];

  unary(op: UnaryOp, x: NDArray): NDArray;
  binary(op: BinaryOp, a: Operand, b: Operand): NDArray;
  where(condition: NDArray, a: Operand, b: Operand): NDArray;
  /** Axes are normalised and sorted. Sums of f32 accumulate in f64. Empty sum is 0; empty max is an error. */
  reduce(op: ReduceOp, x: NDArray, axes: readonly number[], keepDims: boolean): NDArray;
  /** (…, M, K) × (…, K, N) → (…, M, N) with batch broadcasting; a transpose flag swaps that operand's last two axes. */
  matmul(a: NDArray, b: NDArray, transposeA: boolean, transposeB: boolean): NDArray;
  /** `out[i][j] = x[index[i][j]][j]` for axis 0, as `torch.gather`. */
  gather(x: NDArray, axis: number, index: NDArray): NDArray;
  /** Zeros of `shape` with `source` added at `index` along `axis`: the adjoint of gather. */
  scatterAdd(shape: Shape, axis: number, index: NDArray, source: NDArray): NDArray;
  permute(x: NDArray, axes: readonly number[]): NDArray;
  /** Same elements, another shape of equal size. */
  reshape(x: NDArray, shape: Shape): NDArray;
  broadcastTo(x: NDArray, shape: Shape): NDArray;
  /** Elements start…end (exclusive) of `axis`. */
  slice(x: NDArray, axis: number, start: number, end: number): NDArray;
  /** Rows of axis 0 in the order of `index` (a plain array): minibatches. */
  takeRows(x: NDArray, index: ArrayLike<number>): NDArray;
  copy(x: NDArray): NDArray;
  /** The only write: `target` takes the elements of `source` (same shape and type). */
  assign(target: NDArray, source: NDArray): void;

  /** Runs `body`; arrays made in it are freed afterwards, except those it returns through `keep`. */
  scope<T>(body: (keep: <A extends NDArray>(x: A) => A) => T): T;
  /**
   * Runs `body`, whose calls element by element may be done in one pass over memory: the same bits, sooner. What it makes is of
   * no use afterwards; what it assigns is.
   */
  fuse(body: () => void): void;
  /** Makes calls ready that will be made again and again. Absent where nothing is gained by it. */
  plan?(work: PlannedWork): ReadyWork;
  /** The numbers that ready work has collected since this was asked last. */
  collected?(): Float32Array;
  /** How long it will be at what it was asked for and nobody has waited for, in milliseconds, about; infinite where that is too much. */
  backlog?(): number;
  /** Opens a scope by hand (an iteration that is stepped through spans many calls); `close` frees. */
  openScope(): OpenScope;
  /** Frees an array kept beyond its scope (a parameter's old gradient). */
  free(x: NDArray): void;
  /** Live arrays and bytes: what tests assert and the status bar shows. */
  memory(): { arrays: number; bytes: number };
  /** Ends what it runs besides; its arrays are of no use afterwards. */
  close(): void;
}
