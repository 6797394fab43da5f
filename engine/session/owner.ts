import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import type { Settings } from '../nodes/settings.ts';
import type { OptimizerSpec, ParameterSpec } from '../program/program.ts';

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

/** An optimizer node in a run: its rule, the parameters it owns, their state, and the settings in force. */
export class Owner {
  readonly spec: OptimizerSpec;
  readonly parameters: readonly OwnedParameter[];
  settings: Settings;
  readonly #kernels: Kernels;

  constructor(spec: OptimizerSpec, kernels: Kernels, parameters: ReadonlyMap<string, OwnedParameter>) {
    this.spec = spec;
    this.settings = spec.settings;
    this.#kernels = kernels;
    this.parameters = spec.parameters.map((address) => parameters.get(address)).filter((p) => p !== undefined);
  }

  set(setting: string, value: number): void {
    this.settings = { ...this.settings, [setting]: value };
  }

  /** Updates every parameter that the pass used; one without a gradient is skipped, as in PyTorch. */
  step(): void {
    const k = this.#kernels;
    k.backend.scope(() => {
      for (const { value, grad } of this.parameters)
        if (grad !== undefined) k.assign(value, k.sub(value, k.mul(grad, Number(this.settings.lr))));
    });
  }

  /** Forgets the state. */
  reset(): void {}
}
