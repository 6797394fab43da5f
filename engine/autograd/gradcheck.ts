import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { numel } from '../tensor/shape.ts';
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
  /** How many elements were compared. */
  readonly checked: number;
  /** How many were passed over because the function has no derivative there; always 0 unless `skipKinks`. */
  readonly kinks: number;
}

export interface GradcheckOptions {
  readonly eps?: number;
  readonly atol?: number;
  readonly rtol?: number;
  /** Passes over elements in which the differences to the left and to the right disagree: there is no derivative. */
  readonly skipKinks?: boolean;
  /** Which elements of an input of `count` are compared; all of them by default. */
  readonly elements?: (input: number, count: number) => Iterable<number>;
}

const nothing = { passed: true, ratio: 0, input: -1, element: -1, analytic: 0, numeric: 0 };

/** By how much one-sided differences may differ where there is a derivative, of the larger one, or of 1: curvature · eps. */
const CURVATURE = 1e-4;

/**
 * Compares the gradients of `f` with central differences, for each input that requires a gradient. Every output is weighted
 * differently, so that errors cannot cancel. Needs a context whose floats are f64. PyTorch: `torch.autograd.gradcheck`.
 * @param f maps leaves to one tensor or several, always by the same operations
 */
export function gradcheck(...given: Parameters<typeof gradcheckSteps>): GradcheckResult {
  const steps = gradcheckSteps(...given);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, with a pause after every element: large functions take their time, and others wait. */
export function* gradcheckSteps(
  context: Context,
  f: (inputs: readonly Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  { eps = 1e-6, atol = 1e-7, rtol = 1e-5, skipKinks = false, elements = all }: GradcheckOptions = {},
): Generator<undefined, GradcheckResult> {
  const k = context.kernels;
  if (k.floatType !== 'f64')
    throw new Error('gradcheck needs a context with f64 floats: finite differences drown in f32');
  const outputsOf = (given: readonly Tensor[]): readonly Tensor[] => {
    const made = f(given);
    return made instanceof Tensor ? [made] : made;
  };
  const leaves = inputs.map((x) => context.tensor(x.value, { requiresGrad: x.requiresGrad }));
  const outputs = outputsOf(leaves);
  const weights = weightsOf(k, outputs);
  const rooted = outputs.map((x, i) => [x, weights[i]] as const).filter(([x]) => x.requiresGrad);
  const gradients = rooted.flatMap(([, weight]) => weight ?? []);
  if (rooted.length > 0)
    for (const _ of context.backward(
      rooted.map(([x]) => x),
      { gradients },
    ));

  const valuesAt = (values: readonly NDArray[]): readonly NDArray[] =>
    context.noGrad(() => outputsOf(values.map((value) => new Tensor(context, value, false))).map((y) => y.value));
  /** The weighted sum of what changed: outputs that did not are 0 exactly, however large they are. */
  const change = (from: readonly NDArray[], to: readonly NDArray[]): number => {
    let total = 0;
    for (const [i, weight] of weights.entries()) {
      const [a, b] = [from[i], to[i]];
      if (a === undefined || b === undefined) continue;
      const [sum = 0] = k.backend.readSync(k.sum(k.mul(k.sub(b, a), weight)));
      total += sum;
    }
    return total;
  };

  const here = outputs.map((y) => y.value);
  let worst = nothing;
  let checked = 0;
  let kinks = 0;
  const result = (): GradcheckResult => ({ ...worst, checked, kinks });
  for (const [input, leaf] of leaves.entries()) {
    if (!leaf.requiresGrad) continue;
    const values = leaf.data();
    const gradient = leaf.grad?.data() ?? new Float64Array(values.length);
    const moved = values.slice();
    const at = (element: number, value: number): readonly NDArray[] => {
      moved[element] = value;
      const outcome = valuesAt(leaves.map((x, i) => (i === input ? k.upload(moved, x.shape) : x.value)));
      moved[element] = values[element] ?? 0;
      return outcome;
    };
    for (const element of elements(input, values.length)) {
      yield;
      const x = values[element] ?? 0;
      const [numeric, kink] = k.backend.scope(() => {
        const right = at(element, x + eps);
        const left = at(element, x - eps);
        const slope = change(left, right) / (2 * eps);
        return [slope, skipKinks && differ(change(here, right) / eps, change(left, here) / eps)] as const;
      });
      if (kink) {
        kinks++;
        continue;
      }
      checked++;
      const analytic = gradient[element] ?? 0;
      const ratio = Math.abs(analytic - numeric) / (atol + rtol * Math.abs(numeric));
      // A NaN is the worst of all, and stays so.
      if (!(ratio <= worst.ratio)) worst = { passed: ratio <= 1, ratio, input, element, analytic, numeric };
      if (Number.isNaN(ratio)) return result();
    }
  }
  return result();
}

const all = (_input: number, count: number): Iterable<number> => Array(count).keys();

const differ = (right: number, left: number): boolean =>
  !(Math.abs(right - left) <= CURVATURE * Math.max(1, Math.abs(right), Math.abs(left)));

/** Different weights for all elements of all outputs. */
function weightsOf(k: Kernels, outputs: readonly Tensor[]): readonly NDArray[] {
  let before = 0;
  return outputs.map((output) => {
    const count = numel(output.shape);
    const from = before;
    before += count;
    return k.upload(
      Float64Array.from({ length: count }, (_, i) => 0.5 + (((from + i) * 7) % 11) / 11),
      output.shape,
    );
  });
}
