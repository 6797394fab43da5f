import { ownFunction } from '../autograd/function.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { operations } from '../ops/index.ts';
import type { OpRecord, SavedName } from '../ops/op.ts';
import { present } from '../ops/shared.ts';
import { type DType, isFloat } from '../tensor/dtype.ts';
import { formatShape, type Shape, ShapeError, sameShape } from '../tensor/shape.ts';
import type { FunctionTrace, TracedOp } from './trace.ts';

/**
 * A traced function as an operation like any other: its forward and backward run the records that the trace names, on whatever
 * backend the kernels have.
 */
export function functionRecord(name: string, trace: FunctionTrace): OpRecord {
  const { signature, outputs, gradients } = trace;
  const places = savedPlaces(trace);
  const typeOf = (id: number) => present(signature.inputs[id] ?? trace.forward[id - signature.inputs.length]);
  return {
    ...ownFunction(name),
    shape(shapes) {
      for (const [i, { shape }] of signature.inputs.entries()) {
        const given = shapes[i];
        if (given === undefined || !sameShape(given, shape))
          throw new ShapeError(
            `${name} was traced for other shapes`,
            `input ${i} of shape ${formatShape(shape)}`,
            given === undefined ? 'nothing' : formatShape(given),
          );
      }
      return outputs.map((id) => [...typeOf(id).shape]);
    },
    dtype: () => outputs.map((id) => typeOf(id).dtype),
    saves: [...places.keys()],
    withoutGradient: [...gradients.keys()].filter((input) => gradients[input] === null),
    forward(k, inputs) {
      const values = run(k, trace.forward, inputs.slice(0, signature.inputs.length));
      // An output is a value of its own, never the input or another output.
      const made = outputs.map((id, i) =>
        id < signature.inputs.length || outputs.indexOf(id) < i ? k.copy(present(values[id])) : present(values[id]),
      );
      const intermediates = [...places].filter(([place]) => place.startsWith('intermediate'));
      return [...made, ...intermediates.map(([, id]) => present(values[id]))];
    },
    backward(k, grads, saved, _attrs, needs) {
      const byId = new Map([...places].map(([place, id]) => [id, saved[place]]));
      const given = [...trace.saved.map((id) => present(byId.get(id))), ...grads.slice(0, outputs.length)];
      const values = run(k, trace.backward, given);
      return gradients.map((id, i) => (id === null || needs[i] !== true ? undefined : present(values[id])));
    },
  };
}

/** Under which names the tape keeps what was saved: each value once, as an input or output where it is one. */
function savedPlaces({ signature, outputs, saved }: FunctionTrace): ReadonlyMap<SavedName, number> {
  let intermediates = 0;
  return new Map(
    [...new Set(saved)].map((id): [SavedName, number] => {
      if (id < signature.inputs.length) return [`input${id}`, id];
      const output = outputs.indexOf(id);
      return output < 0 ? [`intermediate${intermediates++}`, id] : [`output${output}`, id];
    }),
  );
}

/** Every value by its number. */
function run(k: Kernels, ops: readonly TracedOp[], given: readonly NDArray[]): readonly NDArray[] {
  const values = [...given];
  for (const { op, attrs, inputs, output } of ops)
    values[output] = execute(
      k,
      op,
      attrs,
      inputs.map((id) => present(values[id])),
    );
  return values;
}

function execute(k: Kernels, op: string, attrs: TracedOp['attrs'], inputs: readonly NDArray[]): NDArray {
  if (op === 'full') {
    const { shape, value, dtype } = attrs as { readonly shape: Shape; readonly value: number; readonly dtype: DType };
    // Floats are f64 on the backend of gradcheck.
    return k.full(shape, value, isFloat(dtype) ? k.floatType : dtype);
  }
  if (op === 'oneHot') return k.oneHot(present(inputs[0]), Number(attrs.classes));
  const record = operations.get(op);
  if (record === undefined) throw new Error(`there is no operation named ${op}`);
  return present(record.forward(k, inputs, attrs)[0]);
}
