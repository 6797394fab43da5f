import type { DType } from '../../tensor/dtype.ts';
import { numel, type Shape } from '../../tensor/shape.ts';
import { type Arena, StoredArray } from '../arena.ts';
import type { NDArray, Operand } from '../backend.ts';
import type { Gathering } from '../noting.ts';
import { movementOf, type Output, type Step } from './chain.ts';
import type { Launcher } from './launcher.ts';
import { type Rule, sameRule } from './rules.ts';

/** More than these in one kernel would not stay in registers. */
const MOST_STEPS = 40;
/** A kernel is told so much at most, in words, about. */
const MOST_WORDS = 56;

/** Calls that work element by element, gathered into one pass over memory. */
export class Fusion implements Gathering {
  readonly #arena: Arena;
  readonly #launcher: Launcher;
  isNeeded: (x: StoredArray) => boolean = () => true;
  #depth = 0;
  /** What was gathered: the largest result has so many elements, others a single one. */
  #size = 0;
  #steps: Step[] = [];
  #updates: Output[] = [];
  /** Results that are not computed yet, and arrays that are to have a new value: the step that makes it. */
  readonly #pending = new Map<NDArray, number>();
  #words = 0;

  constructor(arena: Arena, launcher: Launcher) {
    this.#arena = arena;
    this.#launcher = launcher;
  }

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

  get isSettled(): boolean {
    return this.#steps.length === 0;
  }

  settle(): void {
    this.#run(this.isNeeded);
  }

  /** The result of a call: gathered, or done at once. */
  take(rule: Rule, shape: Shape, dtype: DType, operands: readonly Operand[]): NDArray {
    if (this.#depth === 0) {
      const made = this.#arena.make(shape, dtype);
      const outputs = [{ step: 0, target: made }];
      this.#launcher.chain({ size: numel(shape), steps: [{ rule, of: operands, made }], outputs }, this.isNeeded);
      return made;
    }
    const size = numel(shape);
    const words = operands.reduce<number>((sum, x) => sum + this.#wordsOf(x, shape), 1);
    if (!this.#fits(size, operands, shape) || this.#words + words > MOST_WORDS) this.settle();
    // What stands there now is what is meant, whatever it is given later.
    const of = operands.map((x) => {
      const step = typeof x === 'number' ? undefined : this.#pending.get(x);
      return step === undefined ? x : (this.#steps[step]?.made ?? x);
    });
    const made = this.#arena.claim(shape, dtype) ?? new StoredArray(shape, dtype, null);
    this.#words += words;
    this.#size = Math.max(this.#size, size);
    this.#pending.set(made, this.#steps.push({ rule, of, made }) - 1);
    return made;
  }

  /** `target ← source`, element by element. */
  assign(target: StoredArray, source: StoredArray): void {
    if (this.#depth === 0) {
      this.within(() => this.assign(target, source));
      return;
    }
    // Who reads it at other places would read some elements before and some after.
    const isReadElsewhere = this.#steps.some(({ of, made }) =>
      of.some((x) => x === target && numel(x.shape) !== numel(made.shape)),
    );
    if (numel(target.shape) !== this.#size || isReadElsewhere || this.#words >= MOST_WORDS) this.settle();
    const made = this.#pending.has(source)
      ? source
      : this.take(sameRule(target.dtype), target.shape, target.dtype, [source]);
    const step = this.#pending.get(made) ?? 0;
    this.#updates = this.#updates.filter((one) => one.target !== target);
    this.#updates.push({ step, target });
    this.#words++;
    this.#pending.set(target, step);
  }

  /** Can a result of so many elements be made in the same pass? */
  #fits(size: number, operands: readonly Operand[], shape: Shape): boolean {
    if (this.#steps.length === 0) return true;
    if (this.#steps.length >= MOST_STEPS || size === 0 || this.#size === 0) return false;
    const isAlike = size === this.#size || size === 1 || (this.#size === 1 && this.#updates.length === 0);
    if (!isAlike) return false;
    // What is gathered has no place in memory yet: only its own element is at hand.
    return operands.every((x) => typeof x === 'number' || !this.#pending.has(x) || movementOf(x, shape) !== 'strided');
  }

  #wordsOf(x: Operand, shape: Shape): number {
    if (typeof x === 'number') return 1;
    if (this.#pending.has(x)) return 0;
    return movementOf(x, shape) === 'strided' ? 2 * shape.length : 1;
  }

  #run(isNeeded: (x: StoredArray) => boolean): void {
    if (this.#steps.length === 0) return;
    const outputs = this.#updates;
    for (const [step, { made }] of this.#steps.entries()) {
      if (!isNeeded(made)) continue;
      if (made.storage === null) this.#arena.provide(made);
      outputs.push({ step, target: made });
    }
    const chain = { size: this.#size, steps: this.#steps, outputs };
    this.#forget();
    this.#launcher.chain(chain, isNeeded);
  }

  #forget(): void {
    this.#size = 0;
    this.#steps = [];
    this.#updates = [];
    this.#words = 0;
    this.#pending.clear();
  }
}
