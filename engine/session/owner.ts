import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import type { Settings } from '../nodes/settings.ts';
import { optimizers } from '../optim/index.ts';
import type { OptimizerRule, OptimizerState } from '../optim/rule.ts';
import type { OptimizerSpec, ParameterSpec } from '../program/program.ts';
import type { Pass } from './pass.ts';

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
  readonly spec: { readonly node: string; readonly kind: string };
  /** The settings in force. */
  readonly settings: Settings;
  readonly hasParameters: boolean;
  set(setting: string, value: number): void;
  step(pass: Pass): void;
  /** Forgets what it learned about the gradients. Outside of any iteration's scope: the new state outlives it. */
  reset(): void;
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
  readonly #parameters: readonly OwnedParameter[];
  #owned: Owned[];

  constructor(spec: OptimizerSpec, kernels: Kernels, parameters: ReadonlyMap<string, OwnedParameter>) {
    const rule = optimizers.get(spec.kind);
    if (rule === undefined) throw new Error(`there is no optimizer named ${spec.kind}`);
    this.spec = spec;
    this.settings = spec.settings;
    this.#kernels = kernels;
    this.#rule = rule;
    this.#parameters = spec.parameters.map((address) => parameters.get(address)).filter((p) => p !== undefined);
    this.#owned = this.#start();
  }

  get hasParameters(): boolean {
    return this.#parameters.length > 0;
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
      k.backend.scope(() => this.#rule.step(k, value, grad, owned.state, this.settings, owned.steps));
    }
  }

  reset(): void {
    this.close();
    this.#owned = this.#start();
  }

  close(): void {
    for (const { state } of this.#owned) for (const array of Object.values(state)) this.#kernels.backend.free(array);
    this.#owned = [];
  }

  #start(): Owned[] {
    return this.#parameters.map((parameter) => ({
      parameter,
      state: this.#rule.state(this.#kernels, parameter.value, this.settings),
      steps: 0,
    }));
  }
}
