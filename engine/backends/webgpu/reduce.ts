import type { DType } from '../../tensor/dtype.ts';
import type { ReduceOp } from '../backend.ts';
import { converted, type Finish, type Launch, loaded, type Source, Writer } from './launch.ts';
import { numbered, piecesOf, type Staged, tree } from './stages.ts';

/** From so many elements on, a result is gathered by several invocations instead of one. */
const MANY = 64;
/** Neighbouring results of a workgroup at most: they read memory together. */
const MOST_ACROSS = 32;
/** Elements that are worth an invocation, and another launch that joins what was gathered. */
const LEAST_ELEMENTS = 16;

/** A reduction of (outer, count, inner) over its middle axis. */
export interface Around {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** Beside what a backend reduces by: whether an element is NaN or infinite. */
type Op = ReduceOp | 'odd';
/** What is gathered of elements: a number, and for `argmax` its place besides. */
type Gathered = 'f32' | 'i32';

/** How what was gathered so far, `best`, and one more, `x`, are joined, without a branch. What is no number stays. */
const joins: Record<Op, Record<Gathered, string>> = {
  sum: both('return best + x;'),
  sumsq: both('return best + x;'),
  odd: both('return best | x;'),
  max: extreme('max(best, x)'),
  min: extreme('min(best, x)'),
  argmax: {
    i32: chosen('above'),
    f32: chosen('(odd & !held) | (odd & held & first) | (!odd & !held & above)'),
  },
};
function both(join: string): Record<Gathered, string> {
  return { f32: join, i32: join };
}
function extreme(join: string): Record<Gathered, string> {
  return { i32: `return ${join};`, f32: `return select(select(${join}, x, is_nan(x)), best, is_nan(best));` };
}
/** The first that is no number, else the first of the largest. */
function chosen(takes: string): string {
  return `let first = x.place < best.place;
  let above = (x.value > best.value) | ((x.value == best.value) & first);
  let odd = is_nan(f32(x.value)); let held = is_nan(f32(best.value));
  let takes = ${takes};
  return Best(select(best.value, x.value, takes), select(best.place, x.place, takes));`;
}

/** Functions of a kernel, and the type that they gather. */
interface Rule {
  readonly type: string;
  readonly functions: string;
  /** What is joined first; undefined where that may be any element, as joining one twice makes no difference. */
  readonly zero: string | undefined;
}
function ruleOf(op: Op, gathered: Gathered): Rule {
  const type = op === 'argmax' ? 'Best' : gathered;
  return {
    type,
    functions: `struct Best { value: ${gathered}, place: u32 }
fn square(x: ${gathered}) -> ${gathered} { return x * x; }
fn joined(best: ${type}, x: ${type}) -> ${type} {
  ${joins[op][gathered]}
}
`,
    zero: op === 'sum' || op === 'sumsq' ? `${gathered}(0)` : undefined,
  };
}

/** Where a level takes elements from and where it puts what it gathered of them, as expressions and lines. */
interface Ends {
  readonly from: number;
  element(writer: Writer, index: string, place: string): string;
  /** Of `best`, as the result of this number. */
  store(writer: Writer, result: string): string;
  /** What is done of each result, where these are the last. */
  readonly finish?: Finish;
  readonly made: DType;
}

/** In which type results are made of elements of `dtype`. */
export const reducedIn = (op: Op, dtype: DType): Gathered =>
  dtype === 'f32' && op !== 'odd' && op !== 'argmax' ? 'f32' : 'i32';

/** op(x); the elements are gathered in an order that depends on the shape alone. */
export const reduction = (op: ReduceOp, x: Source, around: Around): Staged => gather(op, x, around);

/** 1 where any of `count` elements is NaN or infinite, and 0 where none is. */
export const anyOdd = (x: Source, count: number): Staged => gather('odd', x, { outer: 1, count, inner: 1 });

function gather(op: Op, x: Source, around: Around): Staged {
  const gathered: Gathered = x.dtype === 'f32' && op !== 'odd' ? 'f32' : 'i32';
  const rule = ruleOf(op, gathered);
  const made = reducedIn(op, x.dtype);
  const element: Ends['element'] = (_, index, place) => {
    if (op === 'odd') return `select(1, 0, is_finite(${loaded(x, index)}))`;
    const value = converted(loaded(x, index), x.dtype, gathered);
    if (op === 'argmax') return `Best(${value}, ${place})`;
    return op === 'sumsq' ? `square(${value})` : value;
  };
  const store: Ends['store'] = (_, result) => `finish(${result}, ${op === 'argmax' ? 'i32(best.place)' : 'best'});`;
  const { outer, count, inner } = around;
  const pieces = piecesAround(around);
  if (pieces === 1)
    return {
      scratch: 0,
      launches: (finish) => [level(rule, around, 1, { from: x.at, element, store, finish, made })],
    };
  const between = outer * pieces * inner;
  return {
    scratch: op === 'argmax' ? 2 * between : between,
    launches: (finish, scratch) => {
      const parts = partsAt(scratch, op === 'argmax' ? scratch + between : undefined, gathered);
      return [
        level(rule, { outer, count, inner }, pieces, { from: x.at, element, store: parts.store, made }),
        level(rule, { outer, count: pieces, inner }, 1, { from: scratch, element: parts.element, store, finish, made }),
      ];
    },
  };
}

/** What one level leaves to the next: words at `at`, and the places that belong to them elsewhere. */
function partsAt(at: number, places: number | undefined, gathered: Gathered): Pick<Ends, 'element' | 'store'> {
  const beside = (writer: Writer) => (places === undefined ? undefined : writer.whole(places - at));
  return {
    element: (writer, index) => {
      const further = beside(writer);
      const value = `bitcast<${gathered}>(memory[${index}])`;
      return further === undefined ? value : `Best(${value}, memory[${index} + ${further}])`;
    },
    store: (writer, result) => {
      const further = beside(writer);
      const index = `${writer.whole(at)} + ${result}`;
      if (further === undefined) return `memory[${index}] = bitcast<u32>(best);`;
      return `memory[${index}] = bitcast<u32>(best.value); memory[${index} + ${further}] = best.place;`;
    },
  };
}

/** How the invocations of a workgroup stand: `along` gather each of `across` neighbouring results. */
function lanesOf({ count, inner }: Around): { along: number; across: number } {
  const across = Math.min(MOST_ACROSS, 2 ** Math.ceil(Math.log2(inner)));
  const lanes = count * across < 1024 ? 64 : 256;
  return { along: lanes / across, across };
}

/** Into how many pieces the elements of each result are cut, which another level joins: a pure function of the shape. */
export function piecesAround(around: Around): number {
  const { outer, count, inner } = around;
  if (count < MANY) return 1;
  const { along, across } = lanesOf(around);
  const pieces = piecesOf(outer * Math.ceil(inner / across), count, along * LEAST_ELEMENTS);
  return Math.ceil(count / Math.ceil(count / pieces));
}

/** Gathers the elements of each result, or of each of its pieces: (outer, count, inner) → (outer, pieces, inner). */
function level(rule: Rule, around: Around, pieces: number, ends: Ends): Launch {
  return around.count < MANY ? eachAlone(rule, around, ends) : together(rule, around, pieces, ends);
}

function writerOf({ finish, made }: Ends): Writer {
  const writer = new Writer();
  if (finish !== undefined) writer.finish(made, finish);
  return writer;
}

/** A result by each invocation. */
function eachAlone(rule: Rule, { outer, count, inner }: Around, ends: Ends): Launch {
  const writer = writerOf(ends);
  const [size, width] = [writer.whole(count), writer.whole(inner)];
  writer.line(`let line = i / ${width}; let column = i % ${width};`);
  writer.line(`let begin = 0u; let end = ${size};`);
  gatherLine(writer, rule, 1, size, width, ends);
  writer.line(ends.store(writer, 'i'));
  const launch = writer.perElement(outer * inner);
  return { ...launch, source: launch.source.replace('@compute', `${rule.functions}@compute`) };
}

/** Some neighbouring results by each workgroup, or a piece of each. */
function together(rule: Rule, around: Around, pieces: number, ends: Ends): Launch {
  const { outer, count, inner } = around;
  const { along, across } = lanesOf(around);
  const writer = writerOf(ends);
  const blocks = Math.ceil(inner / across);
  const groups = numbered(writer, outer * pieces * blocks);
  const [size, width, wide] = [writer.whole(count), writer.whole(inner), writer.whole(blocks)];
  const [cut, span] = [writer.whole(pieces), writer.whole(Math.ceil(count / pieces))];
  writer.line(`let firstColumn = block % ${wide} * ${across}u;`);
  // Beyond the last column the last is gathered once more, and not stored.
  writer.line(`let column = min(firstColumn + lane % ${across}u, ${width} - 1u);`);
  writer.line(`let piece = block / ${wide} % ${cut}; let line = block / ${wide} / ${cut};`);
  writer.line(`let begin = piece * ${span} + lane / ${across}u; let end = min(piece * ${span} + ${span}, ${size});`);
  gatherLine(writer, rule, along, size, width, ends);
  writer.line('parts[lane] = best;');
  tree(writer, along * across, across);
  writer.line(`if (lane < ${across}u && firstColumn + lane < ${width}) {`);
  writer.line('  let best = parts[lane];');
  writer.line(`  ${ends.store(writer, `(line * ${cut} + piece) * ${width} + firstColumn + lane`)}`);
  writer.line('}');
  const parts = `var<workgroup> parts: array<${rule.type}, ${along * across}>;`;
  return writer.launch('', groups, [along * across, 1], `${rule.functions}${parts}`);
}

/** Every so many elements of a column from `begin` to `end`, into `best`. */
function gatherLine(writer: Writer, rule: Rule, step: number, size: string, width: string, ends: Ends): void {
  const element = (n: string) => ends.element(writer, `start + (${n}) * ${width}`, n);
  writer.line(`let start = ${writer.whole(ends.from)} + line * ${size} * ${width} + column;`);
  writer.line(`var best = ${rule.zero ?? element('min(begin, end - 1u)')};`);
  writer.line(`for (var n = begin; n < end; n += ${step}u) { best = joined(best, ${element('n')}); }`);
}
