import { toNumber, type Written } from './material.ts';

const written = (x: number) => (Object.is(x, -0) ? '-0' : String(x));

/**
 * The first element that is further than `relative` from PyTorch's, relative to the element, or to a hundredth of the largest finite
 * one where sums cancelled, in words; undefined if there is none. NaN and infinities must be the same, and the sign of a zero unless
 * `anyZero`.
 */
export function difference(
  actual: ArrayLike<number> | undefined,
  golden: readonly Written[],
  relative: number,
  anyZero = false,
): string | undefined {
  if (actual?.length !== golden.length) return `${actual?.length} elements, PyTorch has ${golden.length}`;
  const expected = golden.map(toNumber);
  const largest = Math.max(0, ...expected.filter(Number.isFinite).map(Math.abs));
  for (const [i, e] of expected.entries()) {
    const a = actual[i] ?? Number.NaN;
    const signed = !anyZero && a === 0 && e === 0;
    const close =
      Number.isFinite(e) && !signed
        ? Math.abs(a - e) <= relative * Math.max(Math.abs(e), Math.min(largest, 1) / 100)
        : Object.is(a, e);
    if (!close) return `element ${i}: ${written(a)}, PyTorch has ${written(e)}`;
  }
  return undefined;
}
