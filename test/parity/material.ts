import type { OpCase, OpCaseInput, OpRecord } from '../../engine/ops/op.ts';
import type { DType } from '../../engine/tensor/dtype.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';

/** A number as JSON can hold it. */
export type Written = number | 'nan' | 'inf' | '-inf' | '-0';
export interface WrittenArray {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: readonly Written[];
}

const names = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity, '-0': -0 } as const;
export const toNumber = (x: Written): number => (typeof x === 'number' ? x : names[x]);

/** Uniform f32 numbers in [from, to): a small generator, so that a case means the same numbers here and in PyTorch. */
export function draw(seed: number, count: number, from: number, to: number): number[] {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(from + (to - from) * ((state >>> 8) / 2 ** 24));
  });
}

function materialInput(input: OpCaseInput, seed: number): WrittenArray {
  const dtype = input.dtype ?? 'f32';
  if ('values' in input) return { shape: input.shape, dtype, values: input.values };
  return { shape: input.shape, dtype, values: draw(seed, numel(input.shape), input.from ?? -2, input.to ?? 2) };
}

/** The inputs of a case and the gradients that its outputs receive. */
export function materialise(record: OpRecord, one: OpCase): { inputs: WrittenArray[]; upstream: WrittenArray[] } {
  const inputs = one.inputs.map((input, i) => materialInput(input, i + 1));
  const outputs = record.shape(
    inputs.map((x) => x.shape),
    one.attrs ?? {},
  );
  const upstream = outputs.map((shape, i) => ({
    shape,
    dtype: 'f32' as const,
    values: draw(100 + i, numel(shape), -1, 1),
  }));
  return { inputs, upstream };
}
