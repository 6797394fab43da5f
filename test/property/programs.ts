import fc from 'fast-check';
import type { NDArray, Operand } from '../../engine/backends/backend.ts';
import { type Call, type Cell, nameOf, type Place, type PlannedWork, perform } from '../../engine/backends/calls.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import type { DType } from '../../engine/tensor/dtype.ts';
import { formatShape, numel, type Shape, ShapeError, sameShape } from '../../engine/tensor/shape.ts';
import { among, isFloat, type Kind, kinds, numbers, type Shapes, shapeOf, type Test } from './program_calls.ts';

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
/** What makes nothing: an assign to an array outside, and the end of a section. */
const ASSIGN = 'assign';
const SECTION = 'section';
const kind = fc.oneof(
  ...kinds.map((one) => ({ weight: one.weight, arbitrary: fc.constant(one) })),
  { weight: 8, arbitrary: fc.constant<typeof ASSIGN>(ASSIGN) },
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

  /** To the first array outside from one on that has another one alike. */
  #assign(which: readonly number[]): void {
    for (const target of this.#from(which[0] ?? 0, isFloat).filter(({ operand }) => isOutside(operand))) {
      const isAlike: Test = (x) => isFloat(x) && x !== target.held && sameShape(shapeOf(x), shapeOf(target.held));
      const [source] = this.#from(which[1] ?? 0, isAlike);
      if (source === undefined) continue;
      this.#note({ call: 'assign' }, [target, source], undefined);
      return;
    }
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
    return `${made}${nameOf(call)} ${inputs.map(named).join(', ')} ${JSON.stringify({ ...call, data: undefined })}`;
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
