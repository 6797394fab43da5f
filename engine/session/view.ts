import type { Ref } from '../program/entries.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import type { Comparison, ComparisonProgress } from './comparison.ts';
import { largestOf } from './fault.ts';
import type { Parts } from './parts.ts';
import type { Elements } from './reading.ts';
import type { SavedArrays } from './snapshot.ts';
import type { CapturedPlan, EntryReport, LedgerRow, NodeTelemetry, Passing, UnrolledGraph } from './summary.ts';
import { describePlan, unrolledGraph } from './unrolled.ts';

/** What is looked at. */
export interface Viewed {
  /** Of the device that the run is on now. */
  parts(): Parts;
  /** What `read` finds on that device; `otherwise` where it has failed. */
  look<Found>(read: () => Found, otherwise: Found): Found;
  /** The parameters as the run began. */
  readonly initial: SavedArrays;
}

/** What can be seen of a run as it stands; nothing of what is on a device that has failed. */
export class View {
  readonly #of: Viewed;

  constructor(of: Viewed) {
    this.#of = of;
  }

  /**
   * Exact statistics of the node at an address, in a loop with the number of the iteration (`repeat1#2/linear1`): output, gradient
   * of it, parameters, all as they are now.
   */
  inspect(address: string): NodeTelemetry {
    return this.#look(({ samples, execution }) => samples.of(address, execution.moment()), {});
  }

  /** The entry at `position` of the iteration that the session's `moment()` gives, with its numbers. */
  entry(position: number): EntryReport | undefined {
    return this.#look(({ reading }) => reading.entry(position), undefined);
  }

  /** The parameters as that iteration found them, by address; undefined where nobody remembers, nor can find out. */
  beginning(): SavedArrays | undefined {
    return this.#look(({ reading }) => reading.beginning(), undefined);
  }

  /** The elements of what an entry names, at this moment; undefined where it is not there. */
  elements(ref: Ref): Elements | undefined {
    return this.#look(({ reading }) => reading.elements(ref), undefined);
  }

  /** What passes the wires into the node whose entry was done last, at this moment. */
  passing(): Passing {
    return this.#look(({ reading }) => reading.passing(), {});
  }

  /** How the gradient of a parameter came together in that iteration. */
  ledger(parameter: string): LedgerRow[] {
    return this.#look(({ reading }) => reading.ledger(parameter), []);
  }

  /**
   * Begins to compare what that iteration holds with what the reference makes of the same; undefined before the first. Each call of
   * what it gives goes on a little; undefined from it: the device has failed. Of no use once the session moves on.
   */
  compare(): (() => IteratorResult<ComparisonProgress, Comparison> | undefined) | undefined {
    const comparing = this.#look(({ reading }) => reading.compare(), undefined);
    return comparing && (() => this.#look(() => comparing.next(), undefined));
  }

  /** The graph of the pass that is under way or was the last; undefined before the first. */
  unrolled(): UnrolledGraph | undefined {
    const { pass, iteration } = this.#of.parts().execution;
    return pass && unrolledGraph(pass.schedule, iteration + 1);
  }

  /** What static mode has captured so far. */
  captured(): CapturedPlan[] {
    return this.#of.parts().execution.plans.map(describePlan);
  }

  /** Is every parameter free of NaN and infinities? Undefined where the device is gone: nobody can say. */
  get finite(): boolean | undefined {
    return this.#look(
      ({ backend, execution }) =>
        backend.finiteSync(...[...execution.weights.parameters.values()].map(({ value }) => value)),
      undefined,
    );
  }

  /** The largest finite element of all parameters, as the run began and now. */
  get largestWeights(): { readonly from: number; readonly to: number } {
    const largest = (all: Iterable<TypedArray>) => Math.max(0, ...[...all].map(largestOf));
    const now = this.#look(
      ({ backend, execution }) =>
        [...execution.weights.parameters.values()].map(({ value }) => backend.readSync(value)),
      [],
    );
    return { from: largest(this.#of.initial.values()), to: largest(now) };
  }

  #look<Found>(read: (parts: Parts) => Found, otherwise: Found): Found {
    return this.#of.look(() => read(this.#of.parts()), otherwise);
  }
}
