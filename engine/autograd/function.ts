import type { NDArray } from '../backends/backend.ts';
import type { OpRecord } from '../ops/op.ts';
import { type Context, defaultContext } from './context.ts';
import { Tensor } from './tensor.ts';

/** What `forward` and `backward` of one call share. */
export class FunctionContext {
  /** Whatever `forward` leaves here; PyTorch: `ctx.saved_tensors`. */
  savedTensors: readonly Tensor[] = [];
  /** Which inputs need a gradient; PyTorch: `ctx.needs_input_grad`. */
  readonly needsInputGrad: readonly boolean[];
  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }
  saveForBackward(...tensors: readonly Tensor[]): void {
    this.savedTensors = tensors;
  }
}

/** A differentiable function of one's own. Both parts run without recording. */
export interface FunctionDefinition {
  readonly name: string;
  forward(ctx: FunctionContext, ...inputs: Tensor[]): Tensor;
  /** Gradients of the inputs; undefined where there is none. */
  backward(ctx: FunctionContext, grad: Tensor): (Tensor | undefined)[];
}

/**
 * Makes a callable of a forward and a backward. PyTorch: a subclass of `torch.autograd.Function` and its `apply`.
 *
 *     const square = defineFunction({
 *       name: 'square',
 *       forward(ctx, x) { ctx.saveForBackward(x); return x.mul(x); },
 *       backward(ctx, grad) { const [x] = ctx.savedTensors; return [x && grad.mul(x).mul(2)]; },
 *     });
 */
export function defineFunction(definition: FunctionDefinition): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => {
    const context = inputs[0]?.context ?? defaultContext();
    const [output] = context.apply(recordOf(context, definition, inputs), inputs);
    if (output === undefined) throw new Error(`${definition.name} returned nothing`);
    return output;
  };
}

/** The record of one call: its closure holds what the call saved. */
function recordOf(context: Context, definition: FunctionDefinition, inputs: readonly Tensor[]): OpRecord {
  const ctx = new FunctionContext(inputs.map((x) => x.requiresGrad));
  const wrap = (x: NDArray) => new Tensor(context, x, false);
  return {
    // Only running it tells: what it makes is the shape.
    shape: () => [],
    saves: [],
    forward: (_k, values) => [context.noGrad(() => definition.forward(ctx, ...values.map(wrap))).value],
    backward: (_k, [grad]) =>
      context.noGrad(() => (grad === undefined ? [] : definition.backward(ctx, wrap(grad)).map((g) => g?.value))),
    ...ownFunction(definition.name),
  };
}

/** What the record of any function of the user's own says of itself. */
export const ownFunction = (name: string): Pick<OpRecord, 'name' | 'formula' | 'why' | 'torch' | 'cases'> => ({
  name,
  formula: { forward: `Y = \\operatorname{${name}}(X)`, backward: [] },
  why: { en: 'A function of your own: its backward says why.', zh: '自定义函数：由它的 backward 说明。' },
  torch: (names) => `${name}.apply(${names.join(', ')})`,
  cases: [],
});
