import type { Backend, NDArray } from '../backends/backend.ts';
import type { Ref } from '../program/entries.ts';
import type { DType, TypedArray } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Beginnings } from './beginnings.ts';
import { compareMoment } from './compare.ts';
import type { Comparing } from './comparison.ts';
import type { Execution } from './execution.ts';
import { writeLedger } from './ledger.ts';
import type { Moment } from './moment.ts';
import { reportPassing } from './passing.ts';
import { reportEntry } from './report.ts';
import type { SavedArrays } from './snapshot.ts';
import { summarizeArray } from './statistics.ts';
import type { EntryReport, LedgerRow, Passing, TensorReport } from './summary.ts';
import { reportUpdate } from './update_report.ts';

/** What stands in a tensor. */
export interface Elements {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: TypedArray;
}

/** Reads a run at the moment at which it stands: entries with their numbers, elements, the ledger of a gradient. */
export class Reading {
  readonly #backend: Backend;
  readonly #execution: Execution;
  readonly #beginnings: Beginnings;
  readonly #mayRecall: () => boolean;

  /** `mayRecall`: may the run be taken back and to this moment again, to find out where its parameters came from? */
  constructor(backend: Backend, execution: Execution, beginnings: Beginnings, mayRecall: () => boolean) {
    this.#backend = backend;
    this.#execution = execution;
    this.#beginnings = beginnings;
    this.#mayRecall = mayRecall;
  }

  /** The entry at `position`; undefined where there is none. */
  entry(position: number): EntryReport | undefined {
    const moment = this.#updatedMoment(position);
    if (moment === undefined) return undefined;
    const entry = reportEntry(moment, position, this.#backend);
    if (entry === undefined) return undefined;
    const update = reportUpdate(moment, position, (ref) => this.#report(ref, moment));
    return update === undefined ? entry : { ...entry, update };
  }

  /** The elements of what an entry names; undefined where it is not there. */
  elements(ref: Ref): Elements | undefined {
    const moment = ref.of === 'step' ? this.#updatedMoment() : this.#execution.moment();
    return moment && this.#look(ref, moment, this.#elementsOf);
  }

  /** What passes the wires into the node whose entry was done last. */
  passing(): Passing {
    const moment = this.#execution.moment();
    return moment === undefined ? {} : reportPassing(moment, this.#backend);
  }

  /** How the gradient of a parameter came together. */
  ledger(parameter: string): LedgerRow[] {
    const moment = this.#updatedMoment();
    if (moment === undefined) return [];
    const memories = this.#execution.updating.writers.map((writer) => writer.memoryOf(parameter));
    return writeLedger({
      moment,
      parameter,
      start: this.#beginnings.known?.get(parameter),
      now: this.#parameter(parameter),
      memory: memories.find((memory) => memory !== undefined) ?? {},
      read: (array) => this.#backend.readSync(array),
    });
  }

  /** The parameters as the iteration of this moment found them, by address; undefined where nobody remembers, nor can find out. */
  beginning(): SavedArrays | undefined {
    this.#updatedMoment();
    return this.#beginnings.known;
  }

  /** The comparison of this moment with the reference; undefined before the first iteration. */
  compare(): Comparing | undefined {
    const moment = this.#updatedMoment();
    if (moment === undefined) return undefined;
    const past = { moment, parameters: this.#beginnings.known, backend: this.#backend };
    return compareMoment(past, this.#execution.iteration);
  }

  #parameter(address: string): NDArray | undefined {
    return this.#execution.weights.parameters.get(address)?.value;
  }

  /**
   * This moment, with the parameters known as they were when its iteration began, where the update has changed some since; or only
   * where the entry at `position` is of the update.
   */
  #updatedMoment(position?: number): Moment | undefined {
    const moment = this.#execution.moment();
    if (moment === undefined || this.#beginnings.known !== undefined) return moment;
    const { update } = moment.entries.start;
    const isWanted = moment.done > update && (position === undefined || (position >= update && position < moment.done));
    return isWanted && this.#mayRecall() && this.#beginnings.recall() ? this.#execution.moment() : moment;
  }

  /** What `tell` says of the array that an entry names; of how far a parameter has moved in this iteration, which nobody keeps, too. */
  #look<T>(ref: Ref, moment: Moment, tell: (array: NDArray) => T): T | undefined {
    const backend = this.#backend;
    if (ref.of !== 'step') {
      const array = moment.array(ref);
      return array && tell(array);
    }
    const address = moment.entries.parameters.get(ref.slot) ?? '';
    const now = this.#parameter(address);
    const before = this.#beginnings.known?.get(address);
    if (now === undefined || before === undefined) return undefined;
    return backend.scope(() => tell(backend.binary('sub', now, backend.upload(before, now.shape, now.dtype))));
  }

  #elementsOf = (array: NDArray): Elements => {
    const { shape, dtype } = array;
    return { shape, dtype, values: this.#backend.readSync(array) };
  };

  #report(ref: Ref, moment: Moment): TensorReport {
    const statistics = (array: NDArray) => ({
      dtype: array.dtype,
      statistics: summarizeArray(this.#backend, array),
    });
    return { ref, ...this.#look(ref, moment, statistics) };
  }
}
