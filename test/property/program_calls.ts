import type { BinaryOp, Operand, ReduceOp, UnaryOp } from '../../engine/backends/backend.ts';
import type { Call } from '../../engine/backends/calls.ts';
import type { DType } from '../../engine/tensor/dtype.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';

/** The calls that random programs are made of. */

/** Numbers that a seed makes: in [−1, 1), or whole ones. */
export function numbers(seed: number, length: number, dtype: DType = 'f32'): number[] {
  let state = seed >>> 0;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = (state >>> 8) / 2 ** 23 - 1;
    return dtype === 'f32' ? x : dtype === 'bool' ? Number(x > 0) : Math.round(2 * x);
  });
}

/** What an operand has to be. */
export type Test = (x: Operand) => boolean;

export const isFloat: Test = (x) => typeof x !== 'number' && x.dtype === 'f32';
const isMask: Test = (x) => typeof x !== 'number' && x.dtype === 'bool';
const isSigned: Test = (x) => typeof x !== 'number' && x.dtype !== 'bool';
const isArray: Test = (x) => typeof x !== 'number';
const isMatrix: Test = (x) => isFloat(x) && shapeOf(x).length === 2;
const hasAxes: Test = (x) => isArray(x) && shapeOf(x).length > 0;
const hasFloatAxes: Test = (x) => isFloat(x) && hasAxes(x);
const isAny: Test = () => true;

export const shapeOf = (x: Operand | undefined): Shape => (typeof x === 'object' ? x.shape : []);
export const among = <T>(those: readonly [T, ...T[]], how: number): T => those[how % those.length] ?? those[0];

/** A kind of call: how often it is drawn, what it takes, and how a number decides on the rest. */
export interface Kind {
  readonly weight: number;
  readonly of: readonly Test[];
  call(how: number, x: Operand | undefined, shapes: Shapes): Call;
}
export type Shapes = readonly [Shape, ...Shape[]];

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

export const kinds: readonly Kind[] = [
  unary(7, isFloat, 'tanh', 'sigmoid', 'isnan'),
  unary(2, isSigned, 'neg', 'abs', 'sign'),
  unary(1, isArray, 'not', 'toFloat'),
  binary(10, [isArray, isAny], 'add', 'mul', 'sub', 'maximum', 'minimum'),
  binary(5, [isAny, isArray], 'sub', 'lt', 'ge', 'ne'),
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
    weight: 9,
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
  {
    weight: 1,
    of: [],
    call(how, _, shapes) {
      const shape = among(shapes, how);
      return { call: 'upload', shape, data: numbers(how, numel(shape)) };
    },
  },
  {
    weight: 1,
    of: [hasAxes],
    call: (how, x) => ({ call: 'takeRows', index: [how % Math.max(1, shapeOf(x)[0] ?? 1), 0] }),
  },
  { weight: 1, of: [isArray], call: () => ({ call: 'copy' }) },
];
