import { Kernels } from '../backends/kernels.ts';
import { createReferenceBackend } from '../backends/reference/reference.ts';
import { isFloat } from '../tensor/dtype.ts';
import { Context, withDefaultContext } from './context.ts';
import { fromArray } from './create.ts';
import { type GradcheckOptions, type GradcheckResult, gradcheck as gradcheckIn } from './gradcheck.ts';
import type { Tensor } from './tensor.ts';

/**
 * Compares the gradients of `f` with central differences, in f64, for each of `inputs` that requires a gradient: `f` is given copies of
 * them, and what it makes itself is f64 too. PyTorch: `torch.autograd.gradcheck`.
 * @param f one tensor or several, always by the same operations
 * @throws Error where no input requires a gradient: nothing would be compared
 */
export function gradcheck(
  f: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): GradcheckResult {
  if (!inputs.some((x) => x.requiresGrad))
    throw new Error('gradcheck takes at least one input that requires a gradient: make it with { requiresGrad: true }');
  const context = new Context(new Kernels(createReferenceBackend({ floatType: 'f64' })));
  const copies = inputs.map((x) =>
    fromArray(x.data(), x.shape, {
      context,
      dtype: isFloat(x.dtype) ? 'f64' : x.dtype,
      requiresGrad: x.requiresGrad,
    }),
  );
  return withDefaultContext(context, () => gradcheckIn(context, (given) => f(...given), copies, options));
}
