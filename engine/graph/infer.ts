import type { Value } from '../nodes/builder.ts';
import { operations } from '../ops/index.ts';
import type { Attributes } from '../ops/op.ts';
import { isFloat } from '../tensor/dtype.ts';

/** Shape and type of an operation's first output. @throws ShapeError */
export function inferOperation(name: string, inputs: readonly Value[], attrs: Attributes): Value {
  const op = operations.get(name);
  if (op === undefined) throw new Error(`there is no operation named ${name}`);
  const shape = op.shape(
    inputs.map((v) => v.shape),
    attrs,
  )[0];
  const dtypes = inputs.map((v) => v.dtype);
  const dtype = op.dtype?.(dtypes, attrs)[0] ?? dtypes.find(isFloat) ?? dtypes[0];
  if (shape === undefined || dtype === undefined) throw new Error(`operation ${name} has no output`);
  return { shape, dtype };
}
