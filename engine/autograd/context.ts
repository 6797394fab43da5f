import type { Backend, NDArray, OpenScope } from '../backends/backend.ts';
import { createCpuBackend } from '../backends/cpu.ts';
import { Kernels } from '../backends/kernels.ts';
import type { Attributes, OpRecord } from '../ops/op.ts';
import { applyOp } from './apply.ts';
import { type BackwardOptions, type BackwardStep, backward } from './backward.ts';
import type { Phase, Tape, TapeEntry } from './tape.ts';
import { Tensor } from './tensor.ts';

/** Called with every executed operation, after it ran. */
export type Observer = (entry: TapeEntry) => void;

/** An iteration whose arrays are freed when it is over. */
export interface OpenIteration {
  readonly scope: OpenScope;
  /** Leaves that a backward pass has reached in it. */
  readonly leaves: Set<Tensor>;
}

/** What surrounds the execution of operations: one per session, and a default one for the public API. */
export class Context {
  readonly kernels: Kernels;
  /** Records every operation where there is one; backward itself needs none (it follows `gradFn`). */
  tape: Tape | null = null;
  gradEnabled = true;
  phase: Phase = 'forward';
  readonly observers = new Set<Observer>();
  /** Iterations of the public API's loops that are under way, the innermost last. */
  readonly iterations: OpenIteration[] = [];
  /** What outlives them because it was asked to. */
  readonly kept = new WeakSet<NDArray>();
  private readonly scopes: string[] = [];
  private count = 0;
  /** When arrays were written last, by the number of the operation that came next. */
  private readonly writes = new WeakMap<NDArray, number>();
  private hasWrites = false;

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** Where the next operation stands: `outer/linear1`. */
  get address(): string {
    return this.scopes.join('/');
  }
  nextIndex(): number {
    return this.count++;
  }

  /** The elements of `array` have changed in place: what was computed before must not be differentiated with them. */
  wrote(array: NDArray): void {
    this.hasWrites = true;
    this.writes.set(array, this.count);
  }
  /** Have elements been changed in place after an operation ran? `index` is the operation's own. */
  changedSince(array: NDArray, index: number): boolean {
    return this.hasWrites && (this.writes.get(array) ?? 0) > index;
  }

  /** Runs `body` with `name` appended to the address. */
  within<T>(name: string, body: () => T): T {
    this.scopes.push(name);
    try {
      return body();
    } finally {
      this.scopes.pop();
    }
  }

  /** Runs `body` with recording of gradients off: `torch.no_grad()`. */
  noGrad<T>(body: () => T): T {
    const before = this.gradEnabled;
    this.gradEnabled = false;
    try {
      return body();
    } finally {
      this.gradEnabled = before;
    }
  }

  /** A leaf. */
  tensor(value: NDArray, options: { readonly requiresGrad?: boolean } = {}): Tensor {
    return new Tensor(this, value, options.requiresGrad ?? false);
  }

  /** Executes an operation. @throws ShapeError */
  apply(record: OpRecord, inputs: readonly Tensor[], attrs: Attributes = {}): Tensor[] {
    return applyOp(this, record, inputs, attrs);
  }

  /** Backward as an iterator: one step per operation and one per contribution to a gradient. */
  backward(roots: readonly Tensor[], options: BackwardOptions = {}): Generator<BackwardStep, void> {
    return backward(this, roots, options);
  }
}

let shared: Context | null = null;

/** The context of the public API: the CPU, made on first use. */
export function defaultContext(): Context {
  shared ??= new Context(new Kernels(createCpuBackend()));
  return shared;
}

/**
 * Has the public API compute on `backend` from here on.
 * @throws Error where there are tensors already: they stay where they are, and could not be computed with
 */
export function useBackend(backend: Backend): void {
  const before = shared?.kernels.backend;
  if (before !== undefined && before.memory().arrays > 0)
    throw new Error('tensors have been made already, and stay where they are: choose the device before the first one');
  shared = new Context(new Kernels(backend));
  before?.close();
}

/** Has the public API work in `context` while `body` runs. */
export function withDefaultContext<T>(context: Context, body: () => T): T {
  const before = shared;
  shared = context;
  try {
    return body();
  } finally {
    shared = before;
  }
}

/** Runs `body` without recording gradients; `torch.no_grad()`. */
export const noGrad = <T>(body: () => T, context: Context = defaultContext()): T => context.noGrad(body);
