import type { Attributes } from '../ops/op.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { FunctionProblem } from './problems.ts';

/** What is known of a tensor while a function is traced. Floats are `f32`, also where they will be computed in f64. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a function is traced for; another signature is another trace. */
export interface FunctionSignature {
  readonly inputs: readonly (TensorType & { readonly needsInputGrad: boolean })[];
}

/**
 * One operation of a trace: the name of a record of `engine/ops`; or `full`, which makes a constant of `attrs`
 * (`{ shape, value, dtype }`) without inputs; or `oneHot`, which makes rows of `{ classes }` floats. Values are numbered: those
 * that are given first, then each operation's own.
 */
export interface TracedOp extends TensorType {
  readonly op: string;
  readonly attrs: Attributes;
  readonly inputs: readonly number[];
  readonly output: number;
}

/** A function as data: it can be cloned, kept and sent. */
export interface FunctionTrace {
  readonly signature: FunctionSignature;
  /** Values 0, 1, … are the inputs. */
  readonly forward: readonly TracedOp[];
  /** Values of `forward`. */
  readonly outputs: readonly number[];
  /** Values of `forward` that backward is given. */
  readonly saved: readonly number[];
  /** Values 0, 1, … are the saved ones, then the gradients of the outputs. */
  readonly backward: readonly TracedOp[];
  /** For each input a value of `backward`, or null where there is no gradient. */
  readonly gradients: readonly (number | null)[];
}

export type TraceResult =
  | { readonly ok: true; readonly trace: FunctionTrace }
  | { readonly ok: false; readonly problem: FunctionProblem };
