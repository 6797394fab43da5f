import { broadcastShapes, numel, reducedShape, type Shape, sameShape } from '../../tensor/shape.ts';
import { Arena, StoredArray } from '../arena.ts';
import type { Backend, NDArray, Operand } from '../backend.ts';
import type { Device } from '../device.ts';
import { createHostBackend } from '../reference/reference.ts';
import { productSizes, resultType } from '../results.ts';
import { Elementwise } from './elementwise.ts';
import { Fusion } from './fusion.ts';
import { type FloatRule, type MaskRule, maskRules } from './lanes.ts';
import { Launcher } from './launcher.ts';
import { Library } from './library.ts';
import { Products } from './matmul.ts';
import { LinearMemory } from './memory.ts';
import { makeReady, type PlanTools } from './plan.ts';
import { Pool, type StartThread } from './pool.ts';
import { Reductions } from './reduce.ts';
import { Tallies } from './tally.ts';

export interface WasmOptions {
  /** Relaxed SIMD where it is there: a product and a sum in one rounding. */
  readonly relaxed?: boolean;
  /** Are tiles of 16 columns faster than those of 8? Asked when the first large product comes; tiles do not change a bit. */
  readonly wide?: () => boolean;
  /** How many threads share large kernels; without `startThread`, or where memory cannot be shared, one. */
  readonly threads?: number;
  readonly startThread?: StartThread;
  /** Memory that threads can share; by default where the surroundings allow it. */
  readonly shared?: boolean;
  /** Bytes that its arrays may take; by default all that 32-bit addresses reach. */
  readonly most?: number;
}

export interface WasmBackend extends Backend {
  /** How many threads share large kernels by now; others are still being started. */
  readonly threads: number;
  /** Parts of kernels that threads other than the calling one have done so far. */
  readonly partsByOthers: number;
  /** Bytes of WebAssembly memory, which never shrinks. */
  readonly reserved: number;
}

const canShare = typeof SharedArrayBuffer !== 'undefined';

/** What a backend of these options computes on: known before it is there and has started threads. */
export const wasmDevice = ({ relaxed = true, threads = 1, startThread, shared = canShare }: WasmOptions): Device => ({
  name: 'cpu',
  simd: relaxed ? 'relaxed' : 'plain',
  threads: shared && startThread !== undefined ? threads : 1,
});

/**
 * The CPU at its limit: WebAssembly SIMD kernels, assembled when they are first needed. What has no kernel is computed by the
 * reference backend's functions, on the same memory.
 */
export function createWasmBackend(options: WasmOptions = {}): WasmBackend {
  const { relaxed = true, wide = () => false, threads = 1, startThread, shared = canShare, most } = options;
  const memory = new LinearMemory(shared, most);
  const arena = new Arena(memory);
  memory.onFull = () => arena.drain();
  const library = new Library(memory);
  const pool = new Pool(memory, library, threads - 1, startThread);
  const launcher = new Launcher(memory, pool);
  const elementwise = new Elementwise(library, memory, launcher);
  const fusion = new Fusion(arena, elementwise);
  const reductions = new Reductions(library, memory, launcher);
  const tallies = new Tallies(library, memory);
  const products = new Products({ library, memory, arena, launcher }, { relaxed, wide });
  const host = inTurn(createHostBackend('wasm', 'f32', arena), { arena, fusion, launcher });

  const floats = (rule: FloatRule, shape: Shape, operands: readonly Operand[]): NDArray => {
    const gathered = fusion.take(rule, shape, operands);
    if (gathered !== undefined) return gathered;
    const out = arena.make(shape, 'f32');
    elementwise.run(rule, operands.map(given), out);
    return out;
  };
  const masks = (rule: MaskRule, shape: Shape, operands: readonly Operand[]): NDArray => {
    const gathered = fusion.take(rule, shape, operands);
    if (gathered !== undefined) return gathered;
    const out = arena.make(shape, 'bool');
    elementwise.run(rule, operands.map(given), out);
    return out;
  };

  /** What only stands elsewhere or is repeated: multiplied by one, which changes no bit. */
  const repeated = (x: NDArray, shape: Shape): NDArray | undefined =>
    isF32(x) ? floats('mul', shape, [x, 1]) : undefined;

  const backend: WasmBackend = {
    ...host,
    device: wasmDevice(options),
    get threads() {
      return pool.size;
    },
    get partsByOthers() {
      return pool.doneByOthers;
    },
    get reserved() {
      return memory.buffer.byteLength;
    },
    full: (shape, value, dtype = 'f32') =>
      (dtype === 'f32' ? fusion.take('mul', shape, [value, 1]) : undefined) ?? host.full(shape, value, dtype),
    unary(op, x) {
      if (x.dtype === 'f64' || (x.dtype === 'i32' && op !== 'toFloat')) return host.unary(op, x);
      return isMaskRule(op) ? masks(op, x.shape, [x]) : floats(op, x.shape, [x]);
    },
    binary(op, a, b) {
      // The square is what powers are raised to most; others are JavaScript's.
      if (op === 'pow') return b === 2 && isF32(a) ? floats('mul', a.shape, [a, a]) : host.binary(op, a, b);
      if (!(isF32(a) || isF32(b)) || isF64(a) || isF64(b)) return host.binary(op, a, b);
      const shape = shapeOfBoth(a, b);
      return isMaskRule(op) ? masks(op, shape, [a, b]) : floats(op, shape, [a, b]);
    },
    where(condition, a, b) {
      if (resultType('add', a, b, 'f32') !== 'f32' || condition.dtype === 'f64') return host.where(condition, a, b);
      const shape = broadcastShapes(condition.shape, shapeOf(a), shapeOf(b));
      return floats('where', shape, [condition, a, b]);
    },
    reshape: (x, shape) => (numel(x.shape) === numel(shape) ? repeated(x, shape) : undefined) ?? host.reshape(x, shape),
    broadcastTo: (x, shape) => (reaches(x.shape, shape) ? repeated(x, shape) : undefined) ?? host.broadcastTo(x, shape),
    copy: (x) => repeated(x, x.shape) ?? host.copy(x),
    reduce(op, x, axes, keepDims) {
      const around = op === 'argmax' || x.dtype !== 'f32' ? undefined : aroundAxes(x.shape, axes);
      const empty = around?.count === 0 && (op === 'max' || op === 'min');
      if (around === undefined || op === 'argmax' || empty) return host.reduce(op, x, axes, keepDims);
      fusion.settle();
      const out = arena.make(reducedShape(x.shape, axes, keepDims), 'f32');
      reductions.run(op, own(x), out, around.outer, around.count, around.inner);
      return out;
    },
    matmul(a, b, transposeA, transposeB) {
      if (a.dtype !== 'f32' || b.dtype !== 'f32') return host.matmul(a, b, transposeA, transposeB);
      fusion.settle();
      const sizes = productSizes(a.shape, b.shape, transposeA, transposeB);
      const out = arena.make([...sizes.batch, sizes.m, sizes.n], 'f32');
      products.run(own(a), own(b), out, sizes);
      return out;
    },
    finiteSync(...arrays) {
      fusion.settle();
      return arrays.every((x) => (x.dtype === 'f32' ? reductions.finite(own(x), numel(x.shape)) : host.finiteSync(x)));
    },
    talliesSync(arrays, bins) {
      fusion.settle();
      return arrays.map((x) => (x.dtype === 'f32' ? tallies.of(own(x), bins) : undefined));
    },
    assign(target, source) {
      if (!fusion.assign(own(target), own(source))) host.assign(target, source);
    },
    fuse: (body) => fusion.within(body),
    plan: (work) => makeReady(work, backend, { arena, fusion, launcher, memory, pool }),
    close: () => pool.close(),
  };
  return backend;
}

/**
 * A backend that does what it is asked in its turn: when what was gathered is computed, and where work is noted for later, when it is
 * done.
 */
function inTurn(host: Backend, { arena, fusion, launcher }: Pick<PlanTools, 'arena' | 'fusion' | 'launcher'>): Backend {
  const looks =
    <Given extends readonly unknown[], Result>(call: (...given: Given) => Result) =>
    (...given: Given): Result => {
      fusion.settle();
      return call(...given);
    };
  const makes =
    <Given extends readonly unknown[]>(call: (...given: Given) => NDArray, settles = true) =>
    (...given: Given): NDArray => {
      if (settles) fusion.settle();
      if (!launcher.isNoting) return call(...given);
      const target = arena.claimed();
      launcher.work(() => arena.into(target, () => call(...given)));
      return target;
    };
  return {
    ...host,
    read: looks(host.read),
    readSync: looks(host.readSync),
    finiteSync: looks(host.finiteSync),
    upload: makes(host.upload, false),
    full: makes(host.full, false),
    unary: makes(host.unary),
    binary: makes(host.binary),
    where: makes(host.where),
    reduce: makes(host.reduce),
    matmul: makes(host.matmul),
    gather: makes(host.gather),
    scatterAdd: makes(host.scatterAdd),
    permute: makes(host.permute),
    reshape: makes(host.reshape),
    broadcastTo: makes(host.broadcastTo),
    slice: makes(host.slice),
    takeRows: makes(host.takeRows),
    copy: makes(host.copy),
    assign(target, source) {
      fusion.settle();
      launcher.work(() => host.assign(target, source));
    },
  };
}

const NO_SHAPE: Shape = [];
const shapeOf = (x: Operand): Shape => (typeof x === 'number' ? NO_SHAPE : x.shape);
function shapeOfBoth(a: Operand, b: Operand): Shape {
  if (typeof a === 'number') return shapeOf(b);
  if (typeof b === 'number' || sameShape(a.shape, b.shape)) return a.shape;
  return broadcastShapes(a.shape, b.shape);
}
/** Is `shape` what an array is expanded to, without its own axes growing others? */
const reaches = (from: Shape, shape: Shape): boolean => sameShape(broadcastShapes(from, shape), shape);
const isF32 = (x: Operand): x is NDArray => typeof x !== 'number' && x.dtype === 'f32';
const isF64 = (x: Operand): boolean => typeof x !== 'number' && x.dtype === 'f64';
const isMaskRule = <Op extends string>(op: Op): op is Extract<Op, MaskRule> => op in maskRules;

/** An array of this backend, whose kernels take its address. */
function own(x: NDArray): StoredArray {
  if (x instanceof StoredArray) return x;
  throw new Error('this array belongs to another backend: read it and upload it here');
}

const given = (x: Operand): StoredArray | number => (typeof x === 'number' ? x : own(x));

/** A shape as (outer, count, inner) around the axes that are reduced; undefined where these are not neighbours. */
function aroundAxes(
  shape: Shape,
  axes: readonly number[],
): { outer: number; count: number; inner: number } | undefined {
  const first = axes[0] ?? shape.length;
  if (axes.some((axis, i) => axis !== first + i)) return undefined;
  return {
    outer: numel(shape.slice(0, first)),
    count: numel(shape.slice(first, first + axes.length)),
    inner: numel(shape.slice(first + axes.length)),
  };
}
