import type { Backend, NDArray, Operand } from '../backends/backend.ts';
import { Kernels } from '../backends/kernels.ts';
import { createReferenceBackend } from '../backends/reference/reference.ts';
import { isFloat } from '../tensor/dtype.ts';
import { numel } from '../tensor/shape.ts';

/** What is done at once, some 20 ms each: multiplications of a product, elements of the operands of any other call. */
const PIECE = { products: 2 ** 24, elements: 2 ** 19 } as const;

/** Work that ended a computation, as it is too long to be done within one. It is begun again once that is done. */
class Awaited {
  readonly work: () => Generator<void, NDArray>;
  constructor(work: () => Generator<void, NDArray>) {
    this.work = work;
  }
}

/** What is computed: the same each time it is run, as it may be run more than once. */
export type Computation<T> = (k: Kernels, upload: Backend['upload']) => T;

/** The reference backend in small pieces, so that whoever it shares a thread with need not wait for a computation. */
export class Oracle {
  readonly #inner: Backend = createReferenceBackend();
  readonly #kernels: Kernels;
  /** Results of long work of the computation under way, in the order in which they are asked for. */
  #done: NDArray[] = [];
  #next = 0;
  #swayedBy = 0;

  constructor() {
    this.#kernels = new Kernels(this.#swaying(this.#interruptible()));
  }

  /**
   * Runs `body`, whose arrays live until it ends, and gives what it gives. Every sum in it is off by `swayedBy` of the magnitudes of
   * its terms: how much a result sways tells what rounding may do to it, above all where terms cancel.
   */
  *compute<T>(body: Computation<T>, swayedBy = 0): Generator<void, T> {
    const scope = this.#inner.openScope();
    this.#done = [];
    this.#swayedBy = swayedBy;
    try {
      for (;;) {
        this.#next = 0;
        try {
          return body(this.#kernels, this.#kernels.backend.upload);
        } catch (error) {
          if (!(error instanceof Awaited)) throw error;
          this.#done.push(yield* error.work());
        }
      }
    } finally {
      this.#done = [];
      scope.close();
    }
  }

  /** The same backend, but that long calls are waited for. */
  #interruptible(): Backend {
    const inner = this.#inner;
    const sized = (size: number, work: () => NDArray) =>
      size <= PIECE.elements ? work() : this.#await(() => afterPause(work));
    const call = (operands: readonly Operand[], work: () => NDArray) => sized(sizeOf(operands), work);
    return {
      ...inner,
      upload: (data, shape, dtype) => sized(numel(shape), () => inner.upload(data, shape, dtype)),
      unary: (op, x) => call([x], () => inner.unary(op, x)),
      binary: (op, a, b) => call([a, b], () => inner.binary(op, a, b)),
      where: (condition, a, b) => call([condition, a, b], () => inner.where(condition, a, b)),
      reduce: (op, x, axes, keepDims) => call([x], () => inner.reduce(op, x, axes, keepDims)),
      matmul: (a, b, transposeA, transposeB) => {
        const step = rowsAtOnce(a, b, transposeA);
        if (step === undefined) return inner.matmul(a, b, transposeA, transposeB);
        return this.#await(() => multiplyByRows(inner, a, b, { transposeA, transposeB, step }));
      },
      gather: (x, axis, index) => call([x, index], () => inner.gather(x, axis, index)),
      scatterAdd: (shape, axis, index, source) =>
        call([index, source], () => inner.scatterAdd(shape, axis, index, source)),
      permute: (x, axes) => call([x], () => inner.permute(x, axes)),
    };
  }

  /** `calls`, but that every sum is off by a share of its terms. */
  #swaying(calls: Backend): Backend {
    const abs = (x: Operand) => (typeof x === 'number' ? Math.abs(x) : calls.unary('abs', x));
    const magnitudes = (x: NDArray) => calls.unary('abs', x);
    const sway = (made: NDArray, terms: () => NDArray) => {
      if (this.#swayedBy === 0 || !isFloat(made.dtype)) return made;
      return calls.binary('add', made, calls.binary('mul', terms(), this.#swayedBy));
    };
    return {
      ...calls,
      binary(op, a, b) {
        const made = calls.binary(op, a, b);
        return op === 'add' || op === 'sub' ? sway(made, () => calls.binary('add', abs(a), abs(b))) : made;
      },
      reduce(op, x, axes, keepDims) {
        const made = calls.reduce(op, x, axes, keepDims);
        return op === 'sum' ? sway(made, () => calls.reduce(op, magnitudes(x), axes, keepDims)) : made;
      },
      matmul: (a, b, transposeA, transposeB) =>
        sway(calls.matmul(a, b, transposeA, transposeB), () =>
          calls.matmul(magnitudes(a), magnitudes(b), transposeA, transposeB),
        ),
      scatterAdd: (shape, axis, index, source) =>
        sway(calls.scatterAdd(shape, axis, index, source), () =>
          calls.scatterAdd(shape, axis, index, magnitudes(source)),
        ),
    };
  }

  #await(work: () => Generator<void, NDArray>): NDArray {
    const known = this.#done[this.#next++];
    if (known !== undefined) return known;
    throw new Awaited(work);
  }
}

const sizeOf = (operands: readonly Operand[]): number =>
  operands.reduce<number>((sum, x) => sum + (typeof x === 'number' ? 0 : numel(x.shape)), 0);

function* afterPause(work: () => NDArray): Generator<void, NDArray> {
  yield;
  return work();
}

/** Rows of a product of two matrices that are done at once; undefined where all are, and of batches of matrices. */
function rowsAtOnce(a: NDArray, b: NDArray, transposeA: boolean): number | undefined {
  if (a.shape.length > 2 || b.shape.length > 2) return undefined;
  const perRow = numel(b.shape);
  const rows = a.shape[transposeA ? 1 : 0] ?? 0;
  return rows * perRow <= PIECE.products ? undefined : Math.max(1, Math.floor(PIECE.products / perRow));
}

/** A product of two matrices, `step` rows at a time: to the bit what it is at once. */
function* multiplyByRows(
  backend: Backend,
  a: NDArray,
  b: NDArray,
  { transposeA, transposeB, step }: { transposeA: boolean; transposeB: boolean; step: number },
): Generator<void, NDArray> {
  const axis = transposeA ? 1 : 0;
  const m = a.shape[axis] ?? 0;
  const n = b.shape[transposeB ? 0 : 1] ?? 0;
  const out = new Float32Array(m * n);
  for (let row = 0; row < m; row += step) {
    backend.scope(() => {
      const part = backend.slice(a, axis, row, Math.min(m, row + step));
      out.set(backend.readSync(backend.matmul(part, b, transposeA, transposeB)), row * n);
    });
    yield;
  }
  return backend.upload(out, [m, n]);
}
