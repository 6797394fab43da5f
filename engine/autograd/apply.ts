import type { NDArray } from '../backends/backend.ts';
import type { Attributes, OpRecord, Saved } from '../ops/op.ts';
import { isFloat } from '../tensor/dtype.ts';
import type { Context } from './context.ts';
import type { TapeEntry } from './tape.ts';
import { Tensor } from './tensor.ts';

/** The one way to execute an operation: training, stepping and the public API all pass here. @throws ShapeError */
export function applyOp(context: Context, record: OpRecord, inputs: readonly Tensor[], attrs: Attributes): Tensor[] {
  const shapes = inputs.map((x) => x.shape);
  // The rule is asked before computing: its errors speak of what the user wired.
  record.shape(shapes, attrs);
  const values = inputs.map((x) => x.value);
  const made = record.forward(context.kernels, values, attrs);
  const count = made.length - record.saves.filter((name) => name.startsWith('intermediate')).length;
  const outputs = made.slice(0, count);
  const differentiable = context.gradEnabled && record.backward !== undefined && inputs.some((x) => x.requiresGrad);
  const recorded = differentiable || context.tape !== null || context.observers.size > 0;
  if (!recorded) return outputs.map((value) => new Tensor(context, value, false));
  const entry: TapeEntry = {
    index: context.nextIndex(),
    op: record,
    attrs,
    inputs,
    shapes,
    outputs,
    saved: differentiable ? pick(record, values, outputs, made.slice(count)) : null,
    address: context.address,
    phase: context.phase,
    differentiable,
  };
  context.tape?.record(entry);
  for (const observe of context.observers) observe(entry);
  return outputs.map((value, i) => {
    // A function of the user's own may also give whole numbers or a mask, through which nothing passes.
    const tracked = differentiable && isFloat(value.dtype);
    return new Tensor(context, value, tracked, tracked ? { entry, output: i } : null);
  });
}

/** The values that backward will need. An input that was not given (an optional one) is left out. */
export function pick(
  record: OpRecord,
  inputs: readonly NDArray[],
  outputs: readonly NDArray[],
  intermediates: readonly NDArray[],
): Saved {
  const saved: Record<string, NDArray> = {};
  for (const name of record.saves) {
    const [values, prefix] = name.startsWith('input')
      ? [inputs, 'input']
      : name.startsWith('output')
        ? [outputs, 'output']
        : [intermediates, 'intermediate'];
    const value = values[Number(name.slice(prefix.length))];
    if (value !== undefined) saved[name] = value;
  }
  return saved;
}
