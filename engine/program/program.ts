import type { DataSource, Init, RepeatCount } from '../nodes/builder.ts';
import type { Settings } from '../nodes/settings.ts';
import type { Attributes, OpRecord } from '../ops/op.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';

/** Where a value stands while a program runs: an index into its frame. */
export type Slot = number;

interface Place {
  /** The node that means it, and its path through blocks and instances. */
  readonly node: string;
  readonly address: string;
}
interface StepPlace extends Place {
  readonly inputs: readonly Slot[];
  /** One for each output of the operation. */
  readonly outputs: readonly Slot[];
  /** Of the first output. */
  readonly shape: Shape;
  /** The innermost named module that it is part of: `Linear`. */
  readonly module?: string;
}
/** `op` names an operation, or a function of the program. */
export type OpStep = StepPlace & { readonly kind: 'op'; readonly op: string; readonly attrs: Attributes };
/** Zeroes each element with probability `p` in training and scales the rest; the identity in evaluation. */
export type DropoutStep = StepPlace & { readonly kind: 'dropout'; readonly p: number };
/** What one entry does. */
export type EntryStep = OpStep | DropoutStep;

/** A value that goes from one iteration of a loop to the next. All but `start` are slots of the loop's own. */
export interface Carried {
  readonly start: Slot;
  /** What the body reads, and what it gives. */
  readonly current: Slot;
  readonly next: Slot;
  /** What is left after the last iteration. */
  readonly result: Slot;
}
export interface RepeatStep extends Place {
  readonly kind: 'repeat';
  readonly count: RepeatCount;
  readonly untied: boolean;
  readonly carried: readonly Carried[];
  readonly body: readonly ProgramStep[];
}
/** Not a thing to do: from here on a node's first output stands in `slot`. */
export interface OutputMark {
  readonly kind: 'output';
  readonly address: string;
  readonly slot: Slot;
}
export type ProgramStep = EntryStep | RepeatStep | OutputMark;

export interface ParameterSpec {
  /** `model/linear1.weight`; `repeat1#2/linear1.weight` for the second copy of an untied loop. */
  readonly address: string;
  readonly node: string;
  readonly name: string;
  readonly shape: Shape;
  readonly init: Init;
  readonly requiresGrad: boolean;
  readonly slot: Slot;
}

export interface DataSpec {
  readonly address: string;
  readonly node: string;
  readonly source: DataSource;
  /** Shapes over the whole set; axis 0 counts samples. */
  readonly outputs: readonly { readonly slot: Slot; readonly shape: Shape; readonly dtype: DType }[];
}

export interface OptimizerSpec {
  readonly node: string;
  readonly kind: string;
  readonly settings: Settings;
  /** Addresses of the parameters that reach its loss, or of those among them that it names. */
  readonly parameters: readonly string[];
}

/** `parameter ← parameter − lr · gradient`. */
export interface UpdateSpec {
  readonly node: string;
  readonly kind: string;
  readonly settings: Settings;
  readonly parameters: readonly string[];
  readonly gradient: Slot;
}

/** Sets gradients to none, after all updates. */
export interface ZeroGradSpec {
  readonly node: string;
  readonly parameters: readonly string[];
}

export interface MetricSpec {
  readonly name: 'accuracy';
  readonly node: string;
  readonly prediction: Slot;
  readonly target: Slot;
  readonly classes: number;
}

/** Where the values at the ports of a node stand; in a loop they are slots of its body. */
export interface NodePorts {
  readonly phase: 'forward' | 'update';
  readonly inputs: ReadonlyMap<string, Slot>;
  readonly outputs: ReadonlyMap<string, Slot>;
}

/**
 * The executable form of a document: structured, never unrolled, and free of values. What an iteration does is a `Schedule` made
 * of it (`schedule.ts`).
 */
export interface Program {
  readonly slots: number;
  readonly data: readonly DataSpec[];
  readonly parameters: readonly ParameterSpec[];
  /** Both in the order in which they are drawn: data first, then parameters, unless the document lists another order. */
  readonly draws: readonly (DataSpec | ParameterSpec)[];
  /** The copies of a parameter in an untied loop: by the slot that stands for it in the body, then by `2.1`, the copies' numbers. */
  readonly copies: ReadonlyMap<Slot, ReadonlyMap<string, Slot>>;
  /** Functions of the user's own, as operations. Their names are those of no operation. */
  readonly functions: ReadonlyMap<string, OpRecord>;
  /** The forward pass. */
  readonly steps: readonly ProgramStep[];
  /** Scalars; the first is reported, backward starts from their sum. */
  readonly losses: readonly { readonly node: string; readonly slot: Slot }[];
  /** After the backward pass, under no-grad: what gradients are read into, what is computed from them, what is written. */
  readonly gradients: readonly { readonly parameter: string; readonly slot: Slot }[];
  readonly updateSteps: readonly ProgramStep[];
  readonly optimizers: readonly OptimizerSpec[];
  readonly updates: readonly UpdateSpec[];
  readonly zeroGrads: readonly ZeroGradSpec[];
  readonly metrics: readonly MetricSpec[];
  /** Parameters of each node that has some, by its address, by the slots that its steps read. */
  readonly holders: ReadonlyMap<string, readonly Slot[]>;
  /** By address. */
  readonly ports: ReadonlyMap<string, NodePorts>;
}
