import type { Attributes } from '../ops/op.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Settings } from './settings.ts';

/** A value while a document is being lowered. What it is depends on the builder; its shape and type are always known. */
export interface Value {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** How a parameter is drawn; PyTorch's `nn.init`. */
export type Init =
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal' }
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' };

/** Where a data node's values come from. `shape`s are of the whole set, axis 0 counts samples. */
export type DataSource =
  | { readonly kind: 'randn'; readonly shape: Shape }
  /** One number, without axes: no stream is drawn from, and no batch is cut. */
  | { readonly kind: 'constant'; readonly value: number }
  | {
      readonly kind: 'dataset';
      readonly name: string;
      readonly settings: Settings;
      readonly outputs: readonly DataOutput[];
    };
export interface DataOutput {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** How often a loop runs: as often every time, or a count drawn anew in every forward pass, both ends included. */
export type RepeatCount = number | { readonly min: number; readonly max: number };
export interface RepeatSpec {
  readonly count: RepeatCount;
  /** Every iteration has weights of its own; else all share them. */
  readonly untied: boolean;
}

/** Values by the names of ports. */
export type Values = Readonly<Record<string, Value>>;

/**
 * What a node kind may say. The readings are builders: one tracks shapes (the live check), one emits the Program,
 * later ones write TypeScript and PyTorch.
 */
export interface Builder {
  /** Applies an operation of `engine/ops` by name. @throws ShapeError */
  op(name: string, inputs: readonly Value[], attrs?: Attributes): Value;
  /** Applies a function of the user's own, which has so many outputs. @throws where its code was not run, or failed */
  custom(source: string, inputs: readonly Value[], outputs: number): Value[];
  /** `requiresGrad` false: no gradient is computed for it, and no optimizer updates it. */
  parameter(name: string, shape: Shape, init: Init, requiresGrad?: boolean): Value;
  /** The gradient of a parameter once the backward pass is over: a value of the update phase. */
  gradient(parameter: Value): Value;
  /** Subtracts `lr` times the gradient from the parameter of the node `parameter`, after all reads of the update phase. */
  update(parameter: string, gradient: Value, settings: Settings): void;
  /** Sets the gradients of these nodes' parameters to none, last of all; null: of all parameters. */
  zeroGrad(parameters: readonly string[] | null): void;
  /**
   * A loop: `body` is run on what is carried, `starts` at first, and gives what is carried on. Returns what the last iteration
   * gave; with no iteration, the starts. @throws ShapeError when the carried shape would change
   */
  repeat(spec: RepeatSpec, starts: readonly Value[], body: (carried: readonly Value[]) => readonly Value[]): Value[];
  /** A use of a definition: shape and program builders run `body`, code builders call the class they made of `name`. */
  instance(name: string, args: Settings, inputs: Values, body: () => Values): Values;
  /** A named scope: shape and program builders run `body`, code builders print the name and `args`. */
  module(name: string, args: Attributes, body: (b: Builder) => Value): Value;
  /** Values given from outside, one per output of the source, cut into minibatches where the document says so. */
  data(source: DataSource): Value[];
  /** Marks the scalar that backward starts from. */
  loss(value: Value): Value;
  /** A module that knows whether it trains: dropout draws its mask from the session's stream. */
  dropout(input: Value, p: number): Value;
  /** Says which optimizer updates the parameters that reach `loss` (or those named in `parameters`). */
  optimizer(kind: string, loss: Value, settings: Settings): void;
  /** A metric of the evaluation: `accuracy` compares argmax over the last axis with labels. */
  metric(name: 'accuracy', prediction: Value, target: Value): void;
}
