import { numel } from '../../engine/tensor/shape.ts';
import { draw, type WrittenArray } from './material.ts';

export interface LossCase {
  readonly kind: 'MSELoss' | 'L1Loss' | 'CrossEntropyLoss' | 'BCEWithLogitsLoss';
  readonly reduction: 'mean' | 'sum' | 'none';
  readonly input: WrittenArray;
  readonly target: WrittenArray;
  /** The gradient that the loss receives; absent for a scalar, whose backward starts from 1. */
  readonly upstream?: WrittenArray;
}

const float = (shape: readonly number[], values: WrittenArray['values']): WrittenArray => ({
  shape,
  dtype: 'f32',
  values,
});
const labels = (values: readonly number[]): WrittenArray => ({ shape: [values.length], dtype: 'i32', values });

const pairs: readonly Omit<LossCase, 'reduction' | 'upstream'>[] = [
  ...(['MSELoss', 'L1Loss', 'BCEWithLogitsLoss'] as const).flatMap((kind) => [
    { kind, input: float([3, 4], draw(1, 12, -2, 2)), target: float([3, 4], draw(2, 12, 0, 1)) },
    { kind, input: float([5, 1], draw(3, 5, -2, 2)), target: float([5, 1], [0, 1, 1, 0, 1]) },
    { kind, input: float([2, 1, 3], draw(4, 6, -2, 2)), target: float([2, 1, 3], draw(5, 6, 0, 1)) },
    { kind, input: float([0, 3], []), target: float([0, 3], []) },
    // Equal elements (|x|′ at 0), large ones, and NaN.
    { kind, input: float([4], [1, 0, 90, -90]), target: float([4], [1, '-0', 0, 1]) },
    { kind, input: float([3], ['nan', 1, 2]), target: float([3], [0, 1, 0]) },
  ]),
  { kind: 'CrossEntropyLoss', input: float([4, 3], draw(6, 12, -2, 2)), target: labels([0, 2, 1, 2]) },
  { kind: 'CrossEntropyLoss', input: float([1, 5], draw(7, 5, -2, 2)), target: labels([4]) },
  { kind: 'CrossEntropyLoss', input: float([3, 1], draw(8, 3, -2, 2)), target: labels([0, 0, 0]) },
  { kind: 'CrossEntropyLoss', input: float([2, 3], [1000, 0, -1000, 0, 0, 0]), target: labels([2, 1]) },
  { kind: 'CrossEntropyLoss', input: float([2, 2], ['nan', 0, 1, 2]), target: labels([0, 1]) },
];

/** A different number for each of the losses that `pair` has unless they are reduced. */
function upstreamOf({ kind, input }: (typeof pairs)[number]): WrittenArray {
  const shape = kind === 'CrossEntropyLoss' ? input.shape.slice(0, 1) : input.shape;
  return float(shape, draw(9, numel(shape), -1, 1));
}

export const lossCases: readonly LossCase[] = pairs.flatMap((pair) => [
  { ...pair, reduction: 'mean' },
  { ...pair, reduction: 'sum' },
  { ...pair, reduction: 'none', upstream: upstreamOf(pair) },
]);
