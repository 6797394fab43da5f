import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Backend, BinaryOp, NDArray, Operand, ReduceOp, UnaryOp } from './backend.ts';

/** A call of a backend's primitive as data: all that is not one of its operands. */
export type Call =
  | { readonly call: 'upload'; readonly data: ArrayLike<number>; readonly shape: Shape; readonly dtype?: DType }
  /** An upload of numbers that are drawn anew each time. */
  | { readonly call: 'draw'; readonly make: () => ArrayLike<number>; readonly shape: Shape }
  | { readonly call: 'full'; readonly shape: Shape; readonly value: number; readonly dtype?: DType }
  | { readonly call: 'unary'; readonly op: UnaryOp }
  | { readonly call: 'binary'; readonly op: BinaryOp }
  | { readonly call: 'where' }
  | { readonly call: 'reduce'; readonly op: ReduceOp; readonly axes: readonly number[]; readonly keepDims: boolean }
  | { readonly call: 'matmul'; readonly transposeA: boolean; readonly transposeB: boolean }
  | { readonly call: 'gather'; readonly axis: number }
  | { readonly call: 'scatterAdd'; readonly shape: Shape; readonly axis: number }
  | { readonly call: 'permute'; readonly axes: readonly number[] }
  | { readonly call: 'reshape'; readonly shape: Shape }
  | { readonly call: 'broadcastTo'; readonly shape: Shape }
  | { readonly call: 'slice'; readonly axis: number; readonly start: number; readonly end: number }
  | { readonly call: 'takeRows'; readonly index: ArrayLike<number> }
  | { readonly call: 'copy' }
  /** `operands[0] ← operands[1]`; makes nothing. */
  | { readonly call: 'assign' };

/** What people know it by: `matmul`, `add`. */
export const nameOf = (call: Call): string => ('op' in call ? call.op : call.call);

/** Has `backend` do `call`. The array that it makes; of an `assign`, its target. */
export function perform(backend: Backend, call: Call, operands: readonly Operand[]): NDArray {
  const [first, second, third] = operands;
  switch (call.call) {
    case 'upload':
      return backend.upload(call.data, call.shape, call.dtype);
    case 'draw':
      return backend.upload(call.make(), call.shape);
    case 'full':
      return backend.full(call.shape, call.value, call.dtype);
    case 'unary':
      return backend.unary(call.op, array(first));
    case 'binary':
      return backend.binary(call.op, given(first), given(second));
    case 'where':
      return backend.where(array(first), given(second), given(third));
    case 'reduce':
      return backend.reduce(call.op, array(first), call.axes, call.keepDims);
    case 'matmul':
      return backend.matmul(array(first), array(second), call.transposeA, call.transposeB);
    case 'gather':
      return backend.gather(array(first), call.axis, array(second));
    case 'scatterAdd':
      return backend.scatterAdd(call.shape, call.axis, array(first), array(second));
    case 'permute':
      return backend.permute(array(first), call.axes);
    case 'reshape':
      return backend.reshape(array(first), call.shape);
    case 'broadcastTo':
      return backend.broadcastTo(array(first), call.shape);
    case 'slice':
      return backend.slice(array(first), call.axis, call.start, call.end);
    case 'takeRows':
      return backend.takeRows(array(first), call.index);
    case 'copy':
      return backend.copy(array(first));
    case 'assign': {
      const target = array(first);
      backend.assign(target, array(second));
      return target;
    }
  }
}

/** An operand that must be there. */
function given(x: Operand | undefined): Operand {
  if (x === undefined) throw new Error('a call was given fewer operands than it takes');
  return x;
}
function array(x: Operand | undefined): NDArray {
  if (x === undefined || typeof x === 'number') throw new Error('a call takes an array here');
  return x;
}

/** An operand of a call that is made again and again: an array that changes from time to time stands in a table, and so does a number. */
export type PlannedOperand = Operand | Place | Cell;
/** The array at a place of the table. */
export interface Place {
  readonly at: number;
}
/** A number that is set before each run. */
export interface Cell {
  readonly cell: number;
}
export const isPlace = (input: PlannedOperand): input is Place => typeof input === 'object' && 'at' in input;
export const isCell = (input: PlannedOperand): input is Cell => typeof input === 'object' && 'cell' in input;

export interface PlannedCall {
  readonly call: Call;
  readonly inputs: readonly PlannedOperand[];
  /** The place of what it makes; undefined for an `assign`. */
  readonly output: number | undefined;
}

/** Calls that will be made again and again, in the same order, on arrays of the same kinds. */
export interface PlannedWork {
  /** Parts that are run one after another, with looks at the arrays between them. */
  readonly sections: readonly (readonly PlannedCall[])[];
  /** What the arrays in the table are. */
  readonly table: readonly Pick<NDArray, 'shape' | 'dtype'>[];
  /** Places that are looked at from outside, or filled from there; what is made at others may never be seen in memory. */
  readonly lookedAt: ReadonlySet<number>;
  readonly cells: number;
}

/** Planned calls, ready to be made: where everything stands is settled, and what can be done in one pass is. The bits are the same. */
export interface ReadyWork {
  /** The array at a place that is looked at, the same in every run. Another work of the same backend may use its memory. */
  array(at: number): NDArray;
  /** Sets all numbers that change from run to run. */
  setCells(values: Float64Array): void;
  /** Makes the calls of a section. */
  run(section: number): void;
  /**
   * Has the number at a place noted when what was run so far is done, for `Backend.collected`. Absent where looking at it takes no
   * longer.
   */
  collect?(at: number): void;
  /** It will not be run any more; its arrays belong to works to come. */
  close(): void;
  /** How many kernels all sections together launch. */
  readonly kernels: number;
}
