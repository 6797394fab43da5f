import type { CodeValue } from '../script.ts';

/**
 * What each of several processes has of a value, when each of them works on its own rows of every batch:
 * - `all`: all of it, the same everywhere: parameters, constants, and what follows from them alone;
 * - `part`: a summand; the value is the sum over the processes, as the loss is a sum over rows;
 * - `axis`: its own rows, which lie along this axis, counted from the last: −2 of (N, features).
 */
export type Share = 'all' | 'part' | { readonly axis: number };

/** A value that something is made of, and what a process has of it. */
export interface Given {
  readonly value: CodeValue;
  readonly share: Share;
}

export const isRows = (share: Share | 'unknown'): share is { readonly axis: number } => typeof share !== 'string';

export const sameShare = (a: Share, b: Share): boolean => (isRows(a) && isRows(b) ? a.axis === b.axis : a === b);
