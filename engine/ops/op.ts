import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import type { LocalText, PortSpec } from '../nodes/ports.ts';
import type { SettingsSchema } from '../nodes/settings.ts';
import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';

export type Attributes = Readonly<Record<string, unknown>>;

/**
 * What the tape keeps for backward, by name: `input0`, `input1`, `output0`; `intermediate0` is what forward computed on the way
 * and returns behind its outputs.
 */
export type SavedName = `input${number}` | `output${number}` | `intermediate${number}`;
export type Saved = Readonly<Record<string, NDArray>>;

/** A case of the parity suite: how the inputs are made (by `test/parity/material.ts`) and the attributes. */
export interface OpCase {
  readonly inputs: readonly OpCaseInput[];
  readonly attrs?: Attributes;
  /** False where finite differences mean nothing (ties, infinities); values and gradients are still compared. */
  readonly gradcheck?: boolean;
}
/** A shape drawn uniformly from `[from, to)`, by default [−2, 2), or explicit `values`. */
export type OpCaseInput =
  | { readonly shape: Shape; readonly from?: number; readonly to?: number; readonly dtype?: DType }
  | {
      readonly shape: Shape;
      readonly values: readonly (number | 'nan' | 'inf' | '-inf' | '-0')[];
      readonly dtype?: DType;
    };

/** LaTeX. X (or A, B; C a condition, T a target) are inputs and Y outputs, a bar marks a gradient. */
export interface Formula {
  readonly forward: string;
  /** For each input; empty where it has none. */
  readonly backward: readonly string[];
}

/** Elements of an input from which an operation makes a NaN or an infinity though all that came is finite. */
export interface Hazard {
  readonly input: number;
  /** Absent: in the forward pass. */
  readonly pass?: 'backward';
  isBad(x: number): boolean;
  /** What it is called: `logarithm of zero or less`. */
  readonly cause: LocalText;
}

/**
 * One operation, whole: shape rule, forward, backward, formula, PyTorch's expression, cases, and the node it is on the canvas.
 * The file imports nothing that computes; forward and backward receive the kernels.
 */
export interface OpRecord<A extends Attributes = Attributes> {
  readonly name: string;
  /** Output shapes. @throws ShapeError that names what came and what was expected. */
  shape(inputs: readonly Shape[], attrs: A): Shape[];
  /** Output types where they differ from the first floating input's. */
  dtype?(inputs: readonly DType[], attrs: A): DType[];
  readonly saves: readonly SavedName[];
  /**
   * Of what it saves, by input, what the gradient of that input reads; absent where each reads all. Only to a gradient that reads it does
   * it matter that a value has changed in place since.
   */
  readonly reads?: readonly (readonly SavedName[])[];
  /** The outputs, and behind them the intermediates that `saves` names, in the order of their numbers. */
  forward(k: Kernels, inputs: readonly NDArray[], attrs: A): NDArray[];
  /**
   * Gradients of the inputs; only those that `needs` asks for are computed, the rest are undefined.
   * `shapes` are the inputs' shapes. Absent: not differentiable.
   */
  backward?(
    k: Kernels,
    grads: readonly NDArray[],
    saved: Saved,
    attrs: A,
    needs: readonly boolean[],
    shapes: readonly Shape[],
  ): (NDArray | undefined)[];
  /** Where there is nothing to do, forward gives back its input itself, and no array of its own. */
  readonly mayPassOn?: boolean;
  /** Inputs whose gradients are left undefined whatever `needs` asks for. */
  readonly withoutGradient?: readonly number[];
  readonly hazards?: readonly Hazard[];
  /**
   * How many arrays it makes: forward on the way to its outputs, of the size of its largest operand; backward for the gradient of an
   * input, that one counted, of the size of that input or, where it is broadcast, of the output. A mask is a quarter of an array.
   * What memory is estimated from; by default 0 and 1.
   */
  readonly makes?: { readonly forward?: number; readonly backward?: number };
  readonly formula: Formula;
  /** Where attributes change what is computed: the formula for these. */
  formulaFor?(attrs: A): Formula;
  /** Two sentences: why the backward is what it is. */
  readonly why: LocalText;
  /** The same in PyTorch: `torch.sigmoid(x)`. */
  torch(inputs: readonly string[], attrs: A): string;
  readonly cases: readonly OpCase[];
  /** How it appears in the palette; absent for operations that exist only inside modules. */
  readonly node?: {
    readonly kind: string;
    readonly category?: 'tensor' | 'activations';
    readonly help: LocalText;
    readonly inputs: readonly PortSpec[];
    readonly settings?: SettingsSchema;
    /** Attributes from the node's settings; identity by default. */
    readonly attributes?: (settings: Attributes) => A;
  };
}

/** Declares an operation; the identity, for inference. */
export const defineOp = <A extends Attributes>(record: OpRecord<A>): OpRecord<A> => record;
