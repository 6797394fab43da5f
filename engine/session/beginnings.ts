import type { Cursor } from './cursor.ts';
import type { Execution } from './execution.ts';
import type { History } from './history.ts';
import type { SavedArrays, Snapshot } from './snapshot.ts';
import { WholePass } from './whole_pass.ts';

/** The parameters as the iteration began that `Execution.moment()` gives, by address. */
export class Beginnings {
  readonly #execution: Execution;
  readonly #history: History;
  /** Of an iteration that no snapshot is of. */
  #held: Pick<Snapshot, 'iteration' | 'parameters'> | undefined;

  constructor(execution: Execution, history: History) {
    this.#execution = execution;
    this.#history = history;
  }

  /** Undefined where nobody remembers. */
  get known(): SavedArrays | undefined {
    const { iteration } = this.#execution;
    const snapshot = this.#history.nearest(iteration);
    if (snapshot?.iteration === iteration) return snapshot.parameters;
    return this.#held?.iteration === iteration ? this.#held.parameters : undefined;
  }

  /** The parameters are still as the iteration under way found them: remembers them. */
  hold(): void {
    const { iteration, weights } = this.#execution;
    this.#held = { iteration, parameters: weights.state().parameters };
  }

  /** The run is at another moment now. */
  forget(): void {
    this.#held = undefined;
  }

  /**
   * Finds out when nobody remembers: runs again from the last snapshot to this very moment, on the way through the start of its
   * iteration. True where it did; a run that nobody looks at pays nothing for it.
   */
  recall(): boolean {
    const execution = this.#execution;
    const { iteration, cursor, pass } = execution;
    // What ran in one go does so again: what is looked at is what ran.
    const isWhole = pass instanceof WholePass;
    const snapshot = this.#history.nearest(iteration);
    if (snapshot === undefined) return false;
    execution.restore(snapshot);
    while (execution.cursor.iteration < iteration) execution.step(true);
    const { parameters } = execution.weights.state();
    const isThere = ({ iteration, phase, entry }: Cursor) =>
      iteration === cursor.iteration && phase === cursor.phase && entry === cursor.entry;
    do execution.step(isWhole);
    while (!isThere(execution.cursor));
    this.#held = { iteration, parameters };
    return true;
  }
}
