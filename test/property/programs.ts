import fc from 'fast-check';
import type { BinaryOp, NDArray, Operand, ReduceOp, UnaryOp } from '../../engine/backends/backend.ts';
import { type Call, type Cell, nameOf, type Place, type PlannedWork, perform } from '../../engine/backends/calls.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import type { DType } from '../../engine/tensor/dtype.ts';
import { formatShape, numel, type Shape, ShapeError } from '../../engine/tensor/shape.ts';

/** Random programs of a backend's calls. A draft is a list of choices, of which any may be dropped: what is left is a program, too. */

/** An array that the program is given, and may assign to. */
interface Outside {
  readonly outside: number;
}
export type ProgramOperand = number | Outside | Place | Cell;

export interface ProgramCall {
  readonly call: Call;
  readonly inputs: readonly ProgramOperand[];
  readonly output: number | undefined;
}

export interface Program extends Omit<PlannedWork, 'sections'> {
  readonly sections: readonly (readonly ProgramCall[])[];
  readonly outside: readonly { readonly shape: Shape; readonly dtype: DType; readonly data: readonly number[] }[];
}

/** What a call may take: an array as the reference backend has it, or a number. */
interface Value {
  readonly operand: ProgramOperand;
  readonly held: Operand;
}
type Test = (x: Operand) => boolean;

const isFloat: Test = (x) => typeof x !== 'number' && x.dtype === 'f32';
const isMask: Test = (x) => typeof x !== 'number' && x.dtype === 'bool';
const isSigned: Test = (x) => typeof x !== 'number' && x.dtype !== 'bool';
const isArray: Test = (x) => typeof x !== 'number';
const isMatrix: Test = (x) => isFloat(x) && shapeOf(x).length === 2;
const hasAxes: Test = (x) => isArray(x) && shapeOf(x).length > 0;
const hasFloatAxes: Test = (x) => isFloat(x) && hasAxes(x);
const isAny: Test = () => true;

const shapeOf = (x: Operand | undefined): Shape => (typeof x === 'object' ? x.shape : []);
const among = <T>(those: readonly [T, ...T[]], how: number): T => those[how % those.length] ?? those[0];

/** A kind of call: how often it is drawn, what it takes, and how a number decides on the rest. */
interface Kind {
  readonly weight: number;
  readonly of: readonly Test[];
  call(how: number, x: Operand | undefined, shapes: Shapes): Call;
}
type Shapes = readonly [Shape, ...Shape[]];

const unary = (weight: number, of: Test, ...ops: readonly [UnaryOp, ...UnaryOp[]]): Kind => ({
  weight,
  of: [of],
  call: (how) => ({ call: 'unary', op: among(ops, how) }),
});
const binary = (weight: number, of: readonly Test[], ...ops: readonly [BinaryOp, ...BinaryOp[]]): Kind => ({
  weight,
  of,
  call: (how) => ({ call: 'binary', op: among(ops, how) }),
});
const isTwo: Test = (x) => x === 2;
/** Axes by the bits of a number; the last one where there would be none. */
const axesBy = (how: number, { length }: Shape): number[] => {
  const chosen = Array.from({ length }, (_, axis) => axis).filter((axis) => (how >> axis) % 2 === 1);
  return chosen.length > 0 ? chosen : [length - 1];
};
const extremes: readonly [ReduceOp, ...ReduceOp[]] = ['sum', 'sumsq', 'max', 'min'];
const rotated = (shape: Shape, by: number): number[] => shape.map((_, i) => (i + 1 + by) % shape.length);

const kinds: readonly Kind[] = [
  unary(5, isFloat, 'tanh', 'sigmoid', 'isnan'),
  unary(2, isSigned, 'neg', 'abs', 'sign'),
  unary(1, isArray, 'not', 'toFloat'),
  binary(10, [isArray, isAny], 'add', 'mul', 'sub', 'maximum', 'minimum'),
  binary(3, [isAny, isArray], 'sub', 'lt', 'ge', 'ne'),
  binary(1, [isSigned, isTwo], 'pow'),
  { weight: 2, of: [isMask, isFloat, isAny], call: () => ({ call: 'where' }) },
  {
    weight: 4,
    of: [hasFloatAxes],
    call: (how, x) => ({
      call: 'reduce',
      op: among(extremes, how),
      axes: axesBy(how >> 3, shapeOf(x)),
      keepDims: (how >> 2) % 2 === 1,
    }),
  },
  {
    weight: 1,
    of: [hasFloatAxes],
    call: (how, x) => ({ call: 'reduce', op: 'argmax', axes: [how % shapeOf(x).length], keepDims: false }),
  },
  {
    weight: 5,
    of: [isMatrix, isMatrix],
    call: (how) => ({ call: 'matmul', transposeA: how % 2 === 1, transposeB: (how >> 1) % 2 === 1 }),
  },
  { weight: 2, of: [hasAxes], call: (how, x) => ({ call: 'permute', axes: rotated(shapeOf(x), how) }) },
  {
    weight: 2,
    of: [isArray],
    call: (how, x) => {
      const count = numel(shapeOf(x));
      return {
        call: 'reshape',
        shape: among<Shape>([[count], [1, count], [count, 1], shapeOf(x).toReversed()], how),
      };
    },
  },
  { weight: 1, of: [isArray], call: (_, x) => ({ call: 'broadcastTo', shape: [2, ...shapeOf(x)] }) },
  {
    weight: 2,
    of: [hasAxes],
    call: (how, x) => {
      const axis = how % shapeOf(x).length;
      const end = shapeOf(x)[axis] ?? 0;
      return { call: 'slice', axis, start: (how >> 2) % (end + 1), end };
    },
  },
  { weight: 1, of: [], call: (how, _, shapes) => ({ call: 'full', shape: among(shapes, how), value: (how % 8) / 8 }) },
  { weight: 1, of: [isArray], call: () => ({ call: 'copy' }) },
];
/** What makes nothing: an assign to an array outside, and the end of a section. */
const ASSIGN = 'assign';
const SECTION = 'section';
const kind = fc.oneof(
  ...kinds.map((one) => ({ weight: one.weight, arbitrary: fc.constant(one) })),
  { weight: 4, arbitrary: fc.constant<typeof ASSIGN>(ASSIGN) },
  { weight: 2, arbitrary: fc.constant<typeof SECTION>(SECTION) },
);

/** Which of those that would do, the newest first: often one of the last. */
const which = fc.oneof(fc.nat(3), fc.nat(60));
const choice = fc.record({ kind, which: fc.tuple(which, which, which), how: fc.nat(63), look: fc.nat(9) });
type Choice = typeof choice extends fc.Arbitrary<infer T> ? T : never;

const NUMBERS = [0.5, -1, 0, 2];
export const CELLS = 3;
const MOST_ELEMENTS = 5000;
const reference = createReferenceBackend();

/** Numbers that a seed makes: in [−1, 1), or whole ones. */
export function numbers(seed: number, length: number, dtype: DType = 'f32'): number[] {
  let state = seed >>> 0;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = (state >>> 8) / 2 ** 23 - 1;
    return dtype === 'f32' ? x : dtype === 'bool' ? Number(x > 0) : Math.round(2 * x);
  });
}

/** A program that is being written; the reference backend says what each call gives, and refuses those that do not fit. */
class Draft {
  readonly #shapes: Shapes;
  readonly #values: Value[] = [];
  readonly outside: Program['outside'][number][] = [];
  readonly table: { readonly shape: Shape; readonly dtype: DType }[] = [];
  readonly lookedAt = new Set<number>();
  readonly sections: ProgramCall[][] = [[]];

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
    for (const held of NUMBERS) this.#values.push({ operand: held, held });
    for (let cell = 0; cell < CELLS; cell++) this.#values.push({ operand: { cell }, held: reference.full([], 0.5) });
  }

  give(shape: number, dtype: DType): void {
    const outside = this.outside.length;
    const one = { shape: among(this.#shapes, shape), dtype };
    const data = numbers(outside, numel(one.shape), dtype);
    this.outside.push({ ...one, data });
    this.#values.push({ operand: { outside }, held: reference.upload(data, one.shape, dtype) });
  }

  take({ kind, which, how, look }: Choice, lookers: number): void {
    if (kind === SECTION) this.sections.push([]);
    else if (kind === ASSIGN) this.#assign(which);
    else this.#call(kind, which, how, look < lookers);
  }

  /** The first operands are drawn; the last one is the first from there on with which the call goes. */
  #call({ of, call }: Kind, which: readonly number[], how: number, isLookedAt: boolean): void {
    const [last, ...others] = of.map((test, i) => this.#from(which[i] ?? 0, test)).toReversed();
    const firsts = others.toReversed().map((fitting) => fitting[0]);
    for (const one of last ?? [undefined]) {
      const inputs = [...firsts, one].filter((x) => x !== undefined);
      if (inputs.length < of.length) return;
      const chosen = call(how, inputs[0]?.held, this.#shapes);
      const held = made(chosen, inputs);
      if (held === undefined) continue;
      const output = this.table.push({ shape: held.shape, dtype: held.dtype }) - 1;
      if (isLookedAt) this.lookedAt.add(output);
      this.#note(chosen, inputs, output);
      this.#values.push({ operand: { at: output }, held });
      return;
    }
  }

  #assign(which: readonly number[]): void {
    const [target] = this.#from(which[0] ?? 0, isFloat).filter(({ operand }) => isOutside(operand));
    const alike: Test = (x) => isFloat(x) && formatShape(shapeOf(x)) === formatShape(shapeOf(target?.held));
    const [source] = this.#from(which[1] ?? 0, alike);
    if (target !== undefined && source !== undefined && source !== target)
      this.#note({ call: 'assign' }, [target, source], undefined);
  }

  #note(call: Call, inputs: readonly Value[], output: number | undefined): void {
    this.sections.at(-1)?.push({ call, inputs: inputs.map(({ operand }) => operand), output });
  }

  /** Values that pass, from one on: the newest first, and those behind them in the end. */
  #from(which: number, test: Test): Value[] {
    const fitting = this.#values.filter(({ held }) => test(held)).toReversed();
    const first = which % Math.max(1, fitting.length);
    return [...fitting.slice(first), ...fitting.slice(0, first)];
  }
}

/** What the reference backend makes; undefined where it refuses, and where it would be too much. */
function made(call: Call, inputs: readonly Value[]): NDArray | undefined {
  try {
    const held = inputs.map((x) => x.held);
    const out = perform(reference, call, held);
    return numel(out.shape) <= MOST_ELEMENTS ? out : undefined;
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

export const isOutside = (x: ProgramOperand): x is Outside => typeof x === 'object' && 'outside' in x;

/** What is shown of one that fails. */
function listing({ outside, sections, table, lookedAt }: Program): string {
  const kindOf = (one: Program['table'][number] | undefined) => `${one?.dtype} ${formatShape(one?.shape ?? [])}`;
  const named = (x: ProgramOperand) =>
    typeof x === 'number' ? `${x}` : isOutside(x) ? `o${x.outside}` : 'at' in x ? `t${x.at}` : `c${x.cell}`;
  const line = ({ call, inputs, output }: ProgramCall) => {
    const made =
      output === undefined ? '' : `t${output}${lookedAt.has(output) ? '*' : ''}: ${kindOf(table[output])} = `;
    return `${made}${nameOf(call)} ${inputs.map(named).join(', ')} ${JSON.stringify(call)}`;
  };
  return [
    '',
    ...outside.map((one, i) => `o${i}: ${kindOf(one)}`),
    ...sections.flatMap((calls, i) => [`section ${i}`, ...calls.map(line)]),
    '',
  ].join('\n');
}

const dimension = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(3, 1, 2, 8, 20, 70) },
  { weight: 1, arbitrary: fc.constant(0) },
);
const given = fc.record({
  shape: fc.nat(7),
  dtype: fc.oneof({ weight: 5, arbitrary: fc.constant<DType>('f32') }, fc.constantFrom<DType>('i32', 'bool')),
});

export const programs: fc.Arbitrary<Program> = fc
  .record({
    sizes: fc.tuple(dimension, dimension, dimension),
    outside: fc.array(given, { minLength: 2, maxLength: 5 }),
    choices: fc.array(choice, { minLength: 3, maxLength: 40, size: 'max' }),
    lookers: fc.constantFrom(1, 3, 6),
  })
  .map(({ sizes: [a, b, c], outside, choices, lookers }) =>
    reference.scope(() => {
      const draft = new Draft([[a, b], [b], [b, a], [], [1], [a, 1], [c, a, b], [b, c]]);
      draft.give(0, 'f32');
      for (const { shape, dtype } of outside) draft.give(shape, dtype);
      for (const one of choices) draft.take(one, lookers);
      const { sections, table, lookedAt } = draft;
      const program = { sections, table, lookedAt, cells: CELLS, outside: draft.outside };
      return Object.assign(program, { [fc.toStringMethod]: () => listing(program) });
    }),
  );
