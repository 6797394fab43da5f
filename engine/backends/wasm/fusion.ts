import { numel, type Shape } from '../../tensor/shape.ts';
import type { NDArray, Operand } from '../backend.ts';
import { type Arena, HostArray } from '../reference/arena.ts';
import { type ElementProgram, type ElementRule, isMask, type OperandKind } from './element_kernels.ts';
import type { Elementwise } from './elementwise.ts';

/** More than these in one kernel would not stay in registers. */
const MOST_STEPS = 48;
const MOST_OPERANDS = 16;

/**
 * Calls that work element by element on arrays of one shape, gathered into one pass over memory. Each does the very instructions
 * that it would do alone, in the same order, so that no bit changes.
 */
export class Fusion {
  readonly #arena: Arena;
  readonly #elementwise: Elementwise;
  /** Will anybody look at this result once it is computed? Whoever knows what comes says so; otherwise it may be. */
  isNeeded: (x: HostArray) => boolean = () => true;
  #depth = 0;
  /** Elements of each result. */
  #size = 0;
  #key = '';
  readonly #kinds: OperandKind[] = [];
  readonly #steps: { readonly rule: ElementRule; readonly of: readonly number[] }[] = [];
  readonly #operands: (HostArray | number)[] = [];
  /** Results that are not computed yet, with their steps. They have memory only if somebody asks for more than their elements. */
  readonly #pending = new Map<HostArray, number>();
  /** Arrays that were given a new value, with the step that made it. */
  readonly #written = new Map<HostArray, number>();

  constructor(arena: Arena, elementwise: Elementwise) {
    this.#arena = arena;
    this.#elementwise = elementwise;
  }

  /** Gathers what `body` asks for. Its results, but for what it assigns, are of no use afterwards. */
  within(body: () => void): void {
    this.#depth++;
    try {
      body();
      if (this.#depth === 1) this.#run(() => false);
    } finally {
      this.#depth--;
      // Half an update is none.
      if (this.#depth === 0) this.#forget();
    }
  }

  /** Is nothing left to be computed? */
  get isSettled(): boolean {
    return this.#steps.length === 0;
  }

  /** The result of a call, if it can be gathered. */
  take(rule: ElementRule, shape: Shape, operands: readonly Operand[]): NDArray | undefined {
    if (this.#depth === 0) return undefined;
    // As many elements as the result has are the same ones in the same order, whatever the shape.
    const size = numel(shape);
    const fits = operands.every((x) => typeof x === 'number' || isSingle(x) || numel(x.shape) === size);
    const length = this.#steps.length + 1;
    if (!fits || (length > 1 && size !== this.#size) || length > MOST_STEPS || this.#isFull) this.settle();
    if (!fits) return undefined;
    this.#size = size;
    const of = operands.map((x) => this.#operand(x));
    const dtype = isMask(rule) ? 'bool' : 'f32';
    const made = this.#arena.claim(shape, dtype) ?? new HostArray(shape, dtype, null);
    this.#pending.set(made, this.#add(rule, of));
    return made;
  }

  /** Notes `target ← source`, if it can be gathered. */
  assign(target: HostArray, source: HostArray): boolean {
    if (this.#depth === 0 || target.dtype !== 'f32') return false;
    const known = this.#steps.length > 0 && numel(target.shape) === this.#size ? this.#made(source) : undefined;
    if (known === undefined) {
      this.settle();
      return false;
    }
    this.#written.set(target, known);
    return true;
  }

  /** Computes what was gathered so far: somebody wants to look at it. */
  settle(): void {
    if (this.#steps.length > 0) this.#run(this.isNeeded);
  }

  get #isFull(): boolean {
    return this.#operands.length + 3 > MOST_OPERANDS;
  }

  /** The step whose result an array stands for. */
  #made(x: HostArray): number | undefined {
    return this.#written.get(x) ?? this.#pending.get(x);
  }

  #add(rule: ElementRule, of: readonly number[]): number {
    this.#steps.push({ rule, of });
    this.#key += `${rule} ${of.join()};`;
    return this.#steps.length - 1;
  }

  #operand(x: Operand): number {
    if (typeof x === 'number') return this.#given(x, 'f32 stand', { dtype: 'f32', movement: 'stand' });
    if (!(x instanceof HostArray)) throw new Error('this array belongs to another backend: read it and upload it here');
    const made = this.#made(x);
    if (made !== undefined) return -1 - made;
    const known = this.#operands.indexOf(x);
    if (known >= 0) return known;
    const movement = isSingle(x) && this.#size !== 1 ? 'stand' : 'run';
    return this.#given(x, `${x.dtype} ${movement}`, { dtype: x.dtype, movement });
  }
  #given(x: HostArray | number, name: string, kind: OperandKind): number {
    this.#operands.push(x);
    this.#kinds.push(kind);
    this.#key += `${name};`;
    return this.#operands.length - 1;
  }

  #run(isNeeded: (x: HostArray) => boolean): void {
    const outputs = new Map(this.#written);
    for (const [array, step] of this.#pending)
      if (isNeeded(array)) {
        if (array.storage === null) this.#arena.provide(array);
        outputs.set(array, step);
      }
    if (outputs.size > 0) {
      const program: ElementProgram = {
        operands: [...this.#kinds],
        steps: [...this.#steps],
        outputs: [...outputs.values()],
      };
      const key = `${this.#key}→${program.outputs.join()}`;
      this.#elementwise.runProgram(key, program, [...outputs.keys()], this.#operands);
    }
    this.#forget();
  }

  #forget(): void {
    this.#key = '';
    this.#kinds.length = 0;
    this.#steps.length = 0;
    this.#operands.length = 0;
    this.#pending.clear();
    this.#written.clear();
  }
}

/** One element, which may stand beside arrays of any shape. */
const isSingle = ({ shape }: NDArray): boolean => numel(shape) === 1;
