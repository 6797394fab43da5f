import type { Backend, NDArray, Operand } from '../backends/backend.ts';
import { Kernels } from '../backends/kernels.ts';
import { createReferenceBackend } from '../backends/reference/reference.ts';
import { isFloat } from '../tensor/dtype.ts';

/** Multiplications that are done at once: some 20 ms of them. */
const PIECE = 2 ** 24;

/** A computation that ended at a large product. It is begun again once that is there. */
class Awaited {
  readonly multiply: () => Generator<void, NDArray>;
  constructor(multiply: () => Generator<void, NDArray>) {
    this.multiply = multiply;
  }
}

/** What is computed: the same each time it is run, as it may be run more than once. */
export type Computation<T> = (k: Kernels, upload: Backend['upload']) => T;

/** The reference backend in small pieces, so that whoever it shares a thread with need not wait for a large product. */
export class Oracle {
  readonly #inner: Backend = createReferenceBackend();
  readonly #kernels: Kernels;
  /** Large products of the computation under way, in the order in which they are asked for. */
  #products: NDArray[] = [];
  #next = 0;
  #swayedBy = 0;

  constructor() {
    const inner = this.#inner;
    const abs = (x: Operand) => (typeof x === 'number' ? Math.abs(x) : inner.unary('abs', x));
    const magnitudes = (x: NDArray) => inner.unary('abs', x);
    this.#kernels = new Kernels({
      ...inner,
      matmul: (a, b, transposeA, transposeB) =>
        this.#swayed(this.#product(a, b, transposeA, transposeB), () =>
          this.#product(magnitudes(a), magnitudes(b), transposeA, transposeB),
        ),
      reduce(op, x, axes, keepDims) {
        const made = inner.reduce(op, x, axes, keepDims);
        return op === 'sum' ? swayed(made, () => inner.reduce(op, magnitudes(x), axes, keepDims)) : made;
      },
      scatterAdd: (shape, axis, index, source) =>
        this.#swayed(inner.scatterAdd(shape, axis, index, source), () =>
          inner.scatterAdd(shape, axis, index, magnitudes(source)),
        ),
      binary(op, a, b) {
        const made = inner.binary(op, a, b);
        return op === 'add' || op === 'sub' ? swayed(made, () => inner.binary('add', abs(a), abs(b))) : made;
      },
    });
    const swayed = (made: NDArray, terms: () => NDArray) => this.#swayed(made, terms);
  }

  /**
   * Runs `body`, whose arrays live until it ends, and gives what it gives. Every sum in it is off by `swayedBy` of the magnitudes of
   * its terms: how much a result sways tells what rounding may do to it, above all where terms cancel.
   */
  *compute<T>(body: Computation<T>, swayedBy = 0): Generator<void, T> {
    const scope = this.#inner.openScope();
    this.#products = [];
    this.#swayedBy = swayedBy;
    try {
      for (;;) {
        this.#next = 0;
        try {
          return body(this.#kernels, this.#inner.upload);
        } catch (error) {
          if (!(error instanceof Awaited)) throw error;
          this.#products.push(yield* error.multiply());
        }
      }
    } finally {
      this.#products = [];
      scope.close();
    }
  }

  #swayed(made: NDArray, terms: () => NDArray): NDArray {
    if (this.#swayedBy === 0 || !isFloat(made.dtype)) return made;
    const inner = this.#inner;
    return inner.binary('add', made, inner.binary('mul', terms(), this.#swayedBy));
  }

  #product(a: NDArray, b: NDArray, transposeA: boolean, transposeB: boolean): NDArray {
    const [rows = 0, columns = 0] = a.shape.length === 2 && b.shape.length === 2 ? b.shape : [];
    const count = a.shape[transposeA ? 1 : 0] ?? 0;
    if (count * rows * columns <= PIECE) return this.#inner.matmul(a, b, transposeA, transposeB);
    const known = this.#products[this.#next++];
    if (known !== undefined) return known;
    const step = Math.max(1, Math.floor(PIECE / (rows * columns)));
    throw new Awaited(() => multiplyByRows(this.#inner, a, b, { transposeA, transposeB, step }));
  }
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
