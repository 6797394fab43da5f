import type { NDArray } from '../backends/backend.ts';
import type { OptimizerState } from '../optim/rule.ts';
import { entriesOf, type IterationEntries, type Ref } from '../program/entries.ts';
import type { Slot } from '../program/program.ts';
import type { OwnedParameter, Writer } from './owner.ts';
import { type PassMade, SUM } from './pass.ts';

/** An iteration as it stands: which of its entries are done, and the arrays that are there. */
export class Moment {
  readonly pass: PassMade;
  readonly entries: IterationEntries;
  /** How many entries are done. */
  readonly done: number;
  /** Who changes parameters. */
  readonly writers: readonly Writer[];
  readonly #parameters: ReadonlyMap<string, OwnedParameter>;

  constructor(
    pass: PassMade,
    done: number,
    parameters: ReadonlyMap<string, OwnedParameter>,
    writers: readonly Writer[],
  ) {
    this.pass = pass;
    this.writers = writers;
    this.entries = entriesOf(pass.schedule);
    this.done = done;
    this.#parameters = parameters;
  }

  /** The array that an entry names; undefined where it is not there yet, or no more. */
  array(ref: Ref): NDArray | undefined {
    if (ref.of === 'value') return this.pass.value(ref.slot);
    if (ref.of === 'gradient') return this.gradient(ref.slot);
    // A difference that nobody has computed: `View.elements` does.
    if (ref.of === 'step') return undefined;
    if (ref.of === 'memory') return this.#memory(ref.slot)?.[ref.name];
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

  #memory(slot: Slot): OptimizerState | undefined {
    const parameter = this.entries.parameters.get(slot);
    if (parameter === undefined) return undefined;
    for (const writer of this.writers) {
      const memory = writer.memoryOf(parameter);
      if (memory !== undefined) return memory;
    }
    return undefined;
  }
}
