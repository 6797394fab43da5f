import type { Breakpoint } from '../graph/document.ts';
import type { LocalText } from '../nodes/ports.ts';
import type { Attributes } from '../ops/op.ts';
import type { EntryPhase, Ref } from '../program/entries.ts';
import type { NoGradient, NoGradients } from '../program/no_gradient.ts';
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

/**
 * Summary of one tensor. Where an element is NaN or infinite so are the numbers that PyTorch would give; `low` and `high` bound the
 * histogram, which is of the finite values only.
 */
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
  /** Of one that is not there: its shape, where that is known. */
  readonly shape?: readonly number[];
  /** Of a gradient that this pass never makes: why. */
  readonly why?: NoGradient;
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
  readonly attrs?: Attributes;
  /** Of a backward entry: the position of the forward entry it walks back over. */
  readonly forward?: number;
  /** Of a `+=` into the gradient of a parameter: its address. */
  readonly parameter?: string;
  /** Of a `+=`: which of all that this iteration adds to that gradient. */
  readonly share?: { readonly nth: number; readonly of: number };
  /** Of what changes parameters, or clears their gradients. */
  readonly update?: UpdateReport;
  /** Of a backward entry: inputs of the operation to which it gives nothing. */
  readonly withoutGradient?: readonly { readonly input: number; readonly why: NoGradient }[];
}

/** How an entry of the update phase changes parameters: as mathematics, and in numbers. */
export interface UpdateReport {
  /** LaTeX, one line for each thing that is computed; W is a parameter and g its gradient. */
  readonly lines: readonly string[];
  /** Two sentences: why it is so. */
  readonly why: LocalText;
  readonly parameters: readonly ParameterUpdate[];
}

/** What an update did to one parameter. Of one without a gradient, which is left alone, `constants` and `tensors` are empty. */
export interface ParameterUpdate {
  readonly address: string;
  /** The numbers in force, by the symbols in the lines. */
  readonly constants: readonly (readonly [symbol: string, value: number])[];
  /** Its gradient, what is remembered of it, the step and the values now, by symbol. */
  readonly tensors: readonly { readonly symbol: string; readonly tensor: TensorReport }[];
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
  /** Its optimizer left it alone, as there was no gradient; what it remembers stays. */
  | {
      readonly kind: 'skipped';
      readonly position: number;
      readonly address: string;
      readonly op: string;
      readonly memory: Readonly<Record<string, number>>;
    }
  /** What its owner remembers afterwards, and how far the values went. */
  | {
      readonly kind: 'updated';
      readonly position: number;
      readonly address: string;
      readonly op: string;
      readonly memory: Readonly<Record<string, number>>;
      readonly step?: number;
    };

/** Why an entry made a NaN or an infinity, with the evidence. */
export type Cause =
  /** The data hold it already. */
  | { readonly kind: 'data' }
  /** Elements of an input for which the operation has no finite result: how many, and the one farthest from zero. */
  | {
      readonly kind: 'hazard';
      readonly cause: LocalText;
      readonly input: number;
      readonly count: number;
      readonly worst: number;
    }
  /** An input holds them already: how many. */
  | { readonly kind: 'given'; readonly input: number; readonly count: number }
  /** Numbers too large for float32: the largest that went in. */
  | { readonly kind: 'overflow'; readonly largest: number }
  /** The learning rate in force, and what of this speaks against it. */
  | {
      readonly kind: 'learning-rate';
      readonly lr: number;
      /** The largest element of the gradient, where the step itself outgrows float32. */
      readonly gradient?: number;
      /** The largest weight as the run began and now, where the updates have blown it up. */
      readonly weights?: { readonly from: number; readonly to: number };
      /** Losses that rose: the first and the last of so many iterations. */
      readonly losses?: { readonly from: number; readonly to: number; readonly iterations: number };
    };

/** The first entry that made a NaN or an infinity. `causes` is empty where nothing explains it. */
export interface Fault {
  /** From 0. */
  readonly iteration: number;
  readonly entry: EntryReport;
  readonly value: 'NaN' | '∞' | '−∞';
  /** How many elements are not finite, and where the first is. */
  readonly count: number;
  readonly index: readonly number[];
  /** The row of the data set that it comes from. */
  readonly sample?: number;
  /** The likeliest first. */
  readonly causes: readonly Cause[];
}

/** Why a session stands still: it was asked to, a step ended, a breakpoint was met, a NaN was made, or it was the last iteration. */
export type StopReason = 'pause' | 'step' | 'breakpoint' | 'nonFinite' | 'end' | 'historyEnds';

/** From one stop to the next. */
export interface Since {
  /** Whole iterations that were gone through, and entries besides them; negative where the run went back in time. */
  readonly iterations: number;
  readonly entries: number;
  readonly loss?: { readonly from: number; readonly to: number };
  /** Parameters whose values are others now, and the Euclidean distance between then and now. */
  readonly parameters: readonly { readonly address: string; readonly step: number }[];
}

/** A breakpoint as it was armed when a run stopped at it. */
export interface MetBreakpoint {
  readonly breakpoint: Breakpoint;
  /** What met its condition: the norm, mean or maximum, how many elements are NaN or infinite, or the loss that rose. */
  readonly value?: number;
  /** Of a loss that rose: what it was. */
  readonly before?: number;
}

/** Where a session stands still, and why. */
export interface StopReport {
  readonly reason: StopReason;
  /** Iterations finished. */
  readonly iteration: number;
  /** Entries done of the iteration under way; 0 between two. */
  readonly position: number;
  /** The breakpoints that were met. */
  readonly breakpoints: readonly MetBreakpoint[];
  /** How often each one has been met so far, by what `keyOf` of `graph/breakpoints.ts` calls it. */
  readonly hits: Readonly<Record<string, number>>;
  readonly fault?: Fault;
  /** What happened since the stop before; absent at the first one. */
  readonly since?: Since;
  /** The first iteration that can be gone back to, and the memory that takes. */
  readonly history: { readonly earliest?: number; readonly bytes: number };
}

/** The tape of the iteration under way, or between two of the one that is over. */
export interface TapeReport extends TapeList {
  /** Its number, from 0. */
  readonly iteration: number;
  /** How many of its entries are done. */
  readonly done: number;
  /** Tapes of one engine with the same number have the same `TapeList`. */
  readonly list: number;
  /** How often each loop ran, by its address. */
  readonly loops: Readonly<Record<string, number>>;
  /** The last iterations that were finished, oldest first. */
  readonly film: readonly FilmFrame[];
}

/**
 * The norms of what passes the wires into the node at work, by `address.port` of their ends: what the node reads, or in the backward
 * pass what it gives back; null where that is not known yet. A wire into a block around the node is among them where the node reads
 * the very value that passes it.
 */
export type Passing = Readonly<Record<string, number | null>>;

/** What of a tape stays the same while its iteration runs. */
export interface TapeList {
  readonly entries: readonly Pick<EntryReport, 'phase' | 'address' | 'op' | 'forward' | 'parameter'>[];
  /** What no gradient comes to in this iteration, and why. */
  readonly withoutGradient: NoGradients;
}

/** A tape for whoever has its list already: thousands of entries are not sent at every stop. */
export type BriefTape = Omit<TapeReport, keyof TapeList> & { readonly fresh?: TapeList };

/** One iteration in a row of them. */
export interface FilmFrame {
  /** From 0. */
  readonly iteration: number;
  readonly loss: number;
  /** How often each loop ran, by its address. */
  readonly loops: Readonly<Record<string, number>>;
}

/** Elements of a tensor in row-major order, from `start` on. */
export interface TensorSlice {
  readonly shape: readonly number[];
  readonly start: number;
  readonly values: Float64Array;
}
