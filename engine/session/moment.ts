import type { NDArray } from '../backends/backend.ts';
import { entriesOf, type IterationEntries, type Ref } from '../program/entries.ts';
import type { Slot } from '../program/program.ts';
import type { OwnedParameter } from './owner.ts';
import type { Pass } from './pass.ts';

/** An iteration as it stands: which of its entries are done, and the arrays that are there. */
export class Moment {
  readonly pass: Pass;
  readonly entries: IterationEntries;
  /** How many entries are done. */
  readonly done: number;
  readonly #parameters: ReadonlyMap<string, OwnedParameter>;

  constructor(pass: Pass, done: number, parameters: ReadonlyMap<string, OwnedParameter>) {
    this.pass = pass;
    this.entries = entriesOf(pass.schedule);
    this.done = done;
    this.#parameters = parameters;
  }

  /** The array that an entry names; undefined where it is not there yet, or no more. */
  array(ref: Ref): NDArray | undefined {
    if (ref.of === 'value') return this.pass.value(ref.slot);
    if (ref.of === 'gradient') return this.gradient(ref.slot);
    if (ref.position >= this.done) return undefined;
    const made = this.pass.result(ref.position - this.entries.start.backward);
    if (ref.of === 'contribution') return made[ref.input];
    return made[ref.of === 'before' ? 0 : 1];
  }

  /** What has come together of the gradient of a value so far; of a parameter, what `.grad` holds. */
  gradient(slot: Slot): NDArray | undefined {
    const parameter = this.entries.parameters.get(slot);
    if (parameter !== undefined) return this.#parameters.get(parameter)?.grad;
    const last = this.entries.accumulations.get(slot)?.findLast((position) => position < this.done);
    return last === undefined ? undefined : this.pass.result(last - this.entries.start.backward)[SUM];
  }
}

/** Where the sum stands in what a `+=` made. */
const SUM = 2;
