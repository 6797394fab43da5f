import type { Backend, NDArray, Operand } from '../backends/backend.ts';

/** One call of a primitive, as it was recorded. */
export interface Instruction {
  /** The primitive: `matmul`, `add`. */
  readonly name: string;
  /** Where operands stand: a place in the table, or the array or number itself where it is the same in every replay. */
  readonly inputs: readonly (Place | Operand)[];
  readonly output: number;
  run(inputs: readonly Operand[]): NDArray;
}
export interface Place {
  readonly at: number;
}
export const isPlace = (input: Place | Operand): input is Place => typeof input === 'object' && 'at' in input;

/** What one iteration asked of the backend, in order. */
export class Recording {
  readonly instructions: Instruction[] = [];
  readonly #places = new Map<NDArray, number>();

  /** Gives an array a place of its own: another one will be put there in a replay. */
  place(array: NDArray): number {
    const at = this.#places.get(array) ?? this.#places.size;
    this.#places.set(array, at);
    return at;
  }
  placeOf(array: NDArray | undefined): number | undefined {
    return array && this.#places.get(array);
  }
  get size(): number {
    return this.#places.size;
  }
  add(name: string, inputs: readonly Operand[], run: Instruction['run'], output: NDArray): void {
    const at = inputs.map((input) => {
      const place = typeof input === 'number' ? undefined : this.#places.get(input);
      return place === undefined ? input : { at: place };
    });
    this.instructions.push({ name, inputs: at, output: this.place(output), run });
  }
}

/** Does again what an instruction says, on the arrays of `table`. */
export function replay({ inputs, output, run }: Instruction, table: (NDArray | undefined)[]): void {
  table[output] = run(
    inputs.map((input) => {
      if (!isPlace(input)) return input;
      const array = table[input.at];
      if (array === undefined) throw new Error(`place ${input.at} of a plan was read before it was written`);
      return array;
    }),
  );
}

/**
 * A backend that passes every call on to another one and, while `recording` is set, notes those that make arrays. Writes and
 * reads are not noted: they are the conductor's.
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
  get floatType() {
    return this.#inner.floatType;
  }

  /** Numbers that are drawn anew in every replay. */
  draw(make: () => ArrayLike<number>, shape: NDArray['shape']): NDArray {
    return this.#note('draw', [], () => this.#inner.upload(make(), shape));
  }
  upload: Backend['upload'] = (data, shape, dtype) =>
    this.#note('upload', [], () => this.#inner.upload(data, shape, dtype));
  full: Backend['full'] = (shape, value, dtype) => this.#note('full', [], () => this.#inner.full(shape, value, dtype));
  unary: Backend['unary'] = (op, x) => this.#note(op, [x], ([a]) => this.#inner.unary(op, array(a)));
  binary: Backend['binary'] = (op, x, y) =>
    this.#note(op, [x, y], ([a, b]) => this.#inner.binary(op, given(a), given(b)));
  where: Backend['where'] = (condition, x, y) =>
    this.#note('where', [condition, x, y], ([c, a, b]) => this.#inner.where(array(c), given(a), given(b)));
  reduce: Backend['reduce'] = (op, x, axes, keepDims) =>
    this.#note(op, [x], ([a]) => this.#inner.reduce(op, array(a), axes, keepDims));
  matmul: Backend['matmul'] = (x, y, transposeA, transposeB) =>
    this.#note('matmul', [x, y], ([a, b]) => this.#inner.matmul(array(a), array(b), transposeA, transposeB));
  gather: Backend['gather'] = (x, axis, index) =>
    this.#note('gather', [x, index], ([a, i]) => this.#inner.gather(array(a), axis, array(i)));
  scatterAdd: Backend['scatterAdd'] = (shape, axis, index, source) =>
    this.#note('scatterAdd', [index, source], ([i, s]) => this.#inner.scatterAdd(shape, axis, array(i), array(s)));
  permute: Backend['permute'] = (x, axes) => this.#note('permute', [x], ([a]) => this.#inner.permute(array(a), axes));
  reshape: Backend['reshape'] = (x, shape) => this.#note('reshape', [x], ([a]) => this.#inner.reshape(array(a), shape));
  broadcastTo: Backend['broadcastTo'] = (x, shape) =>
    this.#note('broadcastTo', [x], ([a]) => this.#inner.broadcastTo(array(a), shape));
  slice: Backend['slice'] = (x, axis, start, end) =>
    this.#note('slice', [x], ([a]) => this.#inner.slice(array(a), axis, start, end));
  takeRows: Backend['takeRows'] = (x, index) =>
    this.#note('takeRows', [x], ([a]) => this.#inner.takeRows(array(a), index));
  copy: Backend['copy'] = (x) => this.#note('copy', [x], ([a]) => this.#inner.copy(array(a)));

  read: Backend['read'] = (x) => this.#inner.read(x);
  readSync: Backend['readSync'] = (x) => this.#inner.readSync(x);
  finiteSync: Backend['finiteSync'] = (x) => this.#inner.finiteSync(x);
  assign: Backend['assign'] = (target, source) => this.#inner.assign(target, source);
  scope: Backend['scope'] = (body) => this.#inner.scope(body);
  fuse: Backend['fuse'] = (body) => this.#inner.fuse(body);
  openScope: Backend['openScope'] = () => this.#inner.openScope();
  free: Backend['free'] = (x) => this.#inner.free(x);
  memory: Backend['memory'] = () => this.#inner.memory();
  close: Backend['close'] = () => this.#inner.close();

  #note(name: string, inputs: readonly Operand[], run: Instruction['run']): NDArray {
    const output = run(inputs);
    this.recording?.add(name, inputs, run, output);
    return output;
  }
}

/** An operand that must be there. */
function given(x: Operand | undefined): Operand {
  if (x === undefined) throw new Error('an instruction was given fewer operands than it takes');
  return x;
}
function array(x: Operand | undefined): NDArray {
  if (x === undefined || typeof x === 'number') throw new Error('an instruction takes an array here');
  return x;
}
