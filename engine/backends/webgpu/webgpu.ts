import { type DType, isFloat, type TypedArray, typedArrays } from '../../tensor/dtype.ts';
import { broadcastShapes, numel, type Shape, stridesOf } from '../../tensor/shape.ts';
import { Arena, blockOf, StoredArray } from '../arena.ts';
import type { Backend, NDArray } from '../backend.ts';
import type { Device, OpenedAdapter } from '../device.ts';
import {
  checkedIndex,
  productSizes,
  reduced,
  requireAlike,
  requireAsMany,
  requireFilled,
  resultType,
  slicedShape,
  unaryType,
} from '../results.ts';
import { Collector } from './collector.ts';
import { Fusion } from './fusion.ts';
import { gathered, rows, scattered, zeros } from './indexed.ts';
import type { Launch, Source } from './launch.ts';
import { Launcher } from './launcher.ts';
import { type Counts, DeviceLink, type DeviceThread, MOST_BROUGHT } from './link.ts';
import { product } from './matmul.ts';
import { DeviceMemory } from './memory.ts';
import { moved } from './moved.ts';
import { makeReady } from './plan.ts';
import { probe, probeWords } from './probe.ts';
import { anyOdd, reducedIn, reduction } from './reduce.ts';
import { binaryRule, sameRule, unaryRule, whereRule } from './rules.ts';
import type { Staged } from './stages.ts';
import { tallied, tally, tallyWords } from './tally.ts';
import { wordsOf } from './words.ts';

export interface WebgpuBackend extends Backend {
  readonly device: Device & { readonly adapter: OpenedAdapter };
  /** What was asked of the device so far, and what it holds. */
  readonly counts: Readonly<Counts>;
  /** Ends the device, as a driver may; for tests of what comes of it. */
  destroyDevice(): void;
}

/**
 * A GPU, or what passes for one. Calls are gathered and sent on together to the thread that owns the device; to look at an array is to
 * wait for it. Arrays hold a word for each element. @throws Error where there is no adapter
 */
export function createWebgpuBackend(thread: DeviceThread, { link, adapter } = DeviceLink.open(thread)): WebgpuBackend {
  const memory = new DeviceMemory(adapter.mostBytes);
  memory.onReach = (words) => {
    link.counts.reach = words;
  };
  const arena = new Arena(memory);
  memory.onFull = () => arena.drain();
  const launcher = new Launcher(link);
  const fusion = new Fusion(arena, launcher);
  const collector = new Collector(link, arena);
  const flag = arena.make([1], 'i32');
  link.launch(probe(blockOf(flag).address, link.bring(probeWords())));
  const keepsNan = link.read([{ at: blockOf(flag).address, count: 1 }])[0] === 1;

  const at = (x: NDArray): number => blockOf(x).address;
  const sourceOf = (x: NDArray): Source => ({ at: at(x), dtype: x.dtype });
  const target = (x: NDArray) => ({ at: at(x), dtype: x.dtype });

  /** Has a launch make an array of others, all of which stand in memory by then. */
  const make = (
    shape: Shape,
    dtype: DType,
    reads: readonly NDArray[],
    launch: (out: StoredArray) => Launch,
  ): StoredArray => {
    fusion.settle();
    const out = arena.make(shape, dtype);
    if (numel(shape) > 0) launcher.send({ reads, writes: [out], launches: [launch(out)] });
    return out;
  };
  /** Has an array made of others, element by element; each is made in type `made`. */
  const produce = (out: StoredArray, made: DType, reads: readonly NDArray[], { scratch, launches }: Staged): void => {
    const between = scratch === 0 ? undefined : arena.make([scratch], 'i32');
    const place = between === undefined ? 0 : at(between);
    launcher.produce({ out, made, reads, scratch: between, launches: (finish) => launches(finish, place) });
    // Launches are done in order: whoever has this memory next writes to it later.
    if (between !== undefined) arena.free(between);
  };
  /** An array of what is brought along each time: where work is noted, as often as it is played. */
  const bring = (shape: Shape, dtype: DType, fill: (out: StoredArray) => void): StoredArray => {
    fusion.settle();
    const out = arena.make(shape, dtype);
    launcher.work(() => fill(out));
    return out;
  };
  /** The elements of an array as the words of the device, brought along and put in place, a piece at a time. */
  const fill = (out: StoredArray, data: ArrayLike<number>): void => {
    for (let from = 0; from < data.length; from += MOST_BROUGHT) {
      const count = Math.min(MOST_BROUGHT, data.length - from);
      const brought = link.bring(wordsOf(out.dtype, data, from, count));
      link.launch(moved(at(out) + from, [count], { at: brought, dtype: out.dtype, isBrought: true, strides: [1] }));
    }
  };
  const strided = (x: NDArray, shape: Shape, strides: readonly number[], skip = 0): StoredArray =>
    make(shape, x.dtype, [x], (out) => moved(at(out), shape, { at: at(x) + skip, dtype: x.dtype, strides }));
  const words = (x: NDArray): TypedArray => {
    fusion.settle();
    const found = link.read([{ at: at(x), count: numel(x.shape) }]);
    if (x.dtype === 'bool') return Uint8Array.from(found);
    return new typedArrays[x.dtype](found.buffer as ArrayBuffer);
  };
  const permute = (x: NDArray, axes: readonly number[]): StoredArray => {
    const own = stridesOf(x.shape);
    return strided(
      x,
      axes.map((axis) => x.shape[axis] ?? 1),
      axes.map((axis) => own[axis] ?? 0),
    );
  };

  const backend: WebgpuBackend = {
    name: 'webgpu',
    device: { name: 'webgpu', simd: 'none', threads: 1, adapter: { ...adapter, keepsNan } },
    floatType: 'f32',
    counts: link.counts,

    upload(data, shape, dtype = 'f32') {
      requireFilled(data, shape);
      return bring(shape, dtype, (out) => fill(out, data));
    },
    full: (shape, value, dtype = 'f32') => fusion.take(sameRule(dtype), shape, dtype, [value]),
    read: async (x) => words(x),
    readSync(x, into) {
      const found = words(x);
      if (into === undefined) return found;
      into.set(found);
      return into;
    },
    readAllSync(arrays, into) {
      fusion.settle();
      const words = link.read(arrays.map((x) => ({ at: at(x), count: numel(x.shape) })));
      let from = 0;
      for (const [i, { shape, dtype }] of arrays.entries()) {
        const own = words.subarray(from, from + numel(shape));
        from += own.length;
        into[i]?.set(dtype === 'f32' ? new Float32Array(own.buffer, own.byteOffset, own.length) : own);
      }
    },
    finiteSync(...arrays) {
      fusion.settle();
      const floats = arrays.filter((x) => isFloat(x.dtype) && numel(x.shape) > 0);
      return arena.scope(() => {
        const odd = floats.map((x) => {
          const flag = arena.make([], 'i32');
          produce(flag, 'i32', [x], anyOdd(sourceOf(x), numel(x.shape)));
          return flag;
        });
        return link.read(odd.map((flag) => ({ at: at(flag), count: 1 }))).every((flag) => flag === 0);
      });
    },

    talliesSync(arrays, bins) {
      fusion.settle();
      const floats = arrays.filter((x) => x.dtype === 'f32');
      const tallies = arena.scope(() => {
        const places = floats.map((x) => {
          const count = tallyWords(numel(x.shape), bins);
          const found = arena.make([count], 'i32');
          for (const one of tally(at(found), at(x), numel(x.shape), bins)) link.launch(one);
          return { at: at(found), count };
        });
        const words = link.read(places);
        let from = 0;
        return floats.map((x, i) => {
          const own = words.subarray(from, from + (places[i]?.count ?? 0));
          from += own.length;
          return tallied(own, numel(x.shape), bins);
        });
      });
      return arrays.map((x) => tallies[floats.indexOf(x)]);
    },

    unary(op, x) {
      const dtype = unaryType(op, x, 'f32');
      return fusion.take(unaryRule(op, x.dtype, dtype), x.shape, dtype, [x]);
    },
    binary(op, a, b) {
      if (op === 'pow' && b === 2 && typeof a !== 'number' && a.dtype === 'f32') return this.binary('mul', a, a);
      const shape = broadcastShapes(...[a, b].map((x) => (typeof x === 'number' ? [] : x.shape)));
      const dtype = resultType(op, a, b, 'f32');
      // Beside a fraction whole numbers are taken as floats.
      const isWhole = [a, b].every((x) => typeof x !== 'number' || Number.isInteger(x));
      const common = isWhole ? (dtype === 'bool' ? resultType('add', a, b, 'f32') : dtype) : 'f32';
      return fusion.take(binaryRule(op, common, dtype), shape, dtype, [a, b]);
    },
    where(condition, a, b) {
      const shape = broadcastShapes(condition.shape, ...[a, b].map((x) => (typeof x === 'number' ? [] : x.shape)));
      const dtype = resultType('add', a, b, 'f32');
      return fusion.take(whereRule(dtype), shape, dtype, [condition, a, b]);
    },
    reduce(op, x, axes, keepDims) {
      const { shape, dtype, count } = reduced(op, x, axes, keepDims);
      fusion.settle();
      const out = arena.make(shape, dtype);
      if (numel(shape) === 0) return out;
      const [first = x.shape.length] = axes;
      const areNeighbours = axes.every((axis, i) => axis === first + i);
      const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
      const from = areNeighbours ? x : permute(x, [...kept, ...axes]);
      const around = areNeighbours
        ? { outer: numel(x.shape.slice(0, first)), count, inner: numel(x.shape.slice(first + axes.length)) }
        : { outer: numel(shape), count, inner: 1 };
      produce(out, reducedIn(op, x.dtype), [from], reduction(op, sourceOf(from), around));
      if (from !== x) arena.free(from);
      return out;
    },
    matmul(a, b, transposeA, transposeB) {
      const sizes = productSizes(a.shape, b.shape, transposeA, transposeB);
      fusion.settle();
      const out = arena.make([...sizes.batch, sizes.m, sizes.n], 'f32');
      if (numel(out.shape) > 0) produce(out, 'f32', [a, b], product(at(a), at(b), sizes));
      return out;
    },
    gather: (x, axis, index) =>
      make(index.shape, x.dtype, [x, index], (out) =>
        gathered(at(out), at(x), x.shape, axis, sourceOf(index), index.shape),
      ),
    scatterAdd(shape, axis, index, source) {
      fusion.settle();
      const out = arena.make(shape, source.dtype);
      launcher.send({
        reads: [index, source],
        writes: [out],
        launches: [
          zeros(target(out), numel(shape)),
          scattered(target(out), shape, axis, sourceOf(index), sourceOf(source), index.shape),
        ],
      });
      return out;
    },
    permute,
    reshape(x, shape) {
      requireAsMany(x, shape);
      return fusion.take(sameRule(x.dtype), shape, x.dtype, [x]);
    },
    broadcastTo: (x, shape) => fusion.take(sameRule(x.dtype), shape, x.dtype, [x]),
    slice(x, axis, start, end) {
      const shape = slicedShape(x, axis, start, end);
      const strides = stridesOf(x.shape);
      return strided(x, shape, strides, start * (strides[axis] ?? 1));
    },
    takeRows(x, index) {
      const count = x.shape[0] ?? 1;
      for (let i = 0; i < index.length; i++) checkedIndex(index[i], count);
      const width = numel(x.shape.slice(1));
      return bring([index.length, ...x.shape.slice(1)], x.dtype, (out) => {
        if (numel(out.shape) > 0) link.launch(rows(at(out), at(x), width, link.bring(index), index.length));
      });
    },
    copy: (x) => fusion.take(sameRule(x.dtype), x.shape, x.dtype, [x]),
    assign(to, source) {
      requireAlike(to, source);
      fusion.assign(own(to), own(source));
    },

    scope: (body) => arena.scope(body),
    fuse: (body) => fusion.within(body),
    plan: (work) => makeReady(work, backend, { arena, fusion, launcher, link, collector }),
    collected: () => collector.read(),
    backlog: () => (collector.isFull ? Number.POSITIVE_INFINITY : link.backlog),
    openScope: () => arena.open(),
    free: (x) => arena.free(x),
    memory: () => arena.memory(),
    destroyDevice: () => link.destroy(),
    close: () => link.close(),
  };
  return backend;
}

/** An array of this backend. */
function own(x: NDArray): StoredArray {
  if (x instanceof StoredArray) return x;
  throw new Error('this array belongs to another backend: read it and upload it here');
}
