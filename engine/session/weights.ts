import type { Context } from '../autograd/context.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Program } from '../program/program.ts';
import type { TorchGenerator } from '../random/torch.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sameShape } from '../tensor/shape.ts';
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

  /**
   * Takes the values that `find` has for an address, where their shape fits and all are finite: nothing can be learned from
   * weights that have diverged. The initial values stay what they are.
   */
  carry(find: (address: string) => { readonly shape: Shape; readonly values: TypedArray } | undefined): void {
    const { backend } = this.#context.kernels;
    for (const [address, { value }] of this.parameters) {
      const found = find(address);
      if (found === undefined || !sameShape(found.shape, value.shape)) continue;
      if (found.values.some((value) => !Number.isFinite(value))) continue;
      const carried = backend.upload(found.values, found.shape);
      backend.assign(value, carried);
      backend.free(carried);
    }
  }

  close(): void {
    const { backend } = this.#context.kernels;
    for (const array of this.#initial.values()) backend.free(array);
    for (const { value } of this.parameters.values()) backend.free(value);
  }
}
