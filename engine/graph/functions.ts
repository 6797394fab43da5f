import type { FunctionProblem } from '../functions/problems.ts';
import type { FunctionSignature, FunctionTrace, TensorType, TraceResult } from '../functions/trace.ts';
import type { Value } from '../nodes/builder.ts';

/** What tracing made of a source for a signature, as far as it was run. It runs nothing itself. */
export type FunctionTraces = (source: string, signature: FunctionSignature) => TraceResult | undefined;

/** Nothing was run. */
export const noTraces: FunctionTraces = () => undefined;

/** A function of the user's own at one node, for the shapes that come to it. */
export interface FunctionUse {
  /** As ports have it in the check's result: `relu1`, in an instance `net1/relu1`. */
  readonly name: string;
  readonly node: string;
  /** The definition in which the node stands. */
  readonly module?: string;
  readonly source: string;
  readonly signature: FunctionSignature;
  /** Undefined: it is pending, since its code was not run. */
  readonly traced: TraceResult | undefined;
}

/** Two uses with one key are one trace and have one verdict. */
export const functionKey = (source: string, { inputs }: FunctionSignature): string =>
  JSON.stringify([source, inputs.map(({ shape, dtype, needsInputGrad }) => [shape, dtype, needsInputGrad])]);

/** Its code was not run for these shapes: what hangs on it is not known yet, and nothing is wrong. */
export class PendingFunction extends Error {
  readonly source: string;
  readonly signature: FunctionSignature;
  constructor(source: string, signature: FunctionSignature) {
    super('the code of a function was not run yet');
    this.source = source;
    this.signature = signature;
  }
}

/** Its code cannot be traced. */
export class FailedFunction extends Error {
  readonly source: string;
  readonly problem: FunctionProblem;
  constructor(source: string, problem: FunctionProblem) {
    super(problem.message);
    this.source = source;
    this.problem = problem;
  }
}

/** `forward` returns more or fewer tensors than the node has outputs. */
export class OutputCount extends Error {
  readonly expected: number;
  readonly got: number;
  constructor(expected: number, got: number) {
    super(`forward returns ${got} tensors instead of ${expected}`);
    this.expected = expected;
    this.got = got;
  }
}

/** What a function is traced for: every float has a gradient, whether or not anything asks for it where the node stands. */
export const signatureOf = (inputs: readonly Value[]): FunctionSignature => ({
  inputs: inputs.map(({ shape, dtype }) => ({ shape: [...shape], dtype, needsInputGrad: dtype === 'f32' })),
});

/** The trace for a node with so many outputs. @throws PendingFunction, FailedFunction, OutputCount */
export function traceFor(
  traced: TraceResult | undefined,
  source: string,
  signature: FunctionSignature,
  outputs: number,
): FunctionTrace {
  if (traced === undefined) throw new PendingFunction(source, signature);
  if (!traced.ok) throw new FailedFunction(source, traced.problem);
  if (traced.trace.outputs.length !== outputs) throw new OutputCount(outputs, traced.trace.outputs.length);
  return traced.trace;
}

/** Shapes and types of what `forward` returns. */
export function outputTypes({ signature, forward, outputs }: FunctionTrace): TensorType[] {
  const values: readonly TensorType[] = [...signature.inputs, ...forward];
  return outputs.flatMap((id) => values[id] ?? []).map(({ shape, dtype }) => ({ shape, dtype }));
}
