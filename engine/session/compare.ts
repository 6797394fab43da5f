import type { TypedArray } from '../tensor/dtype.ts';
import { type Comparing, type Comparison, type Difference, type NodeComparison, TOLERANCE } from './comparison.ts';
import { type Measured, measure } from './difference.ts';
import { Oracle } from './oracle.ts';
import { type Past, Redoing, type Redone } from './redoing.ts';

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
  const measured = yield* measureAll(made, expected);
  const nonFinite = measured.reduce((sum, one) => sum + one.nonFinite, 0);
  if (nonFinite > 0) return { apart: Number.POSITIVE_INFINITY, nonFinite };
  const apart = Math.max(0, ...measured.map(({ difference, largest }) => partOf(difference, largest)));
  if (apart <= TOLERANCE) return { apart, nonFinite };
  // Where large terms cancel, rounding is relative to them, not to the little that is left.
  const swayed = yield* measureAll(yield* oracle.compute(compute, TOLERANCE), expected);
  const scaleOf = (i: number, largest: number) => Math.max(largest, (swayed[i]?.difference ?? 0) / TOLERANCE);
  const rest = Math.max(...measured.map(({ difference, largest }, i) => partOf(difference, scaleOf(i, largest))));
  return { apart: rest <= TOLERANCE ? rest : apart, nonFinite };
}

function* measureAll(made: readonly TypedArray[], expected: readonly TypedArray[]): Generator<void, Measured[]> {
  const all: Measured[] = [];
  for (const [i, values] of made.entries()) all.push(yield* measure(values, expected[i] ?? values));
  return all;
}

const partOf = (difference: number, scale: number): number => (difference === 0 ? 0 : difference / scale);
