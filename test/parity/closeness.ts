import { expect } from 'vitest';
import { toNumber, type Written } from './material.ts';

/**
 * Every element within `relative` of PyTorch's, relative to the element, or to a hundredth of the largest finite one where sums
 * cancelled; NaN and infinities must stand in the same places.
 */
export function expectClose(actual: ArrayLike<number> | undefined, golden: readonly Written[], relative: number): void {
  const expected = golden.map(toNumber);
  expect(actual?.length).toBe(expected.length);
  const largest = Math.max(0, ...expected.filter(Number.isFinite).map(Math.abs));
  for (const [i, e] of expected.entries()) {
    const a = actual?.[i] ?? Number.NaN;
    const close = Number.isFinite(e)
      ? Math.abs(a - e) <= relative * Math.max(Math.abs(e), Math.min(largest, 1) / 100)
      : Object.is(a, e);
    if (!close) expect.fail(`element ${i}: ${a}, PyTorch has ${e}`);
  }
}
