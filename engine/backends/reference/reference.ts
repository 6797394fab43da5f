import type { FloatType } from '../../tensor/dtype.ts';
import { Arena, elements } from '../arena.ts';
import type { Backend } from '../backend.ts';
import type { Device } from '../device.ts';
import { requireAlike, requireFilled } from '../results.ts';
import { binary, broadcastTo, unary, where } from './elementwise.ts';
import { copy, gather, permute, scatterAdd, slice, takeRows } from './layout.ts';
import { matmul } from './matmul.ts';
import { reduce } from './reduce.ts';

export const plainDevice: Device = { name: 'cpu', simd: 'none', threads: 1 };

/**
 * The backend in plain TypeScript: the oracle that every other one is compared with. `floatType: 'f64'` serves gradcheck.
 * Each call computes at once.
 */
export const createReferenceBackend = (options: { readonly floatType?: FloatType } = {}): Backend =>
  createHostBackend('reference', options.floatType ?? 'f32', new Arena());

/** The same computations on arrays of `arena`: what a backend in this machine's memory has no faster way for. */
export function createHostBackend(name: string, floatType: FloatType, arena: Arena): Backend {
  return {
    name,
    device: plainDevice,
    floatType,

    upload(data, shape, dtype = floatType) {
      requireFilled(data, shape);
      const out = arena.make(shape, dtype);
      elements(out).set(data);
      return out;
    },
    full(shape, value, dtype = floatType) {
      const out = arena.make(shape, dtype);
      elements(out).fill(value);
      return out;
    },
    read: async (x) => elements(x).slice(),
    readSync(x, into) {
      if (into === undefined) return elements(x).slice();
      into.set(elements(x));
      return into;
    },
    finiteSync: (...arrays) => arrays.every((x) => elements(x).every(Number.isFinite)),

    unary: (op, x) => unary(arena, floatType, op, x),
    binary: (op, a, b) => binary(arena, floatType, op, a, b),
    where: (condition, a, b) => where(arena, floatType, condition, a, b),
    reduce: (op, x, axes, keepDims) => reduce(arena, op, x, axes, keepDims),
    matmul: (a, b, transposeA, transposeB) => matmul(arena, a, b, transposeA, transposeB),
    gather: (x, axis, index) => gather(arena, x, axis, index),
    scatterAdd: (shape, axis, index, source) => scatterAdd(arena, shape, axis, index, source),
    permute: (x, axes) => permute(arena, x, axes),
    // A copy: were the storage shared, `assign` to one would change the other.
    reshape: (x, shape) => copy(arena, x, shape),
    broadcastTo: (x, shape) => broadcastTo(arena, x, shape),
    slice: (x, axis, start, end) => slice(arena, x, axis, start, end),
    takeRows: (x, index) => takeRows(arena, x, index),
    copy: (x) => copy(arena, x),
    assign(target, source) {
      requireAlike(target, source);
      elements(target).set(elements(source));
    },

    scope: (body) => arena.scope(body),
    fuse: (body) => body(),
    openScope: () => arena.open(),
    free: (x) => arena.free(x),
    memory: () => arena.memory(),
    close: () => undefined,
  };
}
