import type { NDArray } from '../backends/backend.ts';
import type { OpRecord, SavedName } from '../ops/op.ts';
import { formatShape, ShapeError, sameShape } from '../tensor/shape.ts';
import { type Context, defaultContext } from './context.ts';
import { Tensor } from './tensor.ts';

/**
 * What `forward` and `backward` of one call share. `Saved` is what `forward` saves, so that `backward` knows how many there are:
 * `FunctionContext<[Tensor, Tensor]>`.
 */
export class FunctionContext<Saved extends readonly Tensor[] = readonly Tensor[]> {
  /** Which inputs need a gradient. PyTorch: `ctx.needs_input_grad`. */
  readonly needsInputGrad: readonly boolean[];
  #saved: Saved | undefined;
  constructor(needsInputGrad: readonly boolean[]) {
    this.needsInputGrad = needsInputGrad;
  }
  get hasSaved(): boolean {
    return this.#saved !== undefined;
  }
  /** In `forward`: keeps tensors for `backward`. */
  saveForBackward(...tensors: Saved): void {
    this.#saved = tensors;
  }
  /** In `backward`: what `forward` saved, in its order. PyTorch: `ctx.saved_tensors`. @throws Error where it saved nothing */
  get savedTensors(): Saved {
    if (this.#saved === undefined) throw new Error('forward has saved nothing: call ctx.saveForBackward() there');
    return this.#saved;
  }
}

/** What `forward` may give. */
export type FunctionOutputs = Tensor | readonly Tensor[];
/** What `backward` may give: a gradient for each input, null where there is none. */
export type FunctionGradients = Tensor | null | readonly (Tensor | null)[];

/** The two parts of a function, as `apply` sees them. */
interface FunctionParts<Saved extends readonly Tensor[], Inputs extends readonly Tensor[], Outputs> {
  readonly name: string;
  forward(ctx: FunctionContext<Saved>, ...inputs: Inputs): Outputs;
  backward(ctx: FunctionContext<Saved>, ...gradOutputs: Tensor[]): FunctionGradients;
}

/**
 * A differentiable function of one's own: a subclass has both parts, and is called by `apply`. Neither part is recorded.
 *
 *     class Square extends autograd.Function {
 *       static override forward(ctx: autograd.FunctionContext<[Tensor]>, x: Tensor): Tensor {
 *         ctx.saveForBackward(x);
 *         return x.mul(x);
 *       }
 *       static override backward(ctx: autograd.FunctionContext<[Tensor]>, gradOutput: Tensor): Tensor {
 *         const [x] = ctx.savedTensors;
 *         return gradOutput.mul(x).mul(2);
 *       }
 *     }
 *     const y = Square.apply(x);
 *
 * PyTorch: `torch.autograd.Function`.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: a subclass takes its place, as in PyTorch.
export abstract class OwnFunction {
  /** Inputs → one output, or several. */
  static forward(_ctx: FunctionContext, ..._inputs: Tensor[]): FunctionOutputs {
    throw new Error('a Function has a static forward of its own');
  }
  /** Gradients of the outputs (zeros where nothing came) → those of the inputs. */
  static backward(_ctx: FunctionContext, ..._gradOutputs: Tensor[]): FunctionGradients {
    throw new Error('a Function has a static backward of its own');
  }

  /** Calls the function and records it: what `forward` gave, with a history. @throws whatever `forward` throws */
  static apply<Saved extends readonly Tensor[], Inputs extends readonly Tensor[], Outputs extends FunctionOutputs>(
    this: FunctionParts<Saved, Inputs, Outputs>,
    ...inputs: Inputs
  ): Outputs {
    // biome-ignore lint/complexity/noThisInStatic: the subclass that is called.
    return called(this, inputs);
  }
}

function called<Saved extends readonly Tensor[], Inputs extends readonly Tensor[], Outputs extends FunctionOutputs>(
  parts: FunctionParts<Saved, Inputs, Outputs>,
  inputs: Inputs,
): Outputs {
  const context = inputs[0]?.context ?? defaultContext();
  const ctx = new FunctionContext<Saved>(inputs.map((x) => x.requiresGrad));
  const given = context.noGrad(() => parts.forward(ctx, ...inputs));
  const outputs = listOf(parts.name, given);
  const made = context.apply(recordOf(parts, context, ctx, inputs, outputs), inputs);
  // The same outputs once more, so of the same type.
  return (given instanceof Tensor ? made[0] : made) as Outputs;
}

/** What forward gave, as a list. @throws TypeError */
function listOf(name: string, given: FunctionOutputs): readonly Tensor[] {
  const outputs = given instanceof Tensor ? [given] : given;
  if (!Array.isArray(outputs) || !outputs.every((x) => x instanceof Tensor))
    throw new TypeError(`forward of ${name} gives a tensor or a list of tensors; got ${String(given)}`);
  return outputs;
}

/** The record of one call, whose forward is over. */
function recordOf<Saved extends readonly Tensor[], Inputs extends readonly Tensor[], Outputs>(
  parts: FunctionParts<Saved, Inputs, Outputs>,
  context: Context,
  ctx: FunctionContext<Saved>,
  inputs: Inputs,
  outputs: readonly Tensor[],
): OpRecord {
  const saved = ctx.hasSaved ? ctx.savedTensors : [];
  const values = apart(context, inputs, outputs);
  return {
    ...ownFunction(parts.name),
    // Only running it tells: what it made is the shape.
    shape: () => values.map(({ shape }) => [...shape]),
    saves: saved.map((_, i): SavedName => `intermediate${i}`),
    forward: () => [...values, ...saved.map(({ value }) => value)],
    backward(_k, grads) {
      const returned = context.noGrad(() => parts.backward(ctx, ...grads.map((g) => new Tensor(context, g, false))));
      const gradients: readonly (Tensor | null)[] =
        returned === null || returned instanceof Tensor ? [returned] : returned;
      if (!Array.isArray(gradients) || !gradients.every((x) => x === null || x instanceof Tensor))
        throw new TypeError(
          `backward of ${parts.name} gives a gradient for each input, a tensor or null; got ${String(returned)}`,
        );
      if (gradients.length !== inputs.length)
        throw new Error(`backward of ${parts.name} gave ${gradients.length} gradients for ${inputs.length} inputs`);
      return inputs.map(({ shape }, i) => {
        const gradient = ctx.needsInputGrad[i] === true ? gradients[i] : null;
        if (gradient && !sameShape(gradient.shape, shape))
          throw new ShapeError(
            `backward of ${parts.name}: gradient ${i} is not of the shape of its input`,
            formatShape(shape),
            formatShape(gradient.shape),
          );
        return gradient?.value;
      });
    },
  };
}

/** The values of outputs: an output is a value of its own, never an input or another output. */
function apart(context: Context, inputs: readonly Tensor[], outputs: readonly Tensor[]): NDArray[] {
  const taken = new Set(inputs.map(({ value }) => value));
  return outputs.map(({ value }) => {
    const own = taken.has(value) ? context.kernels.copy(value) : value;
    taken.add(own);
    return own;
  });
}

/** What the record of any function of the user's own says of itself. */
export const ownFunction = (name: string): Pick<OpRecord, 'name' | 'formula' | 'why' | 'torch' | 'cases'> => ({
  name,
  formula: { forward: `Y = \\operatorname{${name}}(X)`, backward: [] },
  why: { en: 'A function of your own: its backward says why.', zh: '自定义函数：由它的 backward 说明。' },
  torch: (names) => `${name}.apply(${names.join(', ')})`,
  cases: [],
});
