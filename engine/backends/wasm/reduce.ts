import { blockOf, type StoredArray } from '../arena.ts';
import type { Body, Local } from './assembler.ts';
import { HIGH_HALF, halvesOf } from './halves.ts';
import type { Lanes } from './lanes.ts';
import type { Launcher } from './launcher.ts';
import { type Kernel, type Library, WORK } from './library.ts';
import type { LinearMemory } from './memory.ts';
import { partsOfPass, range, UNIT } from './parts.ts';

/**
 * Reductions of (outer, count, inner) over its middle axis. Sums gather in f64. The order in which the elements of one result are
 * gathered depends on the shape alone.
 */
export type Gathering = 'sum' | 'sumsq' | 'max' | 'min';

/** Parts lie `across` to a row of parts, each so many columns of `inner`. */
const WORDS = { from: 0, to: 1, outer: 2, across: 3, count: 4, inner: 5 } as const;

const isSum = (op: Gathering): boolean => op === 'sum' || op === 'sumsq';

/** How four floats join what was gathered of their lanes: for sums two pairs of f64, else four f32. */
function gather(body: Body, op: Gathering, gathered: readonly Local[], x: Local): void {
  const [low, high] = gathered;
  if (low === undefined) return;
  if (!isSum(op)) body.into(low, op === 'max' ? 'f32x4.max' : 'f32x4.min', low, x);
  else if (high !== undefined) {
    const halves = halvesOf(body, x);
    for (const [i, into] of [low, high].entries()) {
      const half = halves[i];
      if (half !== undefined)
        body.into(into, 'f64x2.add', into, op === 'sumsq' ? body.op('f64x2.mul', half, half) : half);
    }
  }
}
const gathering = (body: Body, op: Gathering): Local[] =>
  isSum(op) ? [body.local('v'), body.local('v')] : [body.local('v')];

function start({ body, constant }: Lanes, op: Gathering, gathered: readonly Local[]): void {
  const from = op === 'max' ? constant(Number.NEGATIVE_INFINITY) : constant(Number.POSITIVE_INFINITY);
  for (const local of gathered) body.set(local, isSum(op) ? body.zero() : from);
}

/** What lies along memory: each result gathers a row. */
function writeRows(lanes: Lanes, block: Local, op: Gathering): void {
  const { body } = lanes;
  const { from, to, at, end, count } = opening(body, block);
  const source = body.variable(
    body.op('i32.add', from, body.op('i32.mul', at, body.op('i32.shl', count, body.i32(2)))),
  );
  const target = body.variable(body.op('i32.add', to, body.op('i32.shl', at, body.i32(2))));
  const gathered = [gathering(body, op), gathering(body, op)];
  const all = gathered.flat();
  const single = gathering(body, op);
  const left = body.local('i');
  const advance = (elements: number) => {
    body.into(source, 'i32.add', source, body.i32(4 * elements));
    body.into(left, 'i32.sub', left, body.i32(elements));
  };
  body.while(
    () => body.op('i32.lt_u', at, end),
    () => {
      start(lanes, op, [...all, ...single]);
      body.set(left, count);
      body.while(
        () => body.op('i32.ge_u', left, body.i32(8)),
        () => {
          for (const [i, into] of gathered.entries()) gather(body, op, into, body.load('v128.load', source, 16 * i));
          advance(8);
        },
      );
      // One at a time: into the first lane, the others being told the element that changes nothing.
      body.while(
        () => left,
        () => {
          const x = isSum(op) ? body.load('v128.load32_zero', source) : body.load('v128.load32_splat', source);
          gather(body, op, single, x);
          advance(1);
        },
      );
      body.store('f32.store', target, together(body, op, gathered, single));
      body.into(target, 'i32.add', target, body.i32(4));
      body.into(at, 'i32.add', at, body.i32(1));
    },
  );
}

function together(body: Body, op: Gathering, gathered: readonly (readonly Local[])[], single: readonly Local[]): Local {
  const [first = [], second = []] = gathered;
  const join = isSum(op) ? 'f64x2.add' : op === 'max' ? 'f32x4.max' : 'f32x4.min';
  const pairs = first.map((x, i) => body.op(join, x, second[i] ?? x));
  const whole = [...pairs, ...single].reduce((x, y) => body.op(join, x, y));
  const halves = body.op(join, whole, body.shuffle(whole, whole, HIGH_HALF));
  if (isSum(op)) return body.op('f32.demote_f64', body.lane('f64x2.extract_lane', halves, 0));
  const quarter = [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11];
  return body.lane('f32x4.extract_lane', body.op(join, halves, body.shuffle(halves, halves, quarter)), 0);
}

/** What lies across memory: neighbouring results are gathered together, as wide as a line of the cache where they fill one. */
function writeColumns(lanes: Lanes, block: Local, part: Local, op: Gathering): void {
  const { body } = lanes;
  const { from, to, at, end, count, inner } = opening(body, block);
  const across = body.load('i32.load', block, 4 * WORDS.across);
  const columnsOf = range(body, body.op('i32.rem_u', part, across), across, inner, body.i32(UNIT));
  const first = body.op('i32.shl', columnsOf.first, body.i32(2));
  const width = body.op('i32.sub', columnsOf.end, columnsOf.first);
  const row = body.op('i32.shl', inner, body.i32(2));
  const plane = body.op('i32.mul', row, count);
  const source = body.variable(body.op('i32.add', first, body.op('i32.add', from, body.op('i32.mul', at, plane))));
  const target = body.variable(body.op('i32.add', first, body.op('i32.add', to, body.op('i32.mul', at, row))));
  const done = body.op('i32.shl', width, body.i32(2));
  const left = body.local('i');
  const cursor = body.local('i');
  const rows = body.local('i');
  const columns = (vectors: number, width: 1 | 4): void => {
    const gathered = Array.from({ length: vectors }, () => gathering(body, op));
    start(lanes, op, gathered.flat());
    body.set(cursor, source);
    body.set(rows, count);
    body.while(
      () => rows,
      () => {
        for (const [i, into] of gathered.entries())
          gather(body, op, into, body.load(width === 4 ? 'v128.load' : 'v128.load32_zero', cursor, 16 * i));
        body.into(cursor, 'i32.add', cursor, row);
        body.into(rows, 'i32.sub', rows, body.i32(1));
      },
    );
    for (const [i, [low, high]] of gathered.entries()) {
      if (low === undefined) continue;
      const floats = isSum(op) ? narrowed(body, low, high ?? low) : low;
      if (width === 4) body.store('v128.store', target, floats, 16 * i);
      else body.store('f32.store', target, body.lane('f32x4.extract_lane', floats, 0));
    }
    const done = vectors * width;
    body.into(source, 'i32.add', source, body.i32(4 * done));
    body.into(target, 'i32.add', target, body.i32(4 * done));
    body.into(left, 'i32.sub', left, body.i32(done));
  };
  body.while(
    () => body.op('i32.lt_u', at, end),
    () => {
      body.set(left, width);
      for (const vectors of [4, 1])
        body.while(
          () => body.op('i32.ge_u', left, body.i32(4 * vectors)),
          () => columns(vectors, 4),
        );
      body.while(
        () => left,
        () => columns(1, 1),
      );
      body.into(source, 'i32.add', source, body.op('i32.sub', plane, done));
      body.into(target, 'i32.add', target, body.op('i32.sub', row, done));
      body.into(at, 'i32.add', at, body.i32(1));
    },
  );
}

/** Two pairs of f64 as four f32. */
const narrowed = (body: Body, low: Local, high: Local): Local =>
  body.shuffle(
    body.op('f32x4.demote_f64x2_zero', low),
    body.op('f32x4.demote_f64x2_zero', high),
    [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
  );

function opening(body: Body, block: Local) {
  const word = (name: keyof typeof WORDS) => body.load('i32.load', block, 4 * WORDS[name]);
  const at = body.local('i');
  return { at, end: word('outer'), from: word('from'), to: word('to'), count: word('count'), inner: word('inner') };
}

export class Reductions {
  readonly #library: Library;
  readonly #memory: LinearMemory;
  readonly #launcher: Launcher;

  constructor(library: Library, memory: LinearMemory, launcher: Launcher) {
    this.#library = library;
    this.#memory = memory;
    this.#launcher = launcher;
  }

  /** `out[o, i] ← op over c of x[o, c, i]`; f32. */
  run(op: Gathering, x: StoredArray, out: StoredArray, outer: number, count: number, inner: number): void {
    if (outer * inner === 0) return;
    const first = this.#launcher.block(Object.keys(WORDS).length);
    const words = this.#memory.words;
    words[first + WORDS.from] = blockOf(x).address;
    words[first + WORDS.to] = blockOf(out).address;
    words[first + WORDS.outer] = outer;
    const parts = partsOfPass(outer * count * inner, this.#launcher.threads);
    const across = Math.max(1, Math.min(Math.floor(inner / UNIT), parts));
    words[first + WORDS.across] = across;
    words[first + WORDS.count] = count;
    words[first + WORDS.inner] = inner;
    this.#launcher.launch(this.#kernel(op, inner === 1), first, across);
  }

  /** Is every element of a f32 array finite? */
  finite(x: StoredArray, length: number): boolean {
    const words = this.#memory.words;
    const first = WORK >> 2;
    words[first] = blockOf(x).address;
    words[first + 1] = length;
    this.#library.kernel('finite', writeFinite)(WORK, 0);
    return this.#memory.words[first + 1] === 0;
  }

  #kernel(op: Gathering, rows: boolean): Kernel {
    return this.#library.kernel(`${op} ${rows ? 'rows' : 'columns'}`, (lanes, block, part) =>
      rows ? writeRows(lanes, block, op) : writeColumns(lanes, block, part, op),
    );
  }
}

/** (address, length): the second word becomes other than 0 where an element is NaN or infinite: x − x is 0 for all others. */
function writeFinite({ body }: Lanes, block: Local): void {
  const source = body.variable(body.load('i32.load', block, 0));
  const left = body.variable(body.load('i32.load', block, 4));
  const gathered = body.local('v');
  const look = (x: Local) => body.into(gathered, 'v128.or', gathered, body.op('f32x4.sub', x, x));
  const advance = (elements: number) => {
    body.into(source, 'i32.add', source, body.i32(4 * elements));
    body.into(left, 'i32.sub', left, body.i32(elements));
  };
  body.while(
    () => body.op('i32.ge_u', left, body.i32(16)),
    () => {
      for (let i = 0; i < 4; i++) look(body.load('v128.load', source, 16 * i));
      advance(16);
    },
  );
  body.while(
    () => left,
    () => {
      look(body.load('v128.load32_zero', source));
      advance(1);
    },
  );
  body.store('i32.store', block, body.op('v128.any_true', gathered), 4);
}
