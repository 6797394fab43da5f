import type { Evaluation } from './summary.ts';

/** What a run has told: iterations and evaluations that are run again, to the bit as before, tell nothing anew. */
export class Told {
  #iterations = 0;
  /** Splits whose evaluation was told since the last iteration. */
  readonly #splits = new Set<Evaluation['split']>();
  /** The count of iterations at which an evaluation was broken off. */
  #owed: number | undefined;

  /** The most iterations that were ever finished. */
  get iterations(): number {
    return this.#iterations;
  }

  /** Counts an iteration that is over. False where it was told before. */
  finish(step: number): boolean {
    if (step < this.#iterations) return false;
    this.#iterations = step + 1;
    this.#splits.clear();
    return true;
  }

  /** Counts an evaluation. False where it was told before: of one that was broken off, a part was. */
  evaluate(split: Evaluation['split']): boolean {
    if (this.#splits.has(split)) return false;
    this.#splits.add(split);
    return true;
  }

  /** An evaluation was broken off after so many iterations: it is still to be told. */
  breakOff(iterations: number): void {
    this.#owed = iterations;
  }

  /** Would an evaluation after so many iterations, which have just been counted, tell anything? */
  lacksEvaluation(iterations: number): boolean {
    const isOwed = this.#owed === iterations;
    if (isOwed) this.#owed = undefined;
    return isOwed || iterations > this.#iterations;
  }

  /** From so many iterations on the run will be another one than it was. */
  forgetAfter(iterations: number): void {
    this.#iterations = Math.min(this.#iterations, iterations);
  }
}
