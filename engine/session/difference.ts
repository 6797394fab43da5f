import type { TypedArray } from '../tensor/dtype.ts';

/** Elements that are looked at at once. */
const PIECE = 2 ** 20;

/** What lies below the smallest normal number of f32 a device may take for zero. */
const FLUSHED = 2 ** -126;

/** How two arrays of the same elements differ. */
export interface Measured {
  /** Of the elements that are finite in both; what a device may take for zero is none. */
  readonly difference: number;
  /** The largest magnitude of a finite element of either. */
  readonly largest: number;
  /** Elements that are NaN or infinite in one of the two, and not the same in the other. */
  readonly nonFinite: number;
}

/** Measures in pieces, with a pause between any two. */
export function* measure(values: TypedArray, expected: TypedArray): Generator<void, Measured> {
  let [difference, largest, nonFinite] = [0, 0, 0];
  for (let start = 0; start < values.length; start += PIECE) {
    if (start > 0) yield;
    const found = measurePiece(values.subarray(start, start + PIECE), expected.subarray(start, start + PIECE));
    difference = Math.max(difference, found.difference);
    largest = Math.max(largest, found.largest);
    nonFinite += found.nonFinite;
  }
  return { difference, largest, nonFinite };
}

function measurePiece(values: TypedArray, expected: TypedArray): Measured {
  let difference = 0;
  let largest = 0;
  let nonFinite = 0;
  for (let i = 0; i < values.length; i++) {
    const one = values[i] as number;
    const other = expected[i] as number;
    const apart = Math.abs(one - other);
    // NaN where either is none, or both are the same infinity.
    if (apart < Number.POSITIVE_INFINITY) {
      if (apart > difference) difference = apart;
      const magnitude = Math.max(Math.abs(one), Math.abs(other));
      if (magnitude > largest) largest = magnitude;
    } else if (!Object.is(one, other)) nonFinite++;
  }
  return { difference: difference <= FLUSHED ? 0 : difference, largest, nonFinite };
}
