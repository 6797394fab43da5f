import type { DataSource, Init } from '../nodes/builder.ts';
import type { Settings } from '../nodes/settings.ts';
import type { Attributes } from '../ops/op.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';

/** Where a value stands while a program runs: an index into its frame. */
export type Slot = number;

interface StepPlace {
  /** The node that means it, and its path through blocks. */
  readonly node: string;
  readonly address: string;
  readonly inputs: readonly Slot[];
  readonly output: Slot;
  readonly shape: Shape;
}
/** One thing to do in the forward pass. */
export type ProgramStep =
  | (StepPlace & { readonly kind: 'op'; readonly op: string; readonly attrs: Attributes })
  /** Zeroes each element with probability `p` in training and scales the rest; the identity in evaluation. */
  | (StepPlace & { readonly kind: 'dropout'; readonly p: number });

/** A named module: the steps `first` to `end` (exclusive) are its body. */
export interface ProgramScope {
  readonly name: string;
  readonly address: string;
  readonly first: number;
  readonly end: number;
}

export interface ParameterSpec {
  /** `model/linear1.weight`. */
  readonly address: string;
  readonly node: string;
  readonly name: string;
  readonly shape: Shape;
  readonly init: Init;
  readonly slot: Slot;
}

export interface DataSpec {
  readonly node: string;
  readonly source: DataSource;
  /** Shapes over the whole set; axis 0 counts samples. */
  readonly outputs: readonly { readonly slot: Slot; readonly shape: Shape; readonly dtype: DType }[];
}

export interface OptimizerSpec {
  readonly node: string;
  readonly kind: string;
  readonly settings: Settings;
  /** Addresses of the parameters that reach its loss. */
  readonly parameters: readonly string[];
}

export interface MetricSpec {
  readonly name: 'accuracy';
  readonly node: string;
  readonly prediction: Slot;
  readonly target: Slot;
  readonly classes: number;
}

/** The executable form of a document: structured, never unrolled, and free of values. */
export interface Program {
  readonly slots: number;
  /** Both in the order in which they are drawn: data first, then parameters. */
  readonly data: readonly DataSpec[];
  readonly parameters: readonly ParameterSpec[];
  readonly steps: readonly ProgramStep[];
  readonly scopes: readonly ProgramScope[];
  /** Scalars; the first is reported, backward starts from their sum. */
  readonly losses: readonly { readonly node: string; readonly slot: Slot }[];
  readonly optimizers: readonly OptimizerSpec[];
  readonly metrics: readonly MetricSpec[];
  /** The first output of each node that has one. */
  readonly outputs: ReadonlyMap<string, Slot>;
}
