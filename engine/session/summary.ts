import type { EntryPhase, Ref } from '../program/entries.ts';
import type { DType } from '../tensor/dtype.ts';

/** What a session tells about itself; the protocol carries these as they are. */

/** Means over a split, with dropout off and under no-grad. */
export interface Evaluation {
  readonly epoch: number;
  readonly split: 'train' | 'test';
  readonly loss: number;
  readonly accuracy?: number;
}

/** Bins of every histogram on the wire; a card draws them as they come. */
export const HISTOGRAM_BINS = 20;

/** Summary of one tensor. `low` and `high` bound the histogram (finite values only). */
export interface Statistics {
  readonly shape: readonly number[];
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  /** Euclidean norm. */
  readonly norm: number;
  /** How many elements are exactly zero, and how many NaN or infinite. */
  readonly zeros: number;
  readonly nonFinite: number;
  readonly low: number;
  readonly high: number;
  readonly bins: readonly number[];
}

/** What a card shows: the node's first output, the gradient of that output, and its parameters by name. */
export interface NodeTelemetry {
  readonly output?: Statistics;
  readonly gradient?: Statistics;
  readonly parameters?: Readonly<Record<string, { value: Statistics; gradient?: Statistics }>>;
}

export type RunState = 'idle' | 'running' | 'paused' | 'finished' | 'failed';

/** The graph of one pass with its loops written out. Addresses number the iterations: `middle#2/linear1`. */
export interface UnrolledGraph {
  /** Which iteration that pass belongs to, from 1. */
  readonly iteration: number;
  readonly nodes: readonly {
    readonly address: string;
    readonly ops: readonly string[];
    readonly shape: readonly number[];
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** How often each loop ran, by its address. */
  readonly loops: Readonly<Record<string, number>>;
}

/** What static mode captured for one choice of the loops' counts. */
export interface CapturedPlan {
  readonly loops: Readonly<Record<string, number>>;
  readonly entries: readonly {
    readonly phase: 'forward' | 'loss' | 'backward' | 'update';
    readonly address: string;
    readonly op: string;
    /** The primitives that it calls, in order. */
    readonly kernels: readonly string[];
  }[];
}

/** A tensor that an entry reads or makes. */
export interface TensorReport {
  readonly ref: Ref;
  /** Both absent where it is not there: not made yet, or freed. */
  readonly dtype?: DType;
  readonly statistics?: Statistics;
}

/** One entry of the tape, with its numbers. */
export interface EntryReport {
  /** How many entries come before it. */
  readonly position: number;
  readonly phase: EntryPhase;
  readonly address: string;
  readonly op: string;
  readonly inputs: readonly TensorReport[];
  readonly outputs: readonly TensorReport[];
  /** Of a backward entry: the position of the forward entry it walks back over. */
  readonly forward?: number;
  /** Of a `+=` into the gradient of a parameter: its address. */
  readonly parameter?: string;
}

/** One line of how a parameter's gradient came together. Norms are Euclidean. */
export type LedgerRow =
  /** The iteration began without a gradient; PyTorch: `zero_grad`. */
  | { readonly kind: 'none' }
  /** It began with the gradient of the last one: nobody had cleared it. */
  | { readonly kind: 'carried'; readonly norm: number }
  /** One use of the parameter: what it added, its direction against that of the whole, and the sum with it. */
  | {
      readonly kind: 'added';
      readonly position: number;
      readonly address: string;
      readonly norm: number;
      readonly cosine: number;
      readonly sum: number;
    }
  | { readonly kind: 'cleared'; readonly position: number; readonly address: string }
  /** What its owner remembers afterwards, and how far the values went. */
  | {
      readonly kind: 'updated';
      readonly position: number;
      readonly address: string;
      readonly op: string;
      readonly memory: Readonly<Record<string, number>>;
      readonly step?: number;
    };
