import type { TypedArray } from '../tensor/dtype.ts';
import { type Comparing, type Comparison, type Difference, type NodeComparison, TOLERANCE } from './comparison.ts';
import { largestOf } from './fault.ts';
import { Oracle } from './oracle.ts';
import { type Past, Redoing, type Redone } from './redoing.ts';

/** What lies below the smallest normal number of f32 a device may take for zero. */
const FLUSHED = 2 ** -126;

/**
 * Does every operation of a moment again, forward and backward and each `+=` into a gradient: by its own record, on the inputs that
 * it had, with the reference backend. Yields often enough that nobody in this thread waits long.
 */
export function* compareMoment(past: Past, iteration: number): Comparing {
  const { moment } = past;
  const oracle = new Oracle();
  const tape = new Redoing(past);
  const nodes = new Map<string, NodeComparison>();
  for (let position = 0; position < moment.done; position++) {
    const entry = moment.entries.list[position];
    if (entry === undefined) break;
    const redone = tape.entry(entry, position);
    if (redone === 'nothing') continue;
    const address = tape.addressOf(entry);
    const before = nodes.get(address) ?? { address, compared: 0, skipped: 0, isWithin: true };
    if (redone === 'unknown') nodes.set(address, { ...before, skipped: before.skipped + 1 });
    else {
      const progress = { done: position, of: moment.done };
      const distance = yield* between(differenceOf(oracle, redone), progress);
      const { phase, op } = entry;
      nodes.set(address, withDifference(before, { position, phase, address, op, ...distance }));
    }
    yield { done: position + 1, of: moment.done };
  }
  return summaryOf([...nodes.values()], iteration);
}

/** The same generator, which yields `value` each time. */
function* between<T, V>(pieces: Generator<void, T>, value: V): Generator<V, T> {
  for (;;) {
    const { done, value: made } = pieces.next();
    if (done === true) return made;
    yield value;
  }
}

function withDifference(node: NodeComparison, difference: Difference): NodeComparison {
  const compared = node.compared + 1;
  const worst = farther(node.worst, difference);
  return { ...node, compared, worst, isWithin: worst.apart <= TOLERANCE };
}

const farther = (one: Difference | undefined, other: Difference): Difference =>
  one === undefined || other.apart > one.apart ? other : one;

function summaryOf(nodes: readonly NodeComparison[], iteration: number): Comparison {
  let worst: Difference | undefined;
  let [compared, skipped] = [0, 0];
  for (const node of nodes) {
    compared += node.compared;
    skipped += node.skipped;
    if (node.worst !== undefined) worst = farther(worst, node.worst);
  }
  const isWithin = nodes.every((node) => node.isWithin);
  return {
    iteration,
    nodes,
    compared,
    skipped,
    ...(worst === undefined ? {} : { worst }),
    tolerance: TOLERANCE,
    isWithin,
  };
}

type Distance = Pick<Difference, 'apart' | 'nonFinite'>;

/** How far what was made is from what the oracle makes. */
function* differenceOf(oracle: Oracle, { compute, made }: Redone): Generator<void, Distance> {
  const expected = yield* oracle.compute(compute);
  const pairs = made.map((values, i) => ({ values, expected: expected[i] ?? values }));
  const nonFinite = pairs.reduce((sum, pair) => sum + nonFiniteIn(pair.values, pair.expected), 0);
  if (nonFinite > 0) return { apart: Number.POSITIVE_INFINITY, nonFinite };
  const relative = pairs.map((pair) => ({
    difference: largestDifference(pair.values, pair.expected),
    scale: Math.max(largestOf(pair.values), largestOf(pair.expected)),
  }));
  const apart = Math.max(0, ...relative.map(({ difference, scale }) => partOf(difference, scale)));
  if (apart <= TOLERANCE) return { apart, nonFinite };
  // Where large terms cancel, rounding is relative to them, not to the little that is left.
  const swayed = yield* oracle.compute(compute, TOLERANCE);
  const relieved = relative.map(({ difference, scale }, i) => {
    const sway = largestDifference(swayed[i] ?? [], expected[i] ?? []);
    return partOf(difference, Math.max(scale, sway / TOLERANCE));
  });
  const rest = Math.max(...relieved);
  return { apart: rest <= TOLERANCE ? rest : apart, nonFinite };
}

const partOf = (difference: number, scale: number): number => (difference <= FLUSHED ? 0 : difference / scale);

/** Elements that are NaN or infinite in one of the two, and not the same in the other. */
function nonFiniteIn(values: TypedArray, expected: TypedArray): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const [one, other] = [values[i] ?? 0, expected[i] ?? 0];
    if (Number.isFinite(one) && Number.isFinite(other)) continue;
    if (!Object.is(one, other)) count++;
  }
  return count;
}

/** Of the elements that are finite in both. */
function largestDifference(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = Math.abs((values[i] ?? 0) - (expected[i] ?? 0));
    if (difference > largest && difference < Number.POSITIVE_INFINITY) largest = difference;
  }
  return largest;
}
