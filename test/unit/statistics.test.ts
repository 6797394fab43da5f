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

it('counts what is not finite and summarises the rest', () => {
  const s = summarize(Float32Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY, 3), [4]);
  expect(s).toMatchObject({ count: 4, nonFinite: 2, min: 1, max: 3, mean: 2 });
});

it('has a summary of nothing and of a single value', () => {
  expect(summarize(new Float32Array(0), [0, 3])).toMatchObject({ count: 0, mean: 0, std: 0, low: 0, high: 0 });
  expect(summarize(Float32Array.of(7), [])).toMatchObject({ mean: 7, std: 0, min: 7, max: 7 });
});
