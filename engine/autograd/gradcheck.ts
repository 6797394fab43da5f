import type { NDArray } from '../backends/backend.ts';
import type { Context } from './context.ts';
import { Tensor } from './tensor.ts';

/** The element in which the backward rule and the finite difference disagree most. */
export interface GradcheckResult {
  readonly passed: boolean;
  /** |analytic − numeric| / (atol + rtol · |numeric|) of the worst element; at most 1 passes. */
  readonly ratio: number;
  readonly input: number;
  readonly element: number;
  readonly analytic: number;
  readonly numeric: number;
}

export interface GradcheckOptions {
  readonly eps?: number;
  readonly atol?: number;
  readonly rtol?: number;
}

const nothing: GradcheckResult = { passed: true, ratio: 0, input: -1, element: -1, analytic: 0, numeric: 0 };

/**
 * Compares the gradients of `f` with central differences, for each input that requires a gradient. Every output is weighted
 * differently, so that errors cannot cancel. Needs a context whose floats are f64. PyTorch: `torch.autograd.gradcheck`.
 * @param f maps leaves to one tensor, always by the same operations
 */
export function gradcheck(
  context: Context,
  f: (inputs: readonly Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { eps = 1e-6, atol = 1e-7, rtol = 1e-5 }: GradcheckOptions = {},
): GradcheckResult {
  const k = context.kernels;
  if (k.floatType !== 'f64')
    throw new Error('gradcheck needs a context with f64 floats: finite differences drown in f32');
  const leaves = inputs.map((x) => context.tensor(x.value, { requiresGrad: x.requiresGrad }));
  const output = f(leaves);
  const count = output.shape.reduce((n, d) => n * d, 1);
  const weights = k.upload(
    Float64Array.from({ length: count }, (_, i) => 0.5 + ((i * 7) % 11) / 11),
    output.shape,
  );
  if (output.requiresGrad) for (const _ of context.backward([output], { gradients: [weights] }));

  const weighted = (values: readonly NDArray[]): number =>
    context.noGrad(() => {
      const y = f(values.map((value) => new Tensor(context, value, false)));
      const [sum = 0] = k.backend.readSync(k.sum(k.mul(y.value, weights)));
      return sum;
    });

  let worst = nothing;
  for (const [input, leaf] of leaves.entries()) {
    if (!leaf.requiresGrad) continue;
    const values = leaf.data();
    const gradient = leaf.grad?.data() ?? new Float64Array(values.length);
    const at = (element: number, value: number): number => {
      const moved = values.slice();
      moved[element] = value;
      return weighted(leaves.map((x, i) => (i === input ? k.upload(moved, x.shape) : x.value)));
    };
    for (let element = 0; element < values.length; element++) {
      const x = values[element] ?? 0;
      const numeric = (at(element, x + eps) - at(element, x - eps)) / (2 * eps);
      const analytic = gradient[element] ?? 0;
      const ratio = Math.abs(analytic - numeric) / (atol + rtol * Math.abs(numeric));
      // A NaN is the worst of all, and stays so.
      if (!(ratio <= worst.ratio)) worst = { passed: ratio <= 1, ratio, input, element, analytic, numeric };
      if (Number.isNaN(ratio)) return worst;
    }
  }
  return worst;
}
