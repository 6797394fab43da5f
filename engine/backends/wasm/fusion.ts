import type { DType } from '../../tensor/dtype.ts';
import { numel, type Shape, sameShape } from '../../tensor/shape.ts';
import { type Arena, StoredArray } from '../arena.ts';
import type { NDArray, Operand } from '../backend.ts';
import { type ElementRule, isMask } from './element_kernels.ts';
import type { Elementwise } from './elementwise.ts';
import { Gathered } from './gathered.ts';

/** More than these in one kernel would not stay in registers. */
const MOST_STEPS = 48;
const MOST_OPERANDS = 16;
/** What is repeated row by row is gathered where rows are at least so long: shorter ones cost more than a pass of their own. */
const SHORTEST_ROW = 8;

/**
 * Calls that work element by element on arrays of one shape, gathered into one pass over memory. Each does the very instructions
 * that it would do alone, in the same order, so that no bit changes.
 */
export class Fusion {
  readonly #arena: Arena;
  readonly #elementwise: Elementwise;
  readonly #nothing = Gathered.nothing();
  /** Will anybody look at this result once it is computed? Whoever knows what comes says so; otherwise it may be. */
  isNeeded: (x: StoredArray) => boolean = () => true;
  #depth = 0;
  /** What was gathered, how many steps it has, and how many elements each result. */
  #gathered = this.#nothing;
  #steps = 0;
  #size = 0;
  /** How many elements are repeated row by row; 0 where none are. */
  #row = 0;
  readonly #operands: (StoredArray | number)[] = [];
  /** Results that are not computed yet. They have memory only if somebody asks for more than their elements. */
  readonly #pending: StoredArray[] = [];
  /** Arrays that were given a new value. */
  readonly #written: StoredArray[] = [];
  /** Those of an array that knows this number stand for the result of its step. */
  #turn = 1;
  readonly #of: number[] = [];

  constructor(arena: Arena, elementwise: Elementwise) {
    this.#arena = arena;
    this.#elementwise = elementwise;
  }

  /** Gathers what `body` asks for. Its results, but for what it assigns, are of no use afterwards. */
  within(body: () => void): void {
    this.#depth++;
    try {
      body();
      if (this.#depth === 1 && this.#steps > 0) this.#run(nothingIsNeeded);
    } finally {
      this.#depth--;
      // Half an update is none.
      if (this.#depth === 0) this.#forget();
    }
  }

  /** Is nothing left to be computed? */
  get isSettled(): boolean {
    return this.#steps === 0;
  }

  /** The result of a call, if it can be gathered. */
  take(rule: ElementRule, shape: Shape, operands: readonly Operand[]): NDArray | undefined {
    if (this.#depth === 0) return undefined;
    // As many elements as the result has are the same ones in the same order, whatever the shape.
    const size = numel(shape);
    const row = rowOf(operands, shape, size);
    const isOther = this.#steps > 0 && (size !== this.#size || (row > 0 && this.#row > 0 && row !== this.#row));
    if (row < 0 || isOther || this.#steps >= MOST_STEPS || this.#operands.length + 3 > MOST_OPERANDS) this.settle();
    if (row < 0) return undefined;
    if (row > 0) this.#row = row;
    this.#size = size;
    this.#of.length = operands.length;
    for (let o = 0; o < operands.length; o++) this.#of[o] = this.#operand(operands[o] ?? 0);
    this.#gathered = this.#gathered.withStep(rule, this.#of);
    const dtype = isMask(rule) ? 'bool' : 'f32';
    const made = this.#arena.claim(shape, dtype) ?? new StoredArray(shape, dtype, null);
    this.#standsFor(made, this.#steps++);
    this.#pending.push(made);
    return made;
  }

  /** Notes `target ← source`, if it can be gathered. */
  assign(target: StoredArray, source: StoredArray): boolean {
    if (this.#depth === 0 || target.dtype !== 'f32') return false;
    const isAlike = source.dtype === 'f32' && sameShape(target.shape, source.shape);
    if (!isAlike || source.turn !== this.#turn || numel(target.shape) !== this.#size) {
      this.settle();
      return false;
    }
    if (!this.#written.includes(target)) this.#written.push(target);
    this.#standsFor(target, source.step);
    return true;
  }

  /** Computes what was gathered so far: somebody wants to look at it. */
  settle(): void {
    if (this.#steps > 0) this.#run(this.isNeeded);
  }

  #standsFor(x: StoredArray, step: number): void {
    x.turn = this.#turn;
    x.step = step;
  }

  #operand(x: Operand): number {
    if (typeof x === 'number') return this.#given(x, 'f32', true);
    if (!(x instanceof StoredArray))
      throw new Error('this array belongs to another backend: read it and upload it here');
    if (x.turn === this.#turn) return -1 - x.step;
    const known = this.#operands.indexOf(x);
    return known >= 0 ? known : this.#given(x, x.dtype, this.#size !== 1 && isSingle(x));
  }
  #given(x: StoredArray | number, dtype: DType, stands: boolean): number {
    this.#operands.push(x);
    this.#gathered = this.#gathered.withOperand(Gathered.kindOf(dtype, stands));
    return this.#operands.length - 1;
  }

  #run(isNeeded: (x: StoredArray) => boolean): void {
    let gathered = this.#gathered;
    for (const target of this.#written) gathered = gathered.withOutput(target.step);
    const outputs = this.#written;
    for (const array of this.#pending) {
      if (!isNeeded(array)) continue;
      if (array.storage === null) this.#arena.provide(array);
      gathered = gathered.withOutput(array.step);
      outputs.push(array);
    }
    if (outputs.length > 0) this.#elementwise.runGathered(gathered, outputs, this.#operands, this.#row);
    this.#forget();
  }

  #forget(): void {
    this.#gathered = this.#nothing;
    this.#steps = 0;
    this.#row = 0;
    this.#turn++;
    this.#operands.length = 0;
    this.#pending.length = 0;
    this.#written.length = 0;
  }
}

const nothingIsNeeded = () => false;

/** One element, which may stand beside arrays of any shape. */
const isSingle = ({ shape }: NDArray): boolean => numel(shape) === 1;

/**
 * How many elements of the operands are repeated row by row: 0 where all have as many elements as the result, or one; −1 where they
 * do not fit together.
 */
function rowOf(operands: readonly Operand[], shape: Shape, size: number): number {
  let row = 0;
  for (const x of operands) {
    if (typeof x === 'number') continue;
    const own = numel(x.shape);
    if (own === size || own === 1) continue;
    if (own < SHORTEST_ROW || (row > 0 && own !== row) || !isRow(x.shape, shape)) return -1;
    row = own;
  }
  return row;
}

/** Are these the last axes of `shape`, and nothing else? */
function isRow(own: Shape, shape: Shape): boolean {
  let first = 0;
  while (own[first] === 1) first++;
  const offset = shape.length - own.length;
  for (let axis = first; axis < own.length; axis++) if (own[axis] !== shape[axis + offset]) return false;
  return own.length - first <= shape.length;
}
