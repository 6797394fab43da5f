import type { Backend, NDArray } from '../backends/backend.ts';
import { operations } from '../ops/index.ts';
import type { Ref, ScheduledEntry } from '../program/entries.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import type { Moment } from './moment.ts';
import { reportEntry } from './report.ts';
import type { Cause, Fault } from './summary.ts';

/** What is known of the run before the fault. */
export interface Before {
  /** Losses of the last iterations, oldest first. */
  readonly losses: readonly number[];
  /** The largest learning rate in force. */
  readonly lr: number | undefined;
  /** Rows of the data set that the batch holds; absent where it is whole. */
  readonly rows: ArrayLike<number> | undefined;
}

/** Did the entry that was done last make a NaN or an infinity? */
export const madeNonFinite = (moment: Moment, backend: Backend): boolean => faultyOutput(moment, backend) !== undefined;

function faultyOutput(moment: Moment, backend: Backend): NDArray | undefined {
  const entry = moment.entries.list[moment.done - 1];
  for (const ref of entry?.outputs ?? []) {
    const array = moment.array(ref);
    if (array !== undefined && !backend.finiteSync(array)) return array;
  }
  return undefined;
}

/** What went wrong in the entry that was done last, with the likely causes, best first. */
export function examineFault(moment: Moment, iteration: number, before: Before, backend: Backend): Fault | undefined {
  const position = moment.done - 1;
  const entry = reportEntry(moment, position, backend);
  const scheduled = moment.entries.list[position];
  const array = faultyOutput(moment, backend);
  if (entry === undefined || scheduled === undefined || array === undefined) return undefined;
  const values = backend.readSync(array);
  const first = values.findIndex((value) => !Number.isFinite(value));
  const index = indexOf(first, array.shape);
  const batchRows = before.rows?.length;
  const row = index[0];
  return {
    iteration,
    entry,
    value: shown(values[first] ?? Number.NaN),
    count: Array.from(values).filter((value) => !Number.isFinite(value)).length,
    index,
    // Axis 0 of what was computed from a batch counts its samples.
    ...(row !== undefined && batchRows === array.shape[0] && scheduled.phase !== 'update'
      ? { sample: before.rows?.[row] ?? row }
      : {}),
    causes: causesOf(scheduled, moment, before, backend),
  };
}

function causesOf(entry: ScheduledEntry, moment: Moment, before: Before, backend: Backend): Cause[] {
  if (entry.phase === 'batch') return [{ kind: 'data' }];
  const read = (ref: Ref | undefined): TypedArray | undefined => {
    const array = ref && moment.array(ref);
    return array && backend.readSync(array);
  };
  const causes: Cause[] = [...hazardsOf(entry, moment, read)];
  const learning = learningRate(before);
  // A loss that has been growing says more than the size of the numbers that came of it.
  if (learning?.isGrowing) causes.push(learning.cause);
  if (causes.length === 0 || causes[0]?.kind !== 'hazard') {
    const largest = Math.max(0, ...entry.inputs.map((ref) => largestOf(read(ref))));
    causes.push({ kind: 'overflow', largest });
  }
  // Where something else explains it, a loss that fell clears the learning rate.
  const isCleared = learning?.isFalling === true && causes[0]?.kind === 'hazard';
  if (learning !== undefined && !learning.isGrowing && !isCleared) causes.push(learning.cause);
  return causes;
}

function* hazardsOf(
  entry: ScheduledEntry,
  moment: Moment,
  read: (ref: Ref | undefined) => TypedArray | undefined,
): Generator<Cause> {
  const isBackward = entry.phase === 'backward';
  const { inputs } = isBackward ? (moment.entries.list[entry.forward ?? -1] ?? entry) : entry;
  if (entry.op === 'accumulate') return;
  for (const { input, pass = 'forward', isBad, cause } of operations.get(entry.op)?.hazards ?? []) {
    if ((pass === 'backward') !== isBackward) continue;
    const values = read(inputs[input]);
    const bad = values === undefined ? [] : [...values].filter(isBad);
    const [worst] = bad.sort((a, b) => Math.abs(b) - Math.abs(a));
    if (worst !== undefined) yield { kind: 'hazard', cause, input, count: bad.length, worst };
  }
}

/** How much the loss must have grown over the iterations that are remembered to be called growing. */
const GROWING = 10;

interface Learning {
  readonly cause: Cause;
  readonly isGrowing: boolean;
  readonly isFalling: boolean;
}

function learningRate({ losses, lr }: Before): Learning | undefined {
  const finite = losses.filter(Number.isFinite);
  const [from] = finite;
  const to = finite.at(-1);
  if (lr === undefined || from === undefined || to === undefined) return undefined;
  const cause: Cause = { kind: 'learning-rate', lr, from, to, iterations: finite.length };
  return { cause, isGrowing: to > GROWING * Math.abs(from), isFalling: to < from };
}

const largestOf = (values: TypedArray | undefined): number => {
  let largest = 0;
  for (const value of values ?? []) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
};

const shown = (value: number): Fault['value'] => (Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞');

/** The index of an element along every axis. */
function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
