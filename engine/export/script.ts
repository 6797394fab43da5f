import type { DataSource, Init, RepeatCount, Value } from '../nodes/builder.ts';
import type { Settings } from '../nodes/settings.ts';
import type { Attributes } from '../ops/op.ts';
import type { Shape } from '../tensor/shape.ts';

/*
 * A document as code in no language yet: what every exporter reads. A value is known by its identity; writers give it a name, or
 * print what makes it where it is used.
 */

/**
 * A number that stands where it is used has a `constant`, and nothing makes it. One that follows the batch `isNumber`: it is made
 * by an operation, and stands among the attributes of others, too.
 */
export interface CodeValue extends Value {
  readonly constant?: number;
  readonly isNumber?: true;
}

/** The node that something comes from. */
export interface Place {
  readonly id: string;
  /** Its way through blocks and instances; of what holds parameters, that under which they are known. */
  readonly address: string;
  /** What users call it: the label of its card, else its id. */
  readonly name: string;
  /** The node of the document that it is, or that holds it, and the definition in which it stands. */
  readonly owner: string;
  readonly module: string | undefined;
  /** What is noted at it on the canvas. */
  readonly notes: readonly string[];
}

/** An argument of a class, and the param of the enclosing definition that it is. */
export interface Argument {
  readonly value: unknown;
  readonly param: string | undefined;
}
export type Arguments = Readonly<Record<string, Argument>>;

export interface Parameter {
  /** `model/linear1.weight`. */
  readonly address: string;
  readonly name: string;
  readonly shape: Shape;
  readonly init: Init;
  readonly requiresGrad: boolean;
}

interface Step {
  readonly place: Place;
  readonly inputs: readonly CodeValue[];
  readonly outputs: readonly CodeValue[];
}
/**
 * An operation of `engine/ops`; or what only functions of the user's own have: `full` and `oneHot`, and of numbers `rows`, the
 * length of an axis, and `ofRows`, which is so many `times` it and something `plus`, or `over` it.
 */
export type Operation = Step & { readonly kind: 'operation'; readonly op: string; readonly attrs: Attributes };
/** A module of the library, by PyTorch's name. */
export type Layer = Step & {
  readonly kind: 'layer';
  readonly layer: string;
  readonly args: Arguments;
  readonly parameters: readonly Parameter[];
  readonly isLoss: boolean;
};
/** A function of the user's own: what its code does, forward and backward. `isUneven`: the last batch would need other code. */
export type OwnFunction = Step & {
  readonly kind: 'function';
  readonly code: FunctionCode;
  readonly isUneven: boolean;
};
/** A chain of modules alone: other chains are written out. */
export type Chain = Step & { readonly kind: 'chain'; readonly body: readonly Statement[] };
/** A class of the user's own. */
export type Instance = Step & { readonly kind: 'instance'; readonly definition: Definition; readonly args: Arguments };
export type Loop = Step & {
  readonly kind: 'loop';
  readonly count: RepeatCount;
  readonly untied: boolean;
  /** `inputs` are what it starts with, `outputs` what is left after the last iteration; in between `currents` become `nexts`. */
  readonly currents: readonly CodeValue[];
  readonly nexts: readonly CodeValue[];
  readonly body: readonly Statement[];
  /** Of which each iteration of an untied loop has its own. */
  readonly tensors: readonly HeldTensor[];
};
export type Statement = Operation | Layer | OwnFunction | Chain | Instance | Loop;

export interface Definition {
  readonly name: string;
  readonly notes: readonly string[];
  /** What forward is given, with what it is called there, and what it returns. */
  readonly inputs: readonly CodeValue[];
  readonly inputNames: readonly string[];
  readonly outputs: readonly CodeValue[];
  readonly body: readonly Statement[];
  /** Tensors that it holds beside its modules. */
  readonly tensors: readonly HeldTensor[];
}

/** A parameter that no layer makes: a Parameter node. */
export interface HeldTensor {
  readonly place: Place;
  readonly value: CodeValue;
  readonly parameter: Parameter;
}

export interface FunctionCode {
  readonly inputs: readonly string[];
  readonly forward: FunctionPart;
  /** Values of `forward` that backward is given: its `inputs` are these, then the gradients of the outputs. */
  readonly saved: readonly CodeValue[];
  /** What the author calls these in backward, as far as it is known; empty where it is not. */
  readonly names: { readonly saved: readonly string[]; readonly gradients: readonly string[] };
  readonly backward: FunctionPart;
}
export interface FunctionPart {
  readonly inputs: readonly CodeValue[];
  readonly body: readonly Operation[];
  /** Null: no gradient. */
  readonly results: readonly (CodeValue | null)[];
}

export interface DataStatement {
  readonly place: Place;
  readonly source: DataSource;
  readonly outputs: readonly CodeValue[];
  /** Samples to train on, of which an iteration sees a batch; undefined for what has no axes. */
  readonly rows: number | undefined;
}

export interface Script {
  readonly name: string;
  /** Those of the canvas that stand at no node. */
  readonly notes: readonly string[];
  readonly seed: number;
  readonly count: { readonly steps: number } | { readonly epochs: number };
  /** Absent: all samples in every iteration. */
  readonly batches: { readonly size: number; readonly samples: number } | undefined;
  readonly data: readonly DataStatement[];
  readonly tensors: readonly HeldTensor[];
  readonly forward: readonly Statement[];
  /** What is computed after the backward pass, from gradients too. */
  readonly update: readonly Statement[];
  readonly losses: readonly CodeValue[];
  readonly gradients: ReadonlyMap<CodeValue, string>;
  readonly optimizers: readonly {
    readonly place: Place;
    readonly kind: string;
    readonly settings: Settings;
    readonly parameters: readonly string[];
  }[];
  readonly updates: readonly {
    readonly place: Place;
    readonly parameters: readonly string[];
    readonly gradient: CodeValue;
    readonly lr: number;
  }[];
  readonly zeroGrads: readonly { readonly place: Place; readonly parameters: readonly string[] }[];
  /** Every parameter's address, in no order, and whether a gradient is computed for it. */
  readonly parameters: ReadonlyMap<string, Pick<Parameter, 'requiresGrad'>>;
  /** Addresses of nodes that draw numbers, and of parameters, one for each time: the order in which PyTorch has to draw them. */
  readonly draws: readonly string[];
  /** What a value is called, unless the name is taken. */
  readonly hints: ReadonlyMap<CodeValue, string>;
}
