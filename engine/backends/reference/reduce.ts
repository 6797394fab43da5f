import type { TypedArray } from '../../tensor/dtype.ts';
import { numel } from '../../tensor/shape.ts';
import { type Arena, elements, type StoredArray } from '../arena.ts';
import type { NDArray, ReduceOp } from '../backend.ts';
import { reduced } from '../results.ts';
import { permute } from './layout.ts';

/**
 * Reduces `axes`. Whatever they are, the elements are brought into the order (kept, reduced), unless the reduced axes lead, when
 * they are read as (reduced, kept): gradients of a bias.
 */
export function reduce(
  arena: Arena,
  op: ReduceOp,
  x: NDArray,
  axes: readonly number[],
  keepDims: boolean,
): StoredArray {
  const rank = x.shape.length;
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const { shape, dtype, count } = reduced(op, x, axes, keepDims);
  const out = arena.make(shape, dtype);
  const size = numel(shape);
  const leads = axes.every((axis, i) => axis === i);
  const trails = axes.every((axis, i) => axis === rank - axes.length + i);
  if (leads && !trails && (op === 'sum' || op === 'sumsq'))
    sumLeading(elements(x), elements(out), count, op === 'sumsq');
  else {
    const source = elements(trails ? x : permute(arena, x, [...kept, ...axes]));
    const to = elements(out);
    for (let i = 0; i < size; i++) to[i] = rowRules[op](source, i * count, count);
  }
  return out;
}

function sumLeading(x: TypedArray, to: TypedArray, count: number, squares: boolean): void {
  const n = to.length;
  const sums = new Float64Array(n);
  for (let r = 0; r < count; r++)
    for (let j = 0; j < n; j++) {
      const v = x[r * n + j] as number;
      sums[j] = (sums[j] as number) + (squares ? v * v : v);
    }
  to.set(sums);
}

type RowRule = (x: TypedArray, start: number, count: number) => number;
const rowRules: Record<ReduceOp, RowRule> = {
  sum: (x, start, count) => {
    let sum = 0;
    for (let i = start; i < start + count; i++) sum += x[i] as number;
    return sum;
  },
  sumsq: (x, start, count) => {
    let sum = 0;
    for (let i = start; i < start + count; i++) sum += (x[i] as number) ** 2;
    return sum;
  },
  max: (x, start, count) => {
    let best = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + count; i++) best = Math.max(best, x[i] as number);
    return best;
  },
  min: (x, start, count) => {
    let best = Number.POSITIVE_INFINITY;
    for (let i = start; i < start + count; i++) best = Math.min(best, x[i] as number);
    return best;
  },
  // The first NaN, else the first of the largest.
  argmax: (x, start, count) => {
    let best = 0;
    for (let i = 0; i < count; i++) {
      const v = x[start + i] as number;
      if (Number.isNaN(v)) return i;
      if (v > (x[start + best] as number)) best = i;
    }
    return best;
  },
};
