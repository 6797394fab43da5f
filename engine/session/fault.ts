import type { Backend, NDArray } from '../backends/backend.ts';
import { operations } from '../ops/index.ts';
import type { Ref, ScheduledEntry } from '../program/entries.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import type { Moment } from './moment.ts';
import { SUM } from './pass.ts';
import { reportEntry } from './report.ts';
import type { Cause, Fault } from './summary.ts';

/** What is known of the run before the fault. */
export interface Before {
  /** Losses of the last iterations, oldest first. */
  readonly losses: readonly number[];
  /** The largest learning rate in force. */
  readonly lr: number | undefined;
  /** The largest element of all parameters, as the run began and now. */
  readonly weights: { readonly from: number; readonly to: number };
  /** Rows of the data set that the batch holds; absent where it is whole. */
  readonly rows: ArrayLike<number> | undefined;
}

/** Did the entry that was done last make a NaN or an infinity? */
export const isMaker = (moment: Moment, backend: Backend): boolean =>
  faultyOutput(moment, moment.done - 1, backend) !== undefined;

/** The first of the entries that are done which made one. */
export function firstMade(moment: Moment, backend: Backend): number | undefined {
  for (let position = 0; position < moment.done; position++)
    if (faultyOutput(moment, position, backend) !== undefined) return position;
  return undefined;
}

function faultyOutput(moment: Moment, position: number, backend: Backend): NDArray | undefined {
  return madeBy(moment, position).find((array) => array !== undefined && !backend.finiteSync(array));
}

function madeBy(moment: Moment, position: number): (NDArray | undefined)[] {
  const entry = moment.entries.list[position];
  // The gradient itself holds what was added later, too.
  if (entry?.op === 'accumulate') return [moment.pass.result(position - moment.entries.start.backward)[SUM]];
  return (entry?.outputs ?? []).map((ref) => moment.array(ref));
}

/** What went wrong in the entry that was done last, with the likely causes, best first. */
export function examineFault(moment: Moment, iteration: number, before: Before, backend: Backend): Fault | undefined {
  const position = moment.done - 1;
  const entry = reportEntry(moment, position, backend);
  const scheduled = moment.entries.list[position];
  const array = faultyOutput(moment, position, backend);
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
    count: countNonFinite(values),
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
  const inputs = entry.inputs.map(read);
  const given = inputs.findIndex((values) => countNonFinite(values) > 0);
  if (given >= 0) return [{ kind: 'given', input: given, count: countNonFinite(inputs[given]) }];
  const largest = Math.max(0, ...inputs.map(largestOf));
  const hazards = [...hazardsOf(entry, moment, read)];
  const learning = learningRate(entry, largest, before);
  const isOverflow = hazards.length === 0 && !learning?.isCertain && largest >= LARGE;
  const causes: Cause[] = [...hazards, ...(isOverflow ? [{ kind: 'overflow', largest } as const] : [])];
  if (learning === undefined) return causes;
  // Weights that the updates have blown up explain all that came of them; a growing loss, the size of numbers.
  if (learning.isCertain) return [learning.cause, ...causes];
  if (learning.isGrowing) return [...hazards, learning.cause, ...causes.slice(hazards.length)];
  return [...causes, learning.cause];
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
/** How much updates must have enlarged the weights to be called the cause. */
const BLOWN_UP = 1000;
/** From here on a few products and a sum of them may outgrow float32. */
const LARGE = 1e12;
const FLOAT32_MAX = 3.4028235e38;

interface Learning {
  readonly cause: Cause;
  /** The weights themselves show it. */
  readonly isCertain: boolean;
  readonly isGrowing: boolean;
}

/** What speaks for a learning rate that is too high; undefined where nothing does. */
function learningRate(entry: ScheduledEntry, largest: number, { losses, lr, weights }: Before): Learning | undefined {
  if (lr === undefined) return undefined;
  // Adam's step is as large as the learning rate, however small the gradient.
  const isTooFar = entry.phase === 'update' && lr * Math.max(1, largest) + weights.to > FLOAT32_MAX / 10;
  const hasBlownUp = weights.to > BLOWN_UP * Math.max(1, weights.from);
  const finite = losses.filter(Number.isFinite);
  const [from = 0] = finite;
  const to = finite.at(-1) ?? 0;
  const isRising = finite.length > 1 && to > from;
  if (!isTooFar && !hasBlownUp && !isRising) return undefined;
  return {
    cause: {
      kind: 'learning-rate',
      lr,
      ...(isTooFar ? { gradient: largest } : {}),
      ...(hasBlownUp ? { weights } : {}),
      ...(isRising ? { losses: { from, to, iterations: finite.length } } : {}),
    },
    isCertain: isTooFar || hasBlownUp,
    isGrowing: isRising && to > GROWING * Math.abs(from),
  };
}

const countNonFinite = (values: TypedArray | undefined): number =>
  values === undefined ? 0 : Array.from(values).filter((value) => !Number.isFinite(value)).length;

/** Of those that are finite. */
export function largestOf(values: TypedArray | undefined): number {
  let largest = 0;
  for (const value of values ?? []) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest;
}

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
