import type { Shape } from '../../engine/tensor/shape.ts';

/** A tensor in a few numbers, as goldens/stepping.py writes them. */
export interface Sketch {
  readonly shape: Shape;
  readonly norm: number;
  readonly sum: number;
  /** Σ xᵢ·cos(i), i from 1: it tells a permutation. */
  readonly wave: number;
  /** The first and the last 8 elements. */
  readonly ends: readonly number[];
}

export function sketch({ shape, values }: { readonly shape: Shape; readonly values: ArrayLike<number> }): Sketch {
  const all = Array.from(values);
  return {
    shape,
    norm: Math.sqrt(all.reduce((sum, x) => sum + x * x, 0)),
    sum: all.reduce((sum, x) => sum + x, 0),
    wave: all.reduce((sum, x, i) => sum + x * Math.cos(i + 1), 0),
    ends: [...all.slice(0, 8), ...all.slice(Math.max(8, all.length - 8))],
  };
}

/**
 * How far one is from the other: elements relative to themselves, or to the root mean square of the tensor where they are smaller;
 * sums over all elements likewise, or to the norm. Infinite where the shapes differ.
 */
export function distance(actual: Sketch, golden: Sketch): number {
  if (actual.shape.join() !== golden.shape.join() || actual.ends.length !== golden.ends.length) return Infinity;
  const count = golden.shape.reduce((n, d) => n * d, 1);
  const typical = golden.norm / Math.sqrt(count);
  return Math.max(
    ...golden.ends.map((e, i) => relative(actual.ends[i], e, typical)),
    relative(actual.norm, golden.norm, 0),
    relative(actual.sum, golden.sum, golden.norm),
    relative(actual.wave, golden.wave, golden.norm),
  );
}

/** The difference relative to `expected`, or to `least` where that is larger. */
export function relative(actual: number | undefined, expected: number, least = 0): number {
  const difference = Math.abs((actual ?? Number.NaN) - expected);
  if (difference === 0) return 0;
  return Number.isNaN(difference) ? Infinity : difference / Math.max(Math.abs(expected), least);
}
