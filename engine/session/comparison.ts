import type { EntryPhase } from '../program/entries.ts';

/**
 * How far what a backend made may be from what the reference makes of the same inputs, in parts of the largest magnitude of the
 * tensor: far above what the order of a sum does to it in f32, and far below what a wrong kernel does.
 */
export const TOLERANCE = 1e-4;

/** How far one entry is from the reference. */
export interface Difference {
  /** Of the tape. */
  readonly position: number;
  readonly phase: EntryPhase;
  /** `outer/repeat1#2/linear1` */
  readonly address: string;
  readonly op: string;
  /** The largest difference of two elements, in parts of the largest magnitude; infinite where `nonFinite` is not 0. */
  readonly apart: number;
  /** Elements that are NaN or infinite in one of the two, and not the same in the other. */
  readonly nonFinite: number;
}

/** The entries of one node, forward and backward. */
export interface NodeComparison {
  /** As on the tape: in a loop with the number of the iteration. */
  readonly address: string;
  /** Entries that were done again, and those that could not be: they draw random numbers, or their inputs are gone. */
  readonly compared: number;
  readonly skipped: number;
  /** The entry that is farthest from the reference; absent where none was compared. */
  readonly worst?: Difference;
  readonly isWithin: boolean;
}

/** An iteration, as far as it is done, beside what the reference makes of it. */
export interface Comparison {
  /** Its number, from 0. */
  readonly iteration: number;
  /** In the order of the tape. */
  readonly nodes: readonly NodeComparison[];
  readonly compared: number;
  readonly skipped: number;
  readonly worst?: Difference;
  /** In parts of the largest magnitude: what is no farther apart agrees. */
  readonly tolerance: number;
  readonly isWithin: boolean;
}

/** How far a comparison has come: entries of the tape that were looked at, of all that are done. */
export interface ComparisonProgress {
  readonly done: number;
  readonly of: number;
}

/** A comparison that is under way. */
export type Comparing = Generator<ComparisonProgress, Comparison>;
