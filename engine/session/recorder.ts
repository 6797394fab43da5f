import type { Backend, NDArray, Operand, Tally } from '../backends/backend.ts';
import { type Call, isCell, isPlace, type PlannedCall, type PlannedOperand, perform } from '../backends/calls.ts';
import type { TypedArray } from '../tensor/dtype.ts';

/** What one iteration asked of the backend, in order. */
export class Recording {
  readonly calls: PlannedCall[] = [];
  /** What the arrays are that have places. */
  readonly kinds: Pick<NDArray, 'shape' | 'dtype'>[] = [];
  readonly #places = new Map<NDArray, number>();

  /** Gives an array a place of its own: another one will be put there in a replay. */
  place(array: NDArray): number {
    const known = this.#places.get(array);
    if (known !== undefined) return known;
    const { shape, dtype } = array;
    this.kinds.push({ shape, dtype });
    this.#places.set(array, this.kinds.length - 1);
    return this.kinds.length - 1;
  }
  placeOf(array: NDArray | undefined): number | undefined {
    return array && this.#places.get(array);
  }
  add(call: Call, inputs: readonly Operand[], output: NDArray | undefined): void {
    const at = inputs.map((input): PlannedOperand => {
      const place = typeof input === 'number' ? undefined : this.#places.get(input);
      return place === undefined ? input : { at: place };
    });
    this.calls.push({ call, inputs: at, output: output && this.place(output) });
  }
}

/** Has `backend` do again what a call says, on the arrays of `table`. */
export function replay(backend: Backend, { call, inputs, output }: PlannedCall, table: (NDArray | undefined)[]): void {
  const made = perform(
    backend,
    call,
    inputs.map((input) => {
      if (typeof input === 'number') return input;
      if (isCell(input)) throw new Error('a number that changes is not known here');
      if (!isPlace(input)) return input;
      const array = table[input.at];
      if (array === undefined) throw new Error(`place ${input.at} of a plan was read before it was written`);
      return array;
    }),
  );
  if (output !== undefined) table[output] = made;
}

/**
 * A backend that passes every call on to another one and, while `recording` is set, notes those that make arrays or write to them.
 * Reads are not noted: they are the conductor's.
 */
export class Recorder implements Backend {
  recording: Recording | null = null;
  readonly #inner: Backend;

  constructor(inner: Backend) {
    this.#inner = inner;
  }

  get name() {
    return this.#inner.name;
  }
  get device() {
    return this.#inner.device;
  }
  get floatType() {
    return this.#inner.floatType;
  }

  /** Numbers that are drawn anew in every replay. */
  draw(make: () => ArrayLike<number>, shape: NDArray['shape']): NDArray {
    return this.#note({ call: 'draw', make, shape }, []);
  }
  upload: Backend['upload'] = (data, shape, dtype) =>
    this.#note({ call: 'upload', data, shape, ...(dtype === undefined ? {} : { dtype }) }, []);
  full: Backend['full'] = (shape, value, dtype) =>
    this.#note({ call: 'full', shape, value, ...(dtype === undefined ? {} : { dtype }) }, []);
  unary: Backend['unary'] = (op, x) => this.#note({ call: 'unary', op }, [x]);
  binary: Backend['binary'] = (op, x, y) => this.#note({ call: 'binary', op }, [x, y]);
  where: Backend['where'] = (condition, x, y) => this.#note({ call: 'where' }, [condition, x, y]);
  reduce: Backend['reduce'] = (op, x, axes, keepDims) => this.#note({ call: 'reduce', op, axes, keepDims }, [x]);
  matmul: Backend['matmul'] = (x, y, transposeA, transposeB) =>
    this.#note({ call: 'matmul', transposeA, transposeB }, [x, y]);
  gather: Backend['gather'] = (x, axis, index) => this.#note({ call: 'gather', axis }, [x, index]);
  scatterAdd: Backend['scatterAdd'] = (shape, axis, index, source) =>
    this.#note({ call: 'scatterAdd', shape, axis }, [index, source]);
  permute: Backend['permute'] = (x, axes) => this.#note({ call: 'permute', axes }, [x]);
  reshape: Backend['reshape'] = (x, shape) => this.#note({ call: 'reshape', shape }, [x]);
  broadcastTo: Backend['broadcastTo'] = (x, shape) => this.#note({ call: 'broadcastTo', shape }, [x]);
  slice: Backend['slice'] = (x, axis, start, end) => this.#note({ call: 'slice', axis, start, end }, [x]);
  takeRows: Backend['takeRows'] = (x, index) => this.#note({ call: 'takeRows', index }, [x]);
  copy: Backend['copy'] = (x) => this.#note({ call: 'copy' }, [x]);
  assign: Backend['assign'] = (target, source) => {
    this.#inner.assign(target, source);
    this.recording?.add({ call: 'assign' }, [target, source], undefined);
  };

  read: Backend['read'] = (x) => this.#inner.read(x);
  readSync: Backend['readSync'] = (x, into) => this.#inner.readSync(x, into);
  readAllSync = (arrays: readonly NDArray[], into: readonly TypedArray[]): void => {
    if (this.#inner.readAllSync !== undefined) this.#inner.readAllSync(arrays, into);
    else for (const [i, x] of arrays.entries()) this.#inner.readSync(x, into[i]);
  };
  finiteSync: Backend['finiteSync'] = (...arrays) => this.#inner.finiteSync(...arrays);
  talliesSync = (arrays: readonly NDArray[], bins: number): readonly (Tally | undefined)[] =>
    this.#inner.talliesSync?.(arrays, bins) ?? [];
  scope: Backend['scope'] = (body) => this.#inner.scope(body);
  fuse: Backend['fuse'] = (body) => this.#inner.fuse(body);
  openScope: Backend['openScope'] = () => this.#inner.openScope();
  free: Backend['free'] = (x) => this.#inner.free(x);
  memory: Backend['memory'] = () => this.#inner.memory();
  close: Backend['close'] = () => this.#inner.close();

  #note(call: Call, inputs: readonly Operand[]): NDArray {
    const output = perform(this.#inner, call, inputs);
    this.recording?.add(call, inputs, output);
    return output;
  }
}
