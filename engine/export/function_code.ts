import type { FunctionTrace, TracedOp } from '../functions/trace.ts';
import type { Value } from '../nodes/builder.ts';
import { backwardNames, inputNames } from '../nodes/source_ports.ts';
import type { CodeValue, FunctionCode, FunctionPart, Operation, Place } from './script.ts';

/** A traced function as statements: forward and backward each have values of their own. */
export function functionCode(source: string, trace: FunctionTrace, place: Place): FunctionCode {
  const { signature, outputs, saved } = trace;
  // What is noted at the node stands where it is called.
  const within = { ...place, notes: [] };
  const forward = partOf(trace.forward, signature.inputs, within);
  const types: Value[] = [...saved, ...outputs].map(forward.value);
  const backward = partOf(trace.backward, types, within);
  return {
    inputs: inputNames(source),
    forward: { ...forward.part, results: outputs.map(forward.value) },
    saved: saved.map(forward.value),
    names: backwardNames(source),
    backward: { ...backward.part, results: trace.gradients.map((id) => (id === null ? null : backward.value(id))) },
  };
}

function partOf(ops: readonly TracedOp[], given: readonly Value[], place: Place) {
  const values: CodeValue[] = given.map(({ shape, dtype }) => ({ shape, dtype }));
  const inputs = [...values];
  const value = (id: number): CodeValue => {
    const found = values[id];
    if (found === undefined) throw new Error(`a trace names the value ${id}, which it does not make`);
    return found;
  };
  const body: Operation[] = [];
  for (const { op, attrs, inputs: operands, output, shape, dtype } of ops) {
    const isNumber = op === 'full' && shape.length === 0;
    const made: CodeValue = { shape, dtype, ...(isNumber ? { constant: Number(attrs.value) } : {}) };
    values[output] = made;
    if (!isNumber) body.push({ kind: 'operation', op, attrs, place, inputs: operands.map(value), outputs: [made] });
  }
  return { part: { inputs, body } satisfies Omit<FunctionPart, 'results'>, value };
}
