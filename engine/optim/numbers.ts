import type { Backend, NDArray, Operand } from '../backends/backend.ts';
import { Kernels } from '../backends/kernels.ts';
import { createReferenceBackend } from '../backends/reference/reference.ts';

/** Computes nothing, and tells of each number that it is given. */
function listening(tell: (number: number) => void): Backend {
  const array = (...operands: readonly Operand[]): NDArray => {
    let found: NDArray | undefined;
    for (const x of operands)
      if (typeof x === 'number') tell(x);
      else found ??= x;
    if (found === undefined) throw new Error('an optimizer computes with arrays');
    return found;
  };
  const reference = createReferenceBackend();
  const scalar = reference.full([], 0);
  return {
    ...reference,
    unary: (_, x) => x,
    binary: (_, a, b) => array(a, b),
    where: (condition, a, b) => array(condition, a, b),
    full: () => scalar,
    assign: () => undefined,
  };
}

/** Finds out with which numbers a rule computes: they depend on its settings and the count of steps alone. */
export class Numbers {
  #found: number[] = [];
  readonly #kernels = new Kernels(listening((number) => this.#found.push(number)));

  /** All numbers among the operands of what `body` calls, in their order. */
  of(body: (k: Kernels) => void): readonly number[] {
    this.#found = [];
    body(this.#kernels);
    return this.#found;
  }
}
