import type { PortSpec } from '../nodes/ports.ts';
import { broadcastShapes, formatShape, type Shape, ShapeError } from '../tensor/shape.ts';
import type { OpCase, OpCaseInput } from './op.ts';

/** Shape rules and cases that several operations share. */

/** One output, of the operands' broadcast shape. */
export const broadcast = (inputs: readonly Shape[]): Shape[] => [broadcastShapes(...inputs)];

/** One output, of the input's shape. */
export const unchanged = ([x]: readonly Shape[]): Shape[] => [operand(x, 'input')];

/** The shape of an input that must be there. @throws ShapeError */
export function operand(shape: Shape | undefined, name: string): Shape {
  if (shape === undefined) throw new ShapeError(`the input "${name}" is missing`, 'a tensor', 'nothing');
  return shape;
}

/** An array, or any other value, that must be there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an operation was given fewer values than it takes');
  return value;
}

/** Two axes at least. @throws ShapeError */
export function matrixLike(shape: Shape, name: string): void {
  if (shape.length < 2)
    throw new ShapeError(`"${name}" has no rows and columns`, 'at least 2 axes', formatShape(shape));
}

export const oneInput: readonly PortSpec[] = [{ name: 'input', type: 'tensor' }];
export const twoInputs: readonly PortSpec[] = [
  { name: 'input', type: 'tensor' },
  { name: 'other', type: 'tensor' },
];

const special: OpCaseInput = { shape: [8], values: [0, '-0', 'inf', '-inf', 'nan', 1, -1, 0.5] };

/** Shapes for a function of one tensor, drawn from [from, to), and the values at which functions differ. */
export const unaryCases = (from = -2, to = 2): OpCase[] => [
  { inputs: [{ shape: [3, 4], from, to }] },
  { inputs: [{ shape: [2, 1, 3], from, to }] },
  { inputs: [{ shape: [], from, to }] },
  { inputs: [{ shape: [0, 3], from, to }] },
  { inputs: [special], gradcheck: false },
];

/** Pairs of shapes that broadcast in every way, and pairs of special values. */
export const binaryCases = (from = -2, to = 2, from2 = from, to2 = to): OpCase[] => [
  {
    inputs: [
      { shape: [3, 4], from, to },
      { shape: [3, 4], from: from2, to: to2 },
    ],
  },
  {
    inputs: [
      { shape: [3, 4], from, to },
      { shape: [4], from: from2, to: to2 },
    ],
  },
  {
    inputs: [
      { shape: [2, 1, 3], from, to },
      { shape: [4, 1], from: from2, to: to2 },
    ],
  },
  {
    inputs: [
      { shape: [], from, to },
      { shape: [2, 3], from: from2, to: to2 },
    ],
  },
  {
    inputs: [
      { shape: [1], from, to },
      { shape: [], from: from2, to: to2 },
    ],
  },
  {
    inputs: [
      { shape: [0, 3], from, to },
      { shape: [1, 3], from: from2, to: to2 },
    ],
  },
  {
    inputs: [
      { shape: [8, 1], values: [0, '-0', 'inf', '-inf', 'nan', 1, -1, 0.5] },
      { shape: [8], values: [0, '-0', 'inf', '-inf', 'nan', 1, -1, 2] },
    ],
    gradcheck: false,
  },
];
