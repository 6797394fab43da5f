import { expect, it } from 'vitest';
import { summarize } from '../../engine/session/statistics.ts';
import { HISTOGRAM_BINS } from '../../engine/session/summary.ts';

it('summarises known values: mean, deviation by n − 1, norm, zeros and a histogram', () => {
  const s = summarize(Float32Array.of(0, 0, 3, 4, -3), [5]);
  expect(s).toMatchObject({ shape: [5], count: 5, min: -3, max: 4, zeros: 2, nonFinite: 0, low: -3, high: 4 });
  expect(s.mean).toBeCloseTo(0.8);
  expect(s.std).toBeCloseTo(2.7748873851);
  expect(s.norm).toBeCloseTo(Math.sqrt(34));
  expect(s.bins).toHaveLength(HISTOGRAM_BINS);
  expect(s.bins.reduce((a, b) => a + b)).toBe(5);
  expect([s.bins[0], s.bins[HISTOGRAM_BINS - 1], s.bins[8]]).toEqual([1, 1, 2]);
});

it('has NaN and infinities in every number, as PyTorch, and counts them; the histogram is of the rest', () => {
  const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
  const of = (...values: number[]) => summarize(Float32Array.of(...values), [values.length]);
  const low = of(-inf, 1, 0, 3);
  expect(low).toMatchObject({ count: 4, nonFinite: 1, zeros: 1, min: -inf, max: 3, mean: -inf, std: nan, norm: inf });
  expect(low).toMatchObject({ low: 0, high: 3 });
  expect(low.bins.reduce((a, b) => a + b)).toBe(3);
  expect(of(-1, inf)).toMatchObject({ nonFinite: 1, min: -1, max: inf, mean: inf, norm: inf });
  expect(of(inf, -inf, 2)).toMatchObject({ nonFinite: 2, min: -inf, max: inf, mean: nan, norm: inf });
  expect(of(1, nan, inf)).toMatchObject({ nonFinite: 2, min: nan, max: nan, mean: nan, norm: nan, low: 1, high: 1 });
  expect(of(inf)).toMatchObject({ nonFinite: 1, min: inf, max: inf, mean: inf, norm: inf, low: 0, high: 0 });
});

it('has a summary of nothing and of a single value', () => {
  expect(summarize(new Float32Array(0), [0, 3])).toMatchObject({ count: 0, mean: 0, std: 0, low: 0, high: 0 });
  expect(summarize(Float32Array.of(7), [])).toMatchObject({ mean: 7, std: 0, min: 7, max: 7 });
});
