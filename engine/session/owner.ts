import type { Tensor } from '../autograd/tensor.ts';
import type { Backend, NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import type { LocalText } from '../nodes/ports.ts';
import type { Settings } from '../nodes/settings.ts';
import { optimizers } from '../optim/index.ts';
import { Numbers } from '../optim/numbers.ts';
import type { OptimizerRule, OptimizerState, StepFormula } from '../optim/rule.ts';
import type { OptimizerSpec, ParameterSpec } from '../program/program.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import type { Pass } from './pass.ts';
import type { Copies, WriterState } from './snapshot.ts';

/** A parameter of a run: a leaf whose value optimizers write. */
export class OwnedParameter {
  readonly spec: ParameterSpec;
  readonly tensor: Tensor;
  constructor(spec: ParameterSpec, tensor: Tensor) {
    this.spec = spec;
    this.tensor = tensor;
  }
  get value(): NDArray {
    return this.tensor.value;
  }
  get grad(): NDArray | undefined {
    return this.tensor.grad?.value;
  }
}

/** Whoever changes parameters: an optimizer, or an Update node. */
export interface Writer {
  readonly spec: { readonly node: string; readonly kind: string; readonly settings: Settings };
  /** The settings in force. */
  settings: Settings;
  readonly hasParameters: boolean;
  set(setting: string, value: number): void;
  step(pass: Pass): void;
  /**
   * Counts a `step` that a plan does, and writes the numbers that it computes with, in the order of its calls, into `cells` from `at`
   * on. Where the next ones go.
   */
  count(cells: Float64Array, at: number): number;
  /** What it remembers of the gradients of a parameter: `expAvg`, `momentumBuffer`; undefined where it does not own it. */
  memoryOf(parameter: string): OptimizerState | undefined;
  /** How often it has updated a parameter; undefined where it does not own it. */
  stepsOf(parameter: string): number | undefined;
  /** What an update computes under the settings in force, and in two sentences why. */
  formula(stepCount: number): StepFormula;
  readonly why: LocalText;
  /** What it has learned about the gradients, copied. */
  state(copies: Copies): WriterState;
  /** Goes back to what `state()` gave. */
  restore(state: WriterState): void;
  close(): void;
}

interface Owned {
  readonly parameter: OwnedParameter;
  readonly state: OptimizerState;
  /** Updates so far. */
  steps: number;
}

/** An optimizer node in a run: its rule, the parameters it owns, their state, and the settings in force. */
export class Owner implements Writer {
  readonly spec: OptimizerSpec;
  settings: Settings;
  readonly #kernels: Kernels;
  readonly #rule: OptimizerRule;
  readonly #numbers: Numbers;
  readonly #owned: readonly Owned[];

  constructor(spec: OptimizerSpec, kernels: Kernels, parameters: ReadonlyMap<string, OwnedParameter>) {
    const rule = optimizers.get(spec.kind);
    if (rule === undefined) throw new Error(`there is no optimizer named ${spec.kind}`);
    this.spec = spec;
    this.settings = spec.settings;
    this.#kernels = kernels;
    this.#rule = rule;
    this.#numbers = new Numbers(rule);
    this.#owned = spec.parameters.flatMap((address) => {
      const parameter = parameters.get(address);
      return parameter === undefined
        ? []
        : [{ parameter, state: rule.state(kernels, parameter.value, spec.settings), steps: 0 }];
    });
  }

  get hasParameters(): boolean {
    return this.#owned.length > 0;
  }

  set(setting: string, value: number): void {
    this.settings = { ...this.settings, [setting]: value };
  }

  /** Updates every parameter that the pass used; one without a gradient is skipped, as in PyTorch. */
  step(): void {
    const k = this.#kernels;
    for (const owned of this.#owned) {
      const { value, grad } = owned.parameter;
      if (grad === undefined) continue;
      owned.steps++;
      k.backend.scope(() =>
        k.backend.fuse(() => this.#rule.step(k, value, grad, owned.state, this.settings, owned.steps)),
      );
    }
  }

  count(cells: Float64Array, at: number): number {
    let next = at;
    for (const owned of this.#owned) {
      const { value, grad } = owned.parameter;
      if (grad === undefined) continue;
      next = this.#numbers.write(value, grad, owned.state, this.settings, ++owned.steps, cells, next);
    }
    return next;
  }

  memoryOf(parameter: string): OptimizerState | undefined {
    const state = this.#find(parameter)?.state;
    const { notes = [] } = this.#rule;
    return state && Object.fromEntries(Object.entries(state).filter(([name]) => !notes.includes(name)));
  }

  stepsOf(parameter: string): number | undefined {
    return this.#find(parameter)?.steps;
  }

  formula(stepCount: number): StepFormula {
    return this.#rule.formula(this.settings, stepCount);
  }

  get why(): LocalText {
    return this.#rule.why;
  }

  state(copies: Copies): WriterState {
    return this.#owned.map(({ steps, state }) => ({
      steps,
      arrays: new Map(Object.entries(state).map(([name, array]) => [name, copies.of(array)])),
    }));
  }

  restore(state: WriterState): void {
    for (const [i, owned] of this.#owned.entries()) {
      const saved = state[i];
      owned.steps = saved?.steps ?? 0;
      for (const [name, array] of Object.entries(owned.state)) {
        const values = saved?.arrays.get(name);
        if (values !== undefined) write(this.#kernels.backend, array, values);
      }
    }
  }

  close(): void {
    for (const { state } of this.#owned) for (const array of Object.values(state)) this.#kernels.backend.free(array);
  }

  #find(parameter: string): Owned | undefined {
    return this.#owned.find((owned) => owned.parameter.spec.address === parameter);
  }
}

/** Gives `target` these elements. */
export function write(backend: Backend, target: NDArray, values: TypedArray): void {
  const uploaded = backend.upload(values, target.shape, target.dtype);
  backend.assign(target, uploaded);
  backend.free(uploaded);
}
