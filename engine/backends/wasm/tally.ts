import { numel } from '../../tensor/shape.ts';
import { blockOf, type StoredArray } from '../arena.ts';
import type { Tally } from '../backend.ts';
import type { Body, Local } from './assembler.ts';
import { halvesOf } from './halves.ts';
import type { Lanes } from './lanes.ts';
import { type Library, WORK } from './library.ts';
import type { LinearMemory } from './memory.ts';

/**
 * What there is to say of the elements of an array, in two passes over it: extremes and sums, then the histogram. Lanes are gathered
 * apart and joined at the end. All elements are taken to be finite; where one is not, the sum of squares tells.
 */

const LANES = 4;
/**
 * Bytes in the block: what a kernel is told, then what it gathers, sixteen bytes each. `ones`: 64 bits of which every one is set;
 * `tables`: where each lane counts.
 */
const GIVEN = { from: 0, length: 4, ones: 8, mean: 16, low: 24, scale: 32, bins: 40, tables: 48 } as const;
const GATHERED = 64;
const FIRST = ['zeros', 'low', 'high', 'sum0', 'sum1', 'squares0', 'squares1'];
const SECOND = ['deviations0', 'deviations1'];
const atOf = (names: readonly string[], name: string): number => GATHERED + 16 * names.indexOf(name);
/** Where the histogram is counted, behind all that: once for each lane, as equal neighbours would wait for one another. */
const TABLES = 512;

/** The lower halves of two vectors. */
const LOWER_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/**
 * The sum of (x − mean)² is Σx² − (Σx)²/n, where that difference is no less than Σx² by this factor, i.e. where the mean is at most a
 * hundred deviations away from 0. Σx² is off by n/4 roundings at worst, 3e-12 of it for a hundred thousand elements: so the
 * difference by 6e-8 of itself, which no card shows. Elsewhere deviations are summed one by one.
 */
const WELL_APART = 1e4;

/** Four elements at a time; the last ones singly, in all lanes, of which `only` says that the first counts. */
function pass(body: Body, block: Local, each: (x: Local, only?: Local) => void): void {
  const source = body.variable(body.load('i32.load', block, GIVEN.from));
  const left = body.variable(body.load('i32.load', block, GIVEN.length));
  const first = body.load('v128.load32_zero', block, GIVEN.ones);
  const some = (elements: number, then: () => void) => {
    then();
    body.into(source, 'i32.add', source, body.i32(4 * elements));
    body.into(left, 'i32.sub', left, body.i32(elements));
  };
  body.while(
    () => body.op('i32.ge_u', left, body.i32(LANES)),
    () => some(LANES, () => each(body.load('v128.load', source))),
  );
  body.while(
    () => left,
    () => some(1, () => each(body.load('v128.load32_splat', source), first)),
  );
}

const counted = (body: Body, x: Local, only: Local | undefined): Local =>
  only === undefined ? x : body.op('v128.and', x, only);

function writeFirst({ body, constant }: Lanes, block: Local): void {
  const zero = body.zero();
  const gathered = new Map(FIRST.map((name) => [name, body.local('v')]));
  const into = (name: string, take: (before: Local) => Local) => {
    const local = gathered.get(name);
    if (local !== undefined) body.set(local, take(local));
  };
  into('low', () => constant(Number.POSITIVE_INFINITY));
  into('high', () => constant(Number.NEGATIVE_INFINITY));
  pass(body, block, (x, only) => {
    into('zeros', (n) => body.op('i32x4.sub', n, counted(body, body.op('f32x4.eq', x, zero), only)));
    into('low', (y) => body.op('f32x4.pmin', y, x));
    into('high', (y) => body.op('f32x4.pmax', y, x));
    for (const [i, half] of halvesOf(body, counted(body, x, only)).entries()) {
      into(`sum${i}`, (y) => body.op('f64x2.add', y, half));
      into(`squares${i}`, (y) => body.op('f64x2.add', y, body.op('f64x2.mul', half, half)));
    }
  });
  for (const [name, local] of gathered) body.store('v128.store', block, local, atOf(FIRST, name));
}

/** The histogram, and where `spreads` the sum of what the elements lie away from the mean, squared. */
const writeSecond =
  (spreads: boolean) =>
  ({ body }: Lanes, block: Local): void => {
    const of = (at: number) => body.load('v128.load64_splat', block, at);
    const [mean, low, scale] = [of(GIVEN.mean), of(GIVEN.low), of(GIVEN.scale)] as const;
    const highest = body.load('v128.load32_splat', block, GIVEN.bins);
    const tables = body.load('v128.load', block, GIVEN.tables);
    /** The first of two f64. */
    const wide = body.load('v128.load64_zero', block, GIVEN.ones);
    const gathered = SECOND.map(() => body.local('v'));
    pass(body, block, (x, only) => {
      const halves = halvesOf(body, x);
      const [first, second] = halves.map((half) =>
        body.op('i32x4.trunc_sat_f64x2_s_zero', body.op('f64x2.mul', body.op('f64x2.sub', half, low), scale)),
      );
      if (first === undefined || second === undefined) return;
      const bin = body.op('i32x4.min_s', body.shuffle(first, second, LOWER_HALVES), highest);
      const at = body.op('i32x4.add', body.op('i32x4.shl', bin, body.i32(2)), tables);
      for (let lane = 0; lane < (only === undefined ? LANES : 1); lane++) {
        const count = body.lane('i32x4.extract_lane', at, lane);
        body.store('i32.store', count, body.op('i32.add', body.load('i32.load', count), body.i32(1)));
      }
      if (!spreads) return;
      for (const [i, half] of halves.entries()) {
        const [into, away] = [gathered[i], body.op('f64x2.sub', half, mean)];
        if (into === undefined || (only !== undefined && i > 0)) continue;
        const squares = body.op('f64x2.mul', away, away);
        body.into(into, 'f64x2.add', into, counted(body, squares, only && wide));
      }
    });
    for (const [i, local] of gathered.entries()) body.store('v128.store', block, local, GATHERED + 16 * i);
  };
const writeHistogram = writeSecond(false);
const writeSpread = writeSecond(true);

export class Tallies {
  readonly #library: Library;
  readonly #memory: LinearMemory;

  constructor(library: Library, memory: LinearMemory) {
    this.#library = library;
    this.#memory = memory;
  }

  /** Of an array of f32, with a histogram of `bins`. Undefined where an element is NaN or infinite. */
  of(x: StoredArray, bins: number): Tally | undefined {
    const { words, floats, buffer } = this.#memory;
    const doubles = new Float64Array(buffer, WORK, TABLES >> 3);
    const word = (at: number) => (WORK + at) >> 2;
    const length = numel(x.shape);
    words[word(GIVEN.from)] = blockOf(x).address;
    words[word(GIVEN.length)] = length;
    words.fill(-1, word(GIVEN.ones), word(GIVEN.ones) + 2);
    this.#library.kernel('tally', writeFirst)(WORK, 0);

    const squares = total(doubles, FIRST, 'squares');
    // No square of an f32 overflows an f64, nor does the sum of as many as there is memory for.
    if (!Number.isFinite(squares)) return undefined;
    const at = (name: string) => word(atOf(FIRST, name));
    const sum = total(doubles, FIRST, 'sum');
    const low = joined(floats, at('low'), Math.min);
    const high = joined(floats, at('high'), Math.max);
    const zeros = joined(words, at('zeros'), plus);
    const mean = length === 0 ? 0 : sum / length;
    const apart = squares - sum * mean;
    const isApart = squares <= WELL_APART * apart;

    words[word(GIVEN.bins)] = bins - 1;
    doubles[GIVEN.mean >> 3] = mean;
    doubles[GIVEN.low >> 3] = low;
    doubles[GIVEN.scale >> 3] = high > low ? bins / (high - low) : 0;
    for (let lane = 0; lane < LANES; lane++) words[word(GIVEN.tables) + lane] = WORK + TABLES + 4 * bins * lane;
    const tables = word(TABLES);
    words.fill(0, tables, tables + LANES * bins);
    const second = isApart
      ? this.#library.kernel('histogram', writeHistogram)
      : this.#library.kernel('spread', writeSpread);
    second(WORK, 0);
    const counts: number[] = [];
    for (let bin = 0; bin < bins; bin++) {
      let count = 0;
      for (let lane = 0; lane < LANES; lane++) count += words[tables + lane * bins + bin] ?? 0;
      counts.push(count);
    }
    const deviations = isApart ? apart : total(doubles, SECOND, 'deviations');
    const rest = { sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
    return { finite: length, zeros, low, high, sum, squares, rest, deviations, bins: counts };
  }
}

const plus = (x: number, y: number): number => x + y;

/** What was gathered in four lanes, from word `at` on. */
function joined(lanes: Int32Array | Float32Array, at: number, join: (x: number, y: number) => number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [lanes[at], lanes[at + 1], lanes[at + 2], lanes[at + 3]];
  return join(join(join(a, b), c), d);
}

/** A sum that was gathered in two pairs of f64, seen from where work is told. */
function total(doubles: Float64Array, names: readonly string[], name: string): number {
  const [first, second] = [atOf(names, `${name}0`) >> 3, atOf(names, `${name}1`) >> 3];
  const [a = 0, b = 0, c = 0, d = 0] = [doubles[first], doubles[first + 1], doubles[second], doubles[second + 1]];
  return a + b + (c + d);
}
