import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarize, summarizeArray } from '../../engine/session/statistics.ts';
import { HISTOGRAM_BINS, type Statistics } from '../../engine/session/summary.ts';
import { runs } from '../property/runs.ts';
import { draw } from './material.ts';
import { webgpu } from './webgpu.ts';

/** Statistics gathered on the device against those gathered one by one in f64. */

/** Sums err by so much at most, relative to the largest element: they are made of f32. */
const SLACK = 2e-6;
/** So near to the border of two bins, in widths of a bin, an element may be counted in either. */
const NEAR = 1e-4;

/** How many elements are counted below each border of bins. */
function below(bins: readonly number[]): number[] {
  let sum = 0;
  return bins.map((count) => (sum += count));
}

function expectHistogram({ bins }: Statistics, expected: Statistics, values: readonly number[]): void {
  const { low, high } = expected;
  const places = values.filter(Number.isFinite).map((x) => ((x - low) / (high - low)) * HISTOGRAM_BINS);
  const [got, wanted] = [below(bins), below(expected.bins)];
  for (const [i, sum] of wanted.entries()) {
    const either = places.filter((place) => Math.abs(place - (i + 1)) < NEAR).length;
    expect(Math.abs((got[i] ?? Number.NaN) - sum)).toBeLessThanOrEqual(either);
  }
  expect(got.at(-1)).toBe(wanted.at(-1));
}

/** Whether the least of two zeros is the negative one is nobody's business. */
const unsigned = <S extends Pick<Statistics, 'min' | 'max' | 'low' | 'high'>>(s: S): S => ({
  ...s,
  min: s.min + 0,
  max: s.max + 0,
  low: s.low + 0,
  high: s.high + 0,
});

function expectStatistics(elements: readonly number[]): void {
  const be = webgpu ?? expect.fail();
  const values = [...Float32Array.from(elements)];
  const shape = [values.length];
  const got = be.scope(() => summarizeArray(be, be.upload(values, shape)));
  const expected = summarize(Float32Array.from(values), shape);
  const { mean, std, norm, bins: _, ...same } = got;
  const { mean: mean0, std: std0, norm: norm0, bins: __, ...same0 } = expected;
  expect(unsigned(same)).toEqual(unsigned(same0));
  const size = values.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  for (const [a, e, slack] of [
    [mean, mean0, SLACK * size],
    [std, std0, SLACK * size],
    [norm, norm0, SLACK * norm0],
  ] as const)
    if (Number.isFinite(e)) expect(Math.abs(a - e)).toBeLessThanOrEqual(slack);
    else expect(a).toBe(e);
  expectHistogram(got, expected, values);
}

/** Devices may take the floats that are smaller than all normal ones for 0. */
const normal = (x: number): number => (Math.abs(x) < 2 ** -126 ? 0 : x);
const uniform = (length: number): number[] => draw(length, length, -1, 1);

describe.skipIf(webgpu === undefined)('statistics on WebGPU', () => {
  it.each<readonly [string, readonly number[]]>([
    ['nothing', []],
    ['one element', [-3]],
    ['zeros of either sign', [0, -0, 0]],
    ['a constant', new Array<number>(5000).fill(0.1)],
    ['what is no number', [Number.NaN, Number.NaN]],
    ['an infinity of each sign', [Infinity, 1, -Infinity]],
    ['one infinity', [1, 2, -Infinity]],
    ['a NaN and an infinity', [1, Infinity, Number.NaN, 2]],
    ['elements whose squares leave the range of f32', [3e38, -2e38, 1e38, 5e37]],
    ['elements whose squares are nothing in f32', [1e-30, 3e-30, -2e-30]],
    ['the smallest floats beside 1', [1, 1e-40, 0]],
    ['as many elements as one part has', uniform(4096)],
    ['one more', uniform(4097)],
    ['many, far from 0', uniform(50_001).map((x) => x + 1000)],
    ['as many parts as there are', uniform(300_001)],
    ['few that are not finite among many', uniform(20_000).map((x, i) => (i === 17_000 ? -Infinity : x))],
  ])('of %s', (_, values) => expectStatistics(values));

  it('of elements drawn at random', () => {
    const element = fc.oneof(
      { weight: 12, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }).map(normal) },
      { weight: 3, arbitrary: fc.constantFrom(0, -0, 1, 1e-30, -3e38) },
      { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
    );
    fc.assert(fc.property(fc.array(element, { maxLength: 70 }), expectStatistics), runs(40, 2000));
  });

  it('are a few words of those that the array has', () => {
    const be = webgpu ?? expect.fail();
    const before = be.counts.wordsRead;
    be.scope(() => summarizeArray(be, be.full([400_000], 1)));
    expect(be.counts.wordsRead - before).toBeLessThan(2500);
  });
});
