import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import type { LocalText } from '../nodes/ports.ts';

/** An optimizer's memory of one parameter: arrays of the parameter's shape or scalars, by name (`exp_avg` is `expAvg`). */
export type OptimizerState = Readonly<Record<string, NDArray>>;

/** Given settings by name; those left out take their defaults. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/** One step as mathematics, in LaTeX: W is a parameter and g its gradient. */
export interface StepFormula {
  /** A line for each thing that is computed, in order. */
  readonly lines: readonly string[];
  /** The numbers that stand in them, by symbol: `\\eta` is 0.001. */
  readonly constants: readonly Constant[];
  /** Symbols of what is remembered, by the names in the state: `expAvg` is m. */
  readonly memory: Readonly<Record<string, string>>;
}
export type Constant = readonly [symbol: string, value: number];

/**
 * How one parameter is updated: a pure rule over arrays, shared by sessions and the public classes. A caller skips parameters
 * without a gradient, runs `step` in a scope that frees its temporaries, and keeps the state outside of any iteration's scope.
 */
export interface OptimizerRule {
  /** PyTorch's class name, and the node's kind. */
  readonly name: string;
  readonly defaults: Readonly<Record<string, number | boolean>>;
  /** The memory before the first step. All that any setting may need, as settings may change during a run. */
  state(k: Kernels, param: NDArray, settings: GivenSettings): OptimizerState;
  /** Names in it that tell nothing about gradients: notes of the rule to itself. */
  readonly notes?: readonly string[];
  /** Writes `param` and `state`. `stepCount` is 1 at the first update of this parameter. */
  step(
    k: Kernels,
    param: NDArray,
    grad: NDArray,
    state: OptimizerState,
    settings: GivenSettings,
    stepCount: number,
  ): void;
  /** What that step computes under these settings. */
  formula(settings: GivenSettings, stepCount: number): StepFormula;
  /** Two sentences: why the step is what it is. */
  readonly why: LocalText;
}

type Widened<D> = { readonly [K in keyof D]: D[K] extends boolean ? boolean : number };

/** `given` completed by `defaults`; itself where it names them all. @throws Error for a setting of the wrong type */
export function complete<const D extends Readonly<Record<string, number | boolean>>>(
  defaults: D,
  given: GivenSettings,
): Widened<D> {
  // Done for each parameter in every step: without a list of all entries, and without a copy where none is needed.
  let out = given;
  for (const name in defaults) {
    const chosen = given[name];
    const value = defaults[name];
    if (chosen === undefined) out = { ...out, [name]: value };
    else if (typeof chosen !== typeof value) throw new Error(`${name} is a ${typeof value}, not ${String(chosen)}`);
  }
  // Every value was checked against the type of its default.
  return out as Widened<D>;
}

/** The array that `state` keeps under `name`. */
export function slot(state: OptimizerState, name: string): NDArray {
  const array = state[name];
  if (array === undefined) throw new Error(`the optimizer's state has no "${name}"`);
  return array;
}

/** The L2 penalty of `weightDecay`: grad + weightDecay · param. */
export const decayed = (k: Kernels, grad: NDArray, param: NDArray, weightDecay: number): NDArray =>
  weightDecay === 0 ? grad : k.add(grad, k.mul(param, weightDecay));

/** What `decayed` computes: its line, where there is one, and what to call the gradient from there on. */
export const decayFormula = (weightDecay: number): Pick<StepFormula, 'lines' | 'constants'> & { readonly g: string } =>
  weightDecay === 0
    ? { g: 'g', lines: [], constants: [] }
    : { g: "g'", lines: ["g' = g + \\lambda W"], constants: [['\\lambda', weightDecay]] };

/** Writes average ← decay · average + (1 − decay) · value. */
export function average(k: Kernels, target: NDArray, decay: number, value: NDArray): void {
  k.assign(target, k.add(k.mul(target, decay), k.mul(value, 1 - decay)));
}
