import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend, NDArray, Operand } from '../../engine/backends/backend.ts';
import { perform } from '../../engine/backends/calls.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { numbers } from './program_calls.ts';
import { CELLS, isOutside, type Program, type ProgramOperand, programs } from './programs.ts';
import { runs } from './runs.ts';

/** Random programs on a backend beside the same calls one by one on the reference backend. */

const RUNS = 2;
const TOLERANCE = 2e-3;
/** Beyond this, roundings are no longer small. */
const LARGEST = 1e4;
const reference = createReferenceBackend();

/** What stands in the arrays outside and in those that are looked at, after each run. */
type Found = readonly { readonly name: string; readonly elements: readonly number[] }[];

const cellsOf = (run: number): number[] => numbers(100 + run, CELLS);
const upload = (be: Backend, { outside }: Program): NDArray[] =>
  outside.map(({ shape, dtype, data }) => be.upload(data, shape, dtype));

function read(be: Backend, run: number, outside: readonly NDArray[], looked: readonly (readonly [number, NDArray])[]) {
  const named = [...outside.map((x, i) => [`o${i}`, x] as const), ...looked.map(([at, x]) => [`t${at}`, x] as const)];
  return named.map(([name, x]) => ({ name: `${name} of run ${run}`, elements: [...be.readSync(x)] }));
}

/** Makes all calls one by one; what they made, by place. */
function performAll(be: Backend, { sections }: Program, outside: readonly NDArray[], run: number): NDArray[] {
  const cells = cellsOf(run).map((value) => be.full([], value));
  const table: NDArray[] = [];
  const operand = (x: ProgramOperand): Operand => {
    if (typeof x === 'number') return x;
    return (isOutside(x) ? outside[x.outside] : 'at' in x ? table[x.at] : cells[x.cell]) ?? expect.fail('no operand');
  };
  for (const { call, inputs, output } of sections.flat()) {
    const made = perform(be, call, inputs.map(operand));
    if (output !== undefined) table[output] = made;
  }
  return table;
}

/** All that is made, one by one. */
function oneByOne(program: Program): Found {
  return reference.scope(() => {
    const outside = upload(reference, program);
    return Array.from({ length: RUNS }, (_, run) => {
      const table = performAll(reference, program, outside, run);
      return read(reference, run, outside, [...table.entries()]);
    }).flat();
  });
}

function planned(be: Backend, program: Program): Found {
  return be.scope(() => {
    const outside = upload(be, program);
    const bound = (x: ProgramOperand) => (isOutside(x) ? (outside[x.outside] ?? expect.fail('no operand')) : x);
    const sections = program.sections.map((calls) => calls.map((one) => ({ ...one, inputs: one.inputs.map(bound) })));
    const ready = be.plan?.({ ...program, sections }) ?? expect.fail('it makes no plans');
    const found = Array.from({ length: RUNS }, (_, run) => {
      ready.setCells(Float64Array.from(cellsOf(run)));
      for (const section of sections.keys()) ready.run(section);
      const looked = [...program.lookedAt].map((at) => [at, ready.array(at)] as const);
      return read(be, run, outside, looked);
    });
    ready.close();
    return found.flat();
  });
}

function fused(be: Backend, program: Program): Found {
  return be.scope(() => {
    const outside = upload(be, program);
    return Array.from({ length: RUNS }, (_, run) => {
      be.fuse(() => performAll(be, program, outside, run));
      return read(be, run, outside, []);
    }).flat();
  });
}

/** What differs first. Written so that a NaN counts as too far. */
function difference(found: Found, expected: Found, tolerance: number): string | undefined {
  const all = new Map(expected.map(({ name, elements }) => [name, elements]));
  for (const { name, elements } of found) {
    const wanted = all.get(name) ?? [];
    if (elements.length !== wanted.length) return `${name}: ${elements.length} elements, not ${wanted.length}`;
    const at = wanted.findIndex((x, i) => !(Math.abs((elements[i] ?? 0) - x) <= tolerance * Math.max(1, Math.abs(x))));
    if (at >= 0) return `${name}[${at}]: ${elements[at]}, not ${wanted[at]}`;
  }
  return undefined;
}

/** The program on floats that are some roundings off. */
const nudged = (program: Program): Program => ({
  ...program,
  outside: program.outside.map(({ data, ...one }) => ({
    ...one,
    data: one.dtype === 'f32' ? data.map((x, i) => x * (1 + (i % 2 === 0 ? 1 : -1) * 2 ** -20)) : data,
  })),
});

/** Nothing grows large, and no comparison hangs on a rounding: what was nudged ends where the other one does, nearly. */
const isSteady = (program: Program, expected: Found): boolean =>
  expected.every(({ elements }) => elements.every((x) => Math.abs(x) <= LARGEST)) &&
  difference(oneByOne(nudged(program)), expected, TOLERANCE / 4) === undefined;

const ways = { planned, fused };
type Way = keyof typeof ways;

/** A program, made ready as a plan or fused, ends as on the reference backend. */
export function expectSameProgram(backend: Backend, way: Way, program: Program, expected = oneByOne(program)): void {
  expect(difference(ways[way](backend, program), expected, TOLERANCE)).toBeUndefined();
}

/** Random programs do. */
export function expectSamePrograms(backend: Backend, way: Way): void {
  fc.assert(
    fc.property(programs, (program) => {
      const expected = oneByOne(program);
      fc.pre(isSteady(program, expected));
      expectSameProgram(backend, way, program, expected);
    }),
    runs(60, 600),
  );
}
