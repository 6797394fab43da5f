import type { Backend, NDArray, Operand } from '../backends/backend.ts';
import { Kernels } from '../backends/kernels.ts';
import { createReferenceBackend } from '../backends/reference/reference.ts';
import type { GivenSettings, OptimizerRule, OptimizerState } from './rule.ts';

/** Computes nothing, and tells of each number that it is given, in the order of its operands. */
function listening(tell: (number: number) => void): Backend {
  const heard = (x: Operand, other: NDArray | undefined): NDArray | undefined => {
    if (typeof x !== 'number') return other ?? x;
    tell(x);
    return other;
  };
  const made = (array: NDArray | undefined): NDArray => {
    if (array === undefined) throw new Error('an optimizer computes with arrays');
    return array;
  };
  const reference = createReferenceBackend();
  const scalar = reference.full([], 0);
  return {
    ...reference,
    unary: (_, x) => x,
    binary: (_, a, b) => made(heard(b, heard(a, undefined))),
    where: (condition, a, b) => made(heard(b, heard(a, condition))),
    full: () => scalar,
    assign: () => undefined,
  };
}

/**
 * Finds out with which numbers a rule computes: they depend on its settings and the count of steps alone. Done in every iteration that
 * is played as a whole, so nothing is made for it.
 */
export class Numbers {
  readonly #rule: OptimizerRule;
  readonly #found: number[] = [];
  #count = 0;
  readonly #kernels = new Kernels(
    listening((number) => {
      this.#found[this.#count++] = number;
    }),
  );
  /** What they were found for. */
  #settings: GivenSettings | undefined;
  #stepCount = 0;

  constructor(rule: OptimizerRule) {
    this.#rule = rule;
  }

  /**
   * Writes all numbers among the operands of what the rule calls in a step, in their order, into `cells` from `at` on. Where the next
   * ones go.
   */
  write(
    param: NDArray,
    grad: NDArray,
    state: OptimizerState,
    settings: GivenSettings,
    stepCount: number,
    cells: Float64Array,
    at: number,
  ): number {
    // Most parameters have taken as many steps as the one before.
    if (settings !== this.#settings || stepCount !== this.#stepCount) {
      this.#count = 0;
      this.#rule.step(this.#kernels, param, grad, state, settings, stepCount);
      this.#settings = settings;
      this.#stepCount = stepCount;
    }
    for (let i = 0; i < this.#count; i++) cells[at + i] = this.#found[i] ?? Number.NaN;
    return at + this.#count;
  }
}
