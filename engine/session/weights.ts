import type { Context } from '../autograd/context.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Program } from '../program/program.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { drawParameter } from './material.ts';
import { OwnedParameter } from './owner.ts';

/** The parameters of a run and what they were at its start. */
export class Weights {
  /** In draw order, by address (`model/linear1.weight`). */
  readonly parameters: ReadonlyMap<string, OwnedParameter>;
  readonly #initial: ReadonlyMap<string, NDArray>;
  readonly #context: Context;

  /** Draws every parameter from `generator`. Outside of any scope: they live until `close`. */
  constructor(program: Program, context: Context, generator: TorchGenerator) {
    const { backend } = context.kernels;
    this.#context = context;
    const drawn = program.parameters.map((spec) => ({ spec, values: drawParameter(spec, generator) }));
    this.#initial = new Map(drawn.map(({ spec, values }) => [spec.address, backend.upload(values, spec.shape)]));
    this.parameters = new Map(
      drawn.map(({ spec, values }) => {
        const leaf = context.tensor(backend.upload(values, spec.shape), { requiresGrad: true });
        return [spec.address, new OwnedParameter(spec, leaf)];
      }),
    );
  }

  of(node: string): OwnedParameter[] {
    return [...this.parameters.values()].filter(({ spec }) => spec.node === node);
  }

  /** Sets every gradient to none, PyTorch's `zero_grad`. */
  zeroGrad(): void {
    for (const { tensor } of this.parameters.values()) tensor.grad = null;
  }

  /** Writes the initial values back. */
  restore(): void {
    this.zeroGrad();
    for (const [address, { value }] of this.parameters) {
      const initial = this.#initial.get(address);
      if (initial !== undefined) this.#context.kernels.backend.assign(value, initial);
    }
  }

  close(): void {
    const { backend } = this.#context.kernels;
    for (const array of this.#initial.values()) backend.free(array);
    for (const { value } of this.parameters.values()) backend.free(value);
  }
}
