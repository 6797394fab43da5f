import type { NDArray } from '../backends/backend.ts';
import type { Attributes, OpRecord, Saved } from '../ops/op.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from './tensor.ts';

/** Where in an iteration something happened. */
export type Phase = 'forward' | 'loss' | 'update' | 'evaluation';

/** One executed operation: what the debugger shows, and what backward needs. */
export interface TapeEntry {
  /** Counts the operations of a context; later operations have larger numbers. */
  readonly index: number;
  readonly op: OpRecord;
  readonly attrs: Attributes;
  readonly inputs: readonly Tensor[];
  /** Shapes of the inputs. */
  readonly shapes: readonly Shape[];
  /** Values of the outputs; the tensors themselves know this entry as their `gradFn`. */
  readonly outputs: readonly NDArray[];
  /** Null after a backward pass that did not retain the graph. */
  saved: Saved | null;
  /** `outer/repeat1#2/linear1`: the node, and the scopes around it. */
  readonly address: string;
  readonly phase: Phase;
  /** Whether a gradient flows through it. */
  readonly differentiable: boolean;
}

/** What one iteration recorded, in the order of execution. */
export class Tape {
  private list: TapeEntry[] = [];
  get entries(): readonly TapeEntry[] {
    return this.list;
  }
  record(entry: TapeEntry): void {
    this.list.push(entry);
  }
  /** Forgets everything; the values are freed by the scope they live in. */
  clear(): void {
    this.list = [];
  }
}
