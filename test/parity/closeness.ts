import { expect } from 'vitest';
import { toNumber, type Written } from './material.ts';

const written = (x: number) => (Object.is(x, -0) ? '-0' : String(x));

/**
 * Every element within `relative` of PyTorch's, relative to the element, or to a hundredth of the largest finite one where sums
 * cancelled; NaN and infinities must be the same, and the sign of a zero unless `anyZero`.
 */
export function expectClose(
  actual: ArrayLike<number> | undefined,
  golden: readonly Written[],
  relative: number,
  anyZero = false,
): void {
  const expected = golden.map(toNumber);
  expect(actual?.length).toBe(expected.length);
  const largest = Math.max(0, ...expected.filter(Number.isFinite).map(Math.abs));
  for (const [i, e] of expected.entries()) {
    const a = actual?.[i] ?? Number.NaN;
    const signed = !anyZero && a === 0 && e === 0;
    const close =
      Number.isFinite(e) && !signed
        ? Math.abs(a - e) <= relative * Math.max(Math.abs(e), Math.min(largest, 1) / 100)
        : Object.is(a, e);
    if (!close) expect.fail(`element ${i}: ${written(a)}, PyTorch has ${written(e)}`);
  }
}
