import { numel } from '../../tensor/shape.ts';
import type { Tally } from '../backend.ts';
import { blockOf, type HostArray } from '../reference/arena.ts';
import type { Body, Local } from './assembler.ts';
import { halvesOf } from './halves.ts';
import type { Lanes } from './lanes.ts';
import { type Library, WORK } from './library.ts';
import type { LinearMemory } from './memory.ts';

/**
 * What there is to say of the elements of an array, in two passes over it: extremes and sums, then the spread around the mean and
 * the histogram. Lanes are gathered apart and joined at the end.
 */

/** Bytes in the block: what a kernel is told, then what it gathers, sixteen bytes each. */
const GIVEN = { from: 0, length: 4, ones: 8, bins: 12, mean: 16, low: 24, scale: 32 } as const;
const GATHERED = 48;
const FIRST = [
  'finite',
  'zeros',
  'low',
  'high',
  'restSum',
  'restMin',
  'restMax',
  'sum0',
  'sum1',
  'squares0',
  'squares1',
];
const SECOND = ['deviations0', 'deviations1'];
const atOf = (names: readonly string[], name: string): number => GATHERED + 16 * names.indexOf(name);
/** Where the histogram is counted, behind all that: once for each lane, as equal neighbours would wait for one another. */
const BINS = 512;
const LANES = 4;

/** A mask of four lanes as one of the first two, or of the last two, twice as wide. */
const WIDE = [
  [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7],
  [8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 14, 15, 12, 13, 14, 15],
] as const;

/**
 * Four elements at a time, the last ones singly: `each` is told the elements and which lanes of them count, `finite` four that all are
 * finite, as most are.
 */
function pass(body: Body, block: Local, each: (x: Local, counts: Local) => void, finite: (x: Local) => void): void {
  const source = body.variable(body.load('i32.load', block, GIVEN.from));
  const left = body.variable(body.load('i32.load', block, GIVEN.length));
  const some = (elements: 1 | 4, counts: Local) => {
    const x = body.load(elements === 4 ? 'v128.load' : 'v128.load32_zero', source);
    if (elements === 1) each(x, counts);
    else
      body.if(
        body.op('i32x4.all_true', finiteOf(body, x, counts)),
        () => finite(x),
        () => each(x, counts),
      );
    body.into(source, 'i32.add', source, body.i32(4 * elements));
    body.into(left, 'i32.sub', left, body.i32(elements));
  };
  const all = body.load('v128.load32_splat', block, GIVEN.ones);
  const one = body.load('v128.load32_zero', block, GIVEN.ones);
  body.while(
    () => body.op('i32.ge_u', left, body.i32(4)),
    () => some(4, all),
  );
  body.while(
    () => left,
    () => some(1, one),
  );
}

/** The lanes that count and are finite: x − x is 0 for those, and NaN for all others. */
function finiteOf(body: Body, x: Local, counts: Local): Local {
  const nothing = body.op('f32x4.sub', x, x);
  return body.op('v128.and', body.op('f32x4.eq', nothing, nothing), counts);
}

function writeFirst({ body, constant }: Lanes, block: Local): void {
  const [least, most] = [constant(Number.NEGATIVE_INFINITY), constant(Number.POSITIVE_INFINITY)];
  const zero = body.zero();
  const gathered = new Map(FIRST.map((name) => [name, body.local('v')]));
  const into = (name: string, take: (before: Local) => Local) => {
    const local = gathered.get(name);
    if (local !== undefined) body.set(local, take(local));
  };
  for (const [name, start] of [
    ['low', most],
    ['restMin', most],
    ['high', least],
    ['restMax', least],
  ] as const)
    into(name, () => start);
  const sums = (summed: readonly Local[], squared: readonly Local[]) => {
    for (const [i, half] of summed.entries()) into(`sum${i}`, (y) => body.op('f64x2.add', y, half));
    for (const [i, half] of squared.entries())
      into(`squares${i}`, (y) => body.op('f64x2.add', y, body.op('f64x2.mul', half, half)));
  };
  const all = body.load('v128.load32_splat', block, GIVEN.ones);
  const each = (x: Local, counts: Local) => {
    const finite = finiteOf(body, x, counts);
    const rest = body.op('v128.andnot', counts, finite);
    const choose = (lanes: Local, otherwise: Local) => body.op('v128.bitselect', x, otherwise, lanes);
    into('finite', (n) => body.op('i32x4.sub', n, finite));
    into('zeros', (n) => body.op('i32x4.sub', n, body.op('v128.and', body.op('f32x4.eq', x, zero), finite)));
    into('low', (y) => body.op('f32x4.min', y, choose(finite, most)));
    into('high', (y) => body.op('f32x4.max', y, choose(finite, least)));
    into('restSum', (y) => body.op('f32x4.add', y, choose(rest, zero)));
    into('restMin', (y) => body.op('f32x4.min', y, choose(rest, most)));
    into('restMax', (y) => body.op('f32x4.max', y, choose(rest, least)));
    sums(halvesOf(body, choose(finite, zero)), halvesOf(body, choose(counts, zero)));
  };
  pass(body, block, each, (x) => {
    into('finite', (n) => body.op('i32x4.sub', n, all));
    into('zeros', (n) => body.op('i32x4.sub', n, body.op('f32x4.eq', x, zero)));
    into('low', (y) => body.op('f32x4.pmin', y, x));
    into('high', (y) => body.op('f32x4.pmax', y, x));
    const halves = halvesOf(body, x);
    sums(halves, halves);
  });
  for (const [name, local] of gathered) body.store('v128.store', block, local, atOf(FIRST, name));
}

function writeSecond({ body }: Lanes, block: Local): void {
  const of = (at: number) => body.load('v128.load64_splat', block, at);
  const [mean, low, scale] = [of(GIVEN.mean), of(GIVEN.low), of(GIVEN.scale)] as const;
  const minusOne = body.load('v128.load32_splat', block, GIVEN.ones);
  const highest = body.op('i32x4.add', body.load('v128.load32_splat', block, GIVEN.bins), minusOne);
  const size = body.op('i32.shl', body.load('i32.load', block, GIVEN.bins), body.i32(2));
  const tables: Local[] = [block];
  for (let lane = 1; lane < LANES; lane++) tables.push(body.op('i32.add', tables.at(-1) ?? block, size));
  const gathered = SECOND.map(() => body.local('v'));
  /** Of each half the squares of what its elements lie away from the mean, and their bins. */
  const halves = (x: Local, each: (into: Local, squares: Local, bin: Local, half: number) => void) => {
    for (const [i, half] of halvesOf(body, x).entries()) {
      const into = gathered[i];
      if (into === undefined) continue;
      const away = body.op('f64x2.sub', half, mean);
      const place = body.op('f64x2.mul', body.op('f64x2.sub', half, low), scale);
      const bin = body.op('i32x4.min_s', body.op('i32x4.trunc_sat_f64x2_s_zero', place), highest);
      each(into, body.op('f64x2.mul', away, away), bin, i);
    }
  };
  const count = (bin: Local, half: number, lane: number) => {
    const offset = body.op('i32.shl', body.lane('i32x4.extract_lane', bin, lane), body.i32(2));
    const at = body.op('i32.add', tables[2 * half + lane] ?? block, offset);
    body.store('i32.store', at, body.op('i32.add', body.load('i32.load', at, BINS), body.i32(1)), BINS);
  };
  const each = (x: Local, counts: Local) => {
    const finite = finiteOf(body, x, counts);
    halves(x, (into, squares, bin, half) => {
      const lanes = body.shuffle(finite, finite, WIDE[half] ?? WIDE[0]);
      body.into(into, 'f64x2.add', into, body.op('v128.and', squares, lanes));
      for (const lane of [0, 1])
        body.if(body.lane('i32x4.extract_lane', finite, 2 * half + lane), () => count(bin, half, lane));
    });
  };
  pass(body, block, each, (x) =>
    halves(x, (into, squares, bin, half) => {
      body.into(into, 'f64x2.add', into, squares);
      for (const lane of [0, 1]) count(bin, half, lane);
    }),
  );
  for (const [i, local] of gathered.entries()) body.store('v128.store', block, local, GATHERED + 16 * i);
}

export class Tallies {
  readonly #library: Library;
  readonly #memory: LinearMemory;

  constructor(library: Library, memory: LinearMemory) {
    this.#library = library;
    this.#memory = memory;
  }

  /** Of an array of f32, with a histogram of `bins`. */
  of(x: HostArray, bins: number): Tally {
    const first = this.#library.kernel('tally', writeFirst);
    const second = this.#library.kernel('spread', writeSecond);
    const { words, floats, buffer } = this.#memory;
    const doubles = new Float64Array(buffer, WORK, 128);
    const word = (at: number) => (WORK + at) >> 2;
    words[word(GIVEN.from)] = blockOf(x).address;
    words[word(GIVEN.length)] = numel(x.shape);
    words[word(GIVEN.ones)] = -1;
    words[word(GIVEN.bins)] = bins;
    first(WORK, 0);

    const at = (name: string) => word(atOf(FIRST, name));
    const finite = joined(words, at('finite'), plus);
    const sum = total(doubles, FIRST, 'sum');
    const found = {
      finite,
      zeros: joined(words, at('zeros'), plus),
      low: joined(floats, at('low'), Math.min),
      high: joined(floats, at('high'), Math.max),
      sum,
      squares: total(doubles, FIRST, 'squares'),
      rest: {
        sum: joined(floats, at('restSum'), plus),
        min: joined(floats, at('restMin'), Math.min),
        max: joined(floats, at('restMax'), Math.max),
      },
    };
    doubles[GIVEN.mean >> 3] = finite === 0 ? 0 : sum / finite;
    doubles[GIVEN.low >> 3] = finite === 0 ? 0 : found.low;
    doubles[GIVEN.scale >> 3] = found.high > found.low ? bins / (found.high - found.low) : 0;
    const tables = word(BINS);
    words.fill(0, tables, tables + LANES * bins);
    second(WORK, 0);
    const counts: number[] = [];
    for (let bin = 0; bin < bins; bin++) {
      let count = 0;
      for (let lane = 0; lane < LANES; lane++) count += words[tables + lane * bins + bin] ?? 0;
      counts.push(count);
    }
    return { ...found, deviations: total(doubles, SECOND, 'deviations'), bins: counts };
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
