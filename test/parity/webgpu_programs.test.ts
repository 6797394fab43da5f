import { describe, expect, it } from 'vitest';
import type { BinaryOp, NDArray, Operand } from '../../engine/backends/backend.ts';
import type { Call } from '../../engine/backends/calls.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import type { DType } from '../../engine/tensor/dtype.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { numbers } from '../property/program_calls.ts';
import type { Program, ProgramCall, ProgramOperand } from '../property/programs.ts';
import { expectSameProgram } from '../property/same_programs.ts';
import { webgpu } from './webgpu.ts';

/** The smallest of the random programs that once ended elsewhere than on the reference backend, and what else was found beside them. */

const floats = (shape: Shape) => ({ shape, dtype: 'f32' as const });
const masks = (shape: Shape) => ({ shape, dtype: 'bool' as const });
const tanh: Call = { call: 'unary', op: 'tanh' };
const mul: Call = { call: 'binary', op: 'mul' };
const less: Call = { call: 'binary', op: 'lt' };
const product: Call = { call: 'matmul', transposeA: false, transposeB: false };
const outside = (at: number): ProgramOperand => ({ outside: at });
const at = (place: number): ProgramOperand => ({ at: place });

/** Calls that fill the table one after another. */
const program = (
  outside: readonly Shape[],
  table: Program['table'],
  calls: readonly (readonly [Call, ...ProgramOperand[]])[],
  lookedAt: readonly number[],
): Program => ({
  outside: outside.map((shape, i) => ({ ...floats(shape), data: numbers(i, numel(shape)) })),
  table,
  sections: [calls.map(([call, ...inputs], output): ProgramCall => ({ call, inputs, output }))],
  lookedAt: new Set(lookedAt),
  cells: 0,
});

describe.skipIf(webgpu === undefined)('on WebGPU', () => {
  const be = webgpu as NonNullable<typeof webgpu>;

  it('a product that nobody looks at is stored where a launch reads it before the chain that follows it', () => {
    const shape = [20, 20];
    const calls = [
      [product, outside(0), outside(0)],
      [tanh, at(0)],
      [mul, at(1), at(0)],
      [product, at(0), at(1)],
      [mul, at(2), at(1)],
    ] as const;
    expectSameProgram(
      be,
      'planned',
      program(
        [shape],
        calls.map(() => floats(shape)),
        calls,
        [3, 4],
      ),
    );
  });

  it('a mask has room for a word of each element in what an earlier plan has left', () => {
    const first = [tanh, outside(0)] as const;
    expectSameProgram(be, 'planned', program([[64]], [floats([64]), floats([64])], [first, first], [0, 1]));
    const calls = [first, [less, outside(1), 0]] as const;
    const both = program([[64], [256]], [floats([64]), masks([256])], calls, [1, 0]);
    expectSameProgram(be, 'planned', both);
  });

  it('what has no elements is not made in one pass with what has', () => {
    const calls = [
      [tanh, outside(0)],
      [tanh, outside(1)],
      [tanh, outside(2)],
    ] as const;
    const table = [floats([1000]), floats([0]), floats([3000])];
    expectSameProgram(be, 'planned', program([[1000], [0], [3000]], table, calls, [1, 0, 2]));
  });

  it('one source is assigned to more arrays than one kernel is told of', () => {
    const [source, ...targets] = Array.from({ length: 141 }, (_, i) => be.upload(numbers(i, 70), [70]));
    const from = source ?? expect.fail();
    be.fuse(() => {
      const negative = be.unary('neg', from);
      for (const target of targets) be.assign(target, negative);
    });
    const expected = be.readSync(be.unary('neg', from));
    for (const target of targets) expect(be.readSync(target)).toEqual(expected);
  });

  const reference = createReferenceBackend();
  const whole = [-3, -1, 0, 2, 5];
  it.each<readonly [BinaryOp, number, DType]>([
    ['pow', 2, 'f32'],
    ['add', 0.5, 'i32'],
    ['mul', 0.5, 'i32'],
    ['maximum', 1.5, 'i32'],
    ['add', 2, 'i32'],
    ['lt', 0.5, 'bool'],
  ])('whole numbers: %s %d has the type and the elements that the reference backend gives', (op, number, dtype) => {
    const of = (backend: typeof reference) => {
      const x: NDArray = backend.upload(whole, [whole.length], 'i32');
      return [[x, number] as const, [number, x] as const].map(([a, b]: readonly [Operand, Operand]) => {
        const made = backend.binary(op, a, b);
        return { dtype: made.dtype, elements: [...backend.readSync(made)] };
      });
    };
    const [found, expected] = [of(be), of(reference)];
    expect(found[0]?.dtype).toBe(dtype);
    expect(found).toEqual(expected);
  });
});
