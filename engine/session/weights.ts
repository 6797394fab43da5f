import type { Context } from '../autograd/context.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Program } from '../program/program.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sameShape } from '../tensor/shape.ts';
import { OwnedParameter } from './owner.ts';

/** The parameters of a run and what they were at its start. */
export class Weights {
  /** In draw order, by address (`model/linear1.weight`). */
  readonly parameters: ReadonlyMap<string, OwnedParameter>;
  readonly #initial: ReadonlyMap<string, NDArray>;
  readonly #context: Context;
  /** Addresses whose gradients the document clears itself: they live on from one iteration to the next. */
  readonly #byHand: ReadonlySet<string>;
  /** Gradients that came out of the last iteration. */
  readonly #carried = new Map<string, NDArray>();

  /** `initial`: their first values by address. Outside of any scope: they live until `close`. */
  constructor(program: Program, context: Context, initial: ReadonlyMap<string, Float32Array>) {
    const { backend } = context.kernels;
    this.#context = context;
    this.#byHand = clearedByHand(program);
    const drawn = program.parameters.map((spec) => ({ spec, values: initial.get(spec.address) ?? [] }));
    this.#initial = new Map(drawn.map(({ spec, values }) => [spec.address, backend.upload(values, spec.shape)]));
    this.parameters = new Map(
      drawn.map(({ spec, values }) => {
        const leaf = context.tensor(backend.upload(values, spec.shape), { requiresGrad: spec.requiresGrad });
        return [spec.address, new OwnedParameter(spec, leaf)];
      }),
    );
  }

  /** Sets gradients to none, PyTorch's `zero_grad`: those of an optimizer's parameters, as every iteration begins. */
  clear(): void {
    this.zeroGrad([...this.parameters.keys()].filter((address) => !this.#byHand.has(address)));
  }

  /** Sets the gradients at these addresses to none. */
  zeroGrad(addresses: Iterable<string>): void {
    for (const address of addresses) {
      const tensor = this.parameters.get(address)?.tensor;
      if (tensor !== undefined) tensor.grad = null;
    }
  }

  /** Takes gradients that the document clears itself out of the scope of an iteration that ends. */
  carryGradients(keep: (x: NDArray) => void): void {
    for (const address of this.#byHand) {
      const now = this.parameters.get(address)?.grad;
      const before = this.#carried.get(address);
      if (now === before) continue;
      if (before !== undefined) this.#context.kernels.backend.free(before);
      if (now === undefined) this.#carried.delete(address);
      else {
        keep(now);
        this.#carried.set(address, now);
      }
    }
  }

  /** Writes the initial values back. */
  restore(): void {
    this.zeroGrad(this.parameters.keys());
    this.carryGradients(() => undefined);
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

/** Those that an Update, a ZeroGrad or a wired gradient names, and that no optimizer owns: PyTorch clears them for nobody. */
function clearedByHand({ updates, zeroGrads, gradients, optimizers }: Program): Set<string> {
  const found = new Set([
    ...updates.flatMap((spec) => spec.parameters),
    ...zeroGrads.flatMap((spec) => spec.parameters),
    ...gradients.map((read) => read.parameter),
  ]);
  for (const { parameters } of optimizers) for (const address of parameters) found.delete(address);
  return found;
}
