import type { Context } from '../autograd/context.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Program } from '../program/program.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { type Shape, sameShape } from '../tensor/shape.ts';
import { OwnedParameter, write } from './owner.ts';
import { Copies, type Snapshot } from './snapshot.ts';

/** The parameters of a run, and the gradients that outlive an iteration. */
export class Weights {
  /** In draw order, by address (`model/linear1.weight`). */
  readonly parameters: ReadonlyMap<string, OwnedParameter>;
  readonly #context: Context;
  /** Addresses whose gradients the document clears itself: they live on from one iteration to the next. */
  readonly #byHand: ReadonlySet<string>;
  /** All others: they begin every iteration without a gradient. */
  readonly #cleared: readonly Tensor[];
  /** Gradients that came out of the last iteration. */
  readonly #carried = new Map<string, NDArray>();

  /** `initial`: their first values by address. Outside of any scope: they live until `close`. */
  constructor(program: Program, context: Context, initial: ReadonlyMap<string, Float32Array>) {
    const { backend } = context.kernels;
    this.#context = context;
    this.#byHand = clearedByHand(program);
    this.parameters = new Map(
      program.parameters.map((spec) => {
        const values = initial.get(spec.address) ?? [];
        const leaf = context.tensor(backend.upload(values, spec.shape), { requiresGrad: spec.requiresGrad });
        return [spec.address, new OwnedParameter(spec, leaf)];
      }),
    );
    this.#cleared = [...this.parameters].flatMap(([address, { tensor }]) =>
      this.#byHand.has(address) ? [] : [tensor],
    );
  }

  /** Sets gradients to none, PyTorch's `zero_grad`: those of an optimizer's parameters, as every iteration begins. */
  clear(): void {
    for (const tensor of this.#cleared) tensor.grad = null;
  }

  /** Sets the gradients at these addresses to none. */
  zeroGrad(addresses: Iterable<string>): void {
    for (const address of addresses) {
      const tensor = this.parameters.get(address)?.tensor;
      if (tensor !== undefined) tensor.grad = null;
    }
  }

  /** Takes gradients that the document clears itself out of the scope of an iteration that ends. */
  readonly carryGradients = (keep: (x: NDArray) => void): void => {
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
  };

  /** Values, and gradients that outlive an iteration, copied. */
  state(copies?: Copies): Pick<Snapshot, 'parameters' | 'gradients'> {
    if (copies === undefined) {
      const own = new Copies(this.#context.kernels.backend);
      return own.together(() => this.state(own));
    }
    const copied = (arrays: Iterable<readonly [string, NDArray]>) =>
      new Map([...arrays].map(([address, array]) => [address, copies.of(array)]));
    return {
      parameters: copied([...this.parameters].map(([address, { value }]) => [address, value])),
      gradients: copied(this.#carried),
    };
  }

  /** Goes back to what `state()` gave. Outside of any iteration's scope. */
  restore({ parameters, gradients }: Pick<Snapshot, 'parameters' | 'gradients'>): void {
    const { backend } = this.#context.kernels;
    this.zeroGrad(this.parameters.keys());
    this.carryGradients(() => undefined);
    for (const [address, { value, tensor }] of this.parameters) {
      const saved = parameters.get(address);
      if (saved !== undefined) write(backend, value, saved);
      const gradient = gradients.get(address);
      if (gradient === undefined) continue;
      const carried = backend.upload(gradient, value.shape);
      this.#carried.set(address, carried);
      tensor.grad = this.#context.tensor(carried);
    }
  }

  /**
   * Takes the values that `find` has for an address, where their shape fits and all are finite: nothing can be learned from
   * weights that have diverged. The initial values stay what they are. Returns the addresses that begin with them.
   */
  carry(find: (address: string) => { readonly shape: Shape; readonly values: TypedArray } | undefined): string[] {
    const { backend } = this.#context.kernels;
    const anew: string[] = [];
    for (const [address, { value }] of this.parameters) {
      const found = find(address);
      const fits = found !== undefined && sameShape(found.shape, value.shape) && found.values.every(Number.isFinite);
      if (fits) write(backend, value, found.values);
      else anew.push(address);
    }
    return anew;
  }

  close(): void {
    const { backend } = this.#context.kernels;
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
