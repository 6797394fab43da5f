import type { FailureKind } from '../device_failure.ts';

/** What the backend and the thread that owns the device tell each other. */

/** Launches that are played again and again: each as in `Work.launches` and `Work.told`. */
export interface Tape {
  readonly id: number;
  readonly launches: Uint32Array;
  readonly told: Uint32Array;
}

/** Work, in order: what is brought along is there for its launches, and what is read is read after them. */
export interface Work {
  readonly kind: 'work';
  /** Kernels that are new; they are numbered in the order in which they come. */
  readonly sources: readonly string[];
  /** Tapes that are new, and those that are not played any more. */
  readonly tapes: readonly Tape[];
  readonly forgotten: readonly number[];
  /** Of each launch: its kernel, and how many workgroups lie along x, y and z; or `PLAY` and the number of a tape. */
  readonly launches: Uint32Array;
  /** What each launch is told, `TOLD_WORDS` for every one. */
  readonly told: Uint32Array;
  readonly brought: Uint32Array;
  /** Words of memory that arrays reach to. */
  readonly reach: number;
  readonly read?: Reading;
}
/** Words that lie together. */
export interface Stretch {
  readonly at: number;
  readonly count: number;
}
/** Words to be read, and where they go, one stretch after the other: there, from word 0 on. */
export interface Reading {
  readonly stretches: readonly Stretch[];
  readonly into: SharedArrayBuffer;
}
export const LAUNCH_WORDS = 4;
/** Stands in the place of a kernel where a tape is played. */
export const PLAY = 0xffffffff;

/** What a thread is given as it starts. */
export interface Opening {
  readonly kind: 'open';
  readonly reply: SharedArrayBuffer;
}
/** Ends the device, as a driver may: tests ask for it. */
export interface Destroying {
  readonly kind: 'destroy';
}
/** Nothing will be asked any more. */
export interface Closing {
  readonly kind: 'close';
}
export type ToDevice = Opening | Work | Destroying | Closing;

/**
 * Where the thread answers: whether it has, with what, and the bytes of a text in JSON: of an `ANSWER.ready` the `Adapter`, of a
 * failure an `Objection`.
 */
export const REPLY = { state: 0, length: 1, text: 2 } as const;
export const REPLY_BYTES = 4096;
export const ANSWER = { none: 0, ready: 1, done: 2, failed: 3 } as const;

/** Why a device is of no use any more. */
export interface Objection {
  readonly kind: FailureKind;
  readonly reason: string;
}

/** The adapter that was found. */
export interface Adapter {
  readonly name: string;
  /** Computed by the CPU. */
  readonly isSoftware: boolean;
  /** What it holds in one piece, as all arrays of a run are. */
  readonly mostBytes: number;
}
