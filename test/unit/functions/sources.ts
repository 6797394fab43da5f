import type { FunctionSignature, FunctionTrace } from '../../../engine/functions/trace.ts';
import { traceFunction } from '../../../engine/functions/tracing.ts';
import type { Shape } from '../../../engine/tensor/shape.ts';

/** A signature of floats that all need gradients. */
export const floats = (...shapes: readonly Shape[]): FunctionSignature => ({
  inputs: shapes.map((shape) => ({ shape, dtype: 'f32', needsInputGrad: true })),
});

export const myReLU = `function forward(ctx, input) {
  ctx.saveForBackward(input);
  return input.clamp(0);
}
function backward(ctx, gradOutput) {
  const [input] = ctx.savedTensors;
  return where(input.lt(0), 0, gradOutput);
}`;

/** Two inputs, two outputs, and a saved value that is neither. */
export const scaledExp = `function forward(ctx, x, w) {
  const e = x.exp();
  const y = e.mul(w);
  ctx.saveForBackward(e, w, y);
  return [y, e.sum([0])];
}
function backward(ctx, gy, gs) {
  const [e, w, y] = ctx.savedTensors;
  return [gy.mul(y).add(gs.mul(e)), gy.mul(e).sum([0])];
}`;

/** `nn.CrossEntropyLoss` of scores (N, C) and labels (N), with a backward by hand. */
export const crossEntropy = `function forward(ctx, input, target) {
  const logs = input.logSoftmax(1);
  ctx.saveForBackward(logs, target);
  return logs.gather(1, target.reshape([-1, 1])).mean().neg();
}
function backward(ctx, gradOutput) {
  const [logs, target] = ctx.savedTensors;
  const [rows, classes] = logs.shape;
  return [logs.exp().sub(oneHot(target, classes)).mul(gradOutput.div(rows)), null];
}`;

/** @throws when the source does not trace */
export async function traced(source: string, signature: FunctionSignature): Promise<FunctionTrace> {
  const result = await traceFunction(source, signature);
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.message}`);
  return result.trace;
}
