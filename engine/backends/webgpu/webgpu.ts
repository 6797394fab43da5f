import { type DType, isFloat, type TypedArray, typedArrays } from '../../tensor/dtype.ts';
import {
  broadcastShapes,
  formatShape,
  numel,
  reducedShape,
  type Shape,
  ShapeError,
  sameShape,
  stridesOf,
} from '../../tensor/shape.ts';
import type { Backend, NDArray, Operand } from '../backend.ts';
import { Arena, blockOf, type HostArray } from '../reference/arena.ts';
import { resultType } from '../reference/elementwise.ts';
import { productSizes } from '../reference/matmul.ts';
import { binaryRule, elementwise, moved, type Read, through, unaryRule, whereRule } from './elementwise.ts';
import { gathered, rows, scattered } from './indexed.ts';
import { bitsOf, type Source } from './launch.ts';
import { DeviceLink, type DeviceThread, MOST_BROUGHT } from './link.ts';
import { product } from './matmul.ts';
import { DeviceMemory } from './memory.ts';
import { anyOdd, reduction } from './reduce.ts';
import type { Staged } from './stages.ts';
import { tallied, tally, tallyWords } from './tally.ts';

export interface WebgpuBackend extends Backend {
  /** What was asked of the device so far: kernels, pieces of work that were sent, and words that were read. */
  readonly counts: { readonly launches: number; readonly sends: number; readonly wordsRead: number };
}

/**
 * A GPU, or what passes for one. Calls are gathered and sent on together to the thread that owns the device; to look at an array is to
 * wait for it. Arrays hold a word for each element. @throws Error where there is no adapter
 */
export function createWebgpuBackend(thread: DeviceThread): WebgpuBackend {
  const { link, adapter } = DeviceLink.open(thread);
  const memory = new DeviceMemory();
  memory.onReach = (words) => {
    link.reach = words;
  };
  const arena = new Arena(memory);
  const flag = arena.make([1], 'i32');

  const at = (x: NDArray): number => blockOf(x).address;
  const sourceOf = (x: NDArray): Source => ({ at: at(x), dtype: x.dtype });
  const target = (x: NDArray) => ({ at: at(x), dtype: x.dtype });
  const read = (x: Operand, shape: Shape): Read => (typeof x === 'number' ? x : through(sourceOf(x), x.shape, shape));

  const run = ({ scratch, launches }: Staged): void => {
    const between = scratch === 0 ? undefined : arena.make([scratch], 'f32');
    for (const one of launches(between === undefined ? 0 : at(between))) link.launch(one);
    // Launches are done in order: whoever has this memory next writes to it later.
    if (between !== undefined) arena.free(between);
  };

  /** The elements of an array as the words of the device, brought along and put in place, a piece at a time. */
  const fill = (out: HostArray, data: ArrayLike<number>): HostArray => {
    const word =
      out.dtype === 'f32' ? bitsOf : (value: number) => (out.dtype === 'bool' ? Number(value !== 0) : value | 0);
    for (let from = 0; from < data.length; from += MOST_BROUGHT) {
      const count = Math.min(MOST_BROUGHT, data.length - from);
      const brought = link.bring(Array.from({ length: count }, (_, i) => word(data[from + i] ?? 0)));
      link.launch(moved(at(out) + from, [count], { at: brought, dtype: out.dtype, isBrought: true, strides: [1] }));
    }
    return out;
  };
  const copied = (x: NDArray, shape: Shape): HostArray => {
    const out = arena.make(shape, x.dtype);
    const count = numel(shape);
    link.launch(moved(at(out), [count], { ...sourceOf(x), strides: [1] }));
    return out;
  };
  const strided = (x: NDArray, shape: Shape, strides: readonly number[], skip = 0): HostArray => {
    const out = arena.make(shape, x.dtype);
    link.launch(moved(at(out), shape, { at: at(x) + skip, dtype: x.dtype, strides }));
    return out;
  };
  const words = (x: NDArray): TypedArray => {
    const found = link.read(at(x), numel(x.shape));
    if (x.dtype === 'bool') return Uint8Array.from(found);
    return new typedArrays[x.dtype](found.buffer as ArrayBuffer);
  };
  const permute = (x: NDArray, axes: readonly number[]): HostArray => {
    const own = stridesOf(x.shape);
    return strided(
      x,
      axes.map((axis) => x.shape[axis] ?? 1),
      axes.map((axis) => own[axis] ?? 0),
    );
  };

  return {
    name: 'webgpu',
    device: { name: 'webgpu', simd: 'none', threads: 1, adapter },
    floatType: 'f32',
    counts: link.counts,

    upload(data, shape, dtype = 'f32') {
      if (data.length !== numel(shape))
        throw new ShapeError(
          `the data do not fill ${formatShape(shape)}`,
          `${numel(shape)} elements`,
          `${data.length}`,
        );
      return fill(arena.make(shape, dtype), data);
    },
    full(shape, value, dtype = 'f32') {
      const out = arena.make(shape, dtype);
      const rule = { value: 'x', names: ['x'], types: [dtype], made: dtype };
      link.launch(elementwise(target(out), shape, [value], rule));
      return out;
    },
    read: async (x) => words(x),
    readSync(x, into) {
      const found = words(x);
      if (into === undefined) return found;
      into.set(found);
      return into;
    },
    finiteSync(x) {
      if (!isFloat(x.dtype) || numel(x.shape) === 0) return true;
      run(anyOdd(at(flag), sourceOf(x), numel(x.shape)));
      return link.read(at(flag), 1)[0] === 0;
    },

    tallySync(x, bins) {
      if (x.dtype !== 'f32') return undefined;
      const count = numel(x.shape);
      const found = arena.make([tallyWords(count, bins)], 'i32');
      for (const one of tally(at(found), at(x), count, bins)) link.launch(one);
      const read = link.read(at(found), numel(found.shape));
      arena.free(found);
      return tallied(read, count, bins);
    },

    unary(op, x) {
      const keeps = isFloat(x.dtype) || ((op === 'neg' || op === 'abs' || op === 'sign') && x.dtype === 'i32');
      const dtype: DType = op === 'isnan' || op === 'not' ? 'bool' : keeps ? x.dtype : 'f32';
      const out = arena.make(x.shape, dtype);
      link.launch(elementwise(target(out), x.shape, [read(x, x.shape)], unaryRule(op, x.dtype, dtype)));
      return out;
    },
    binary(op, a, b) {
      if (op === 'pow' && b === 2) return this.binary('mul', a, a);
      const shape = broadcastShapes(...[a, b].map((x) => (typeof x === 'number' ? [] : x.shape)));
      const dtype = resultType(op, a, b, 'f32');
      // Beside a fraction whole numbers are compared as floats.
      const isWhole = [a, b].every((x) => typeof x !== 'number' || Number.isInteger(x));
      const common = dtype !== 'bool' ? dtype : isWhole ? resultType('add', a, b, 'f32') : 'f32';
      const out = arena.make(shape, dtype);
      link.launch(elementwise(target(out), shape, [read(a, shape), read(b, shape)], binaryRule(op, common, dtype)));
      return out;
    },
    where(condition, a, b) {
      const shape = broadcastShapes(condition.shape, ...[a, b].map((x) => (typeof x === 'number' ? [] : x.shape)));
      const out = arena.make(shape, resultType('add', a, b, 'f32'));
      const operands = [read(condition, shape), read(a, shape), read(b, shape)];
      link.launch(elementwise(target(out), shape, operands, whereRule(out.dtype)));
      return out;
    },
    reduce(op, x, axes, keepDims) {
      const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
      const count = numel(axes.map((axis) => x.shape[axis] ?? 1));
      const dtype: DType = op === 'argmax' ? 'i32' : op === 'sum' && x.dtype === 'bool' ? 'i32' : x.dtype;
      const shape = reducedShape(x.shape, axes, keepDims);
      if (count === 0 && numel(shape) > 0 && op !== 'sum' && op !== 'sumsq')
        throw new ShapeError(`${op} of nothing`, 'at least one element along every reduced axis', '0');
      const [first = x.shape.length] = axes;
      const areNeighbours = axes.every((axis, i) => axis === first + i);
      const from = areNeighbours ? x : permute(x, [...kept, ...axes]);
      const around = areNeighbours
        ? { outer: numel(x.shape.slice(0, first)), count, inner: numel(x.shape.slice(first + axes.length)) }
        : { outer: numel(shape), count, inner: 1 };
      const out = arena.make(shape, dtype);
      if (numel(shape) > 0) run(reduction(op, target(out), sourceOf(from), around));
      return out;
    },
    matmul(a, b, transposeA, transposeB) {
      const sizes = productSizes(a.shape, b.shape, transposeA, transposeB);
      const out = arena.make([...sizes.batch, sizes.m, sizes.n], 'f32');
      if (numel(out.shape) > 0) run(product(at(out), at(a), at(b), sizes));
      return out;
    },
    gather(x, axis, index) {
      const out = arena.make(index.shape, x.dtype);
      link.launch(gathered(at(out), at(x), x.shape, axis, sourceOf(index), index.shape));
      return out;
    },
    scatterAdd(shape, axis, index, source) {
      const out = this.full(shape, 0, source.dtype);
      link.launch(scattered(target(out), shape, axis, sourceOf(index), sourceOf(source), index.shape));
      return out;
    },
    permute,
    reshape(x, shape) {
      if (numel(shape) !== numel(x.shape))
        throw new ShapeError(
          `cannot reshape ${formatShape(x.shape)} to ${formatShape(shape)}`,
          `${numel(x.shape)} elements`,
          `${numel(shape)}`,
        );
      return copied(x, shape);
    },
    broadcastTo(x, shape) {
      const from = read(x, shape);
      const out = arena.make(shape, x.dtype);
      if (typeof from !== 'number') link.launch(moved(at(out), shape, from));
      return out;
    },
    slice(x, axis, start, end) {
      const size = x.shape[axis] ?? 1;
      if (start < 0 || end > size || start > end)
        throw new ShapeError(
          `cannot slice axis ${axis} of ${formatShape(x.shape)}`,
          `0 ≤ start ≤ end ≤ ${size}`,
          `${start}:${end}`,
        );
      const strides = stridesOf(x.shape);
      const shape = x.shape.map((d, i) => (i === axis ? end - start : d));
      return strided(x, shape, strides, start * (strides[axis] ?? 1));
    },
    takeRows(x, index) {
      const count = x.shape[0] ?? 1;
      for (let i = 0; i < index.length; i++) {
        const value = index[i];
        if (value === undefined || !Number.isInteger(value) || value < 0 || value >= count)
          throw new ShapeError(`index ${value} is out of range`, `a whole number from 0 to ${count - 1}`, `${value}`);
      }
      const out = arena.make([index.length, ...x.shape.slice(1)], x.dtype);
      const width = numel(x.shape.slice(1));
      if (numel(out.shape) > 0) link.launch(rows(at(out), at(x), width, link.bring(index), index.length));
      return out;
    },
    copy: (x) => copied(x, x.shape),
    assign(to, source) {
      if (!sameShape(to.shape, source.shape) || to.dtype !== source.dtype)
        throw new ShapeError(
          'assign',
          `${formatShape(to.shape)} ${to.dtype}`,
          `${formatShape(source.shape)} ${source.dtype}`,
        );
      link.launch(moved(at(to), [numel(to.shape)], { ...sourceOf(source), strides: [1] }));
    },

    scope: (body) => arena.scope(body),
    fuse: (body) => body(),
    openScope: () => arena.open(),
    free: (x) => arena.free(x),
    memory: () => arena.memory(),
    close: () => link.close(),
  };
}
