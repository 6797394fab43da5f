import type { Tensor } from '../autograd/tensor.ts';
import { Module, type Named } from './module.ts';

/** A module of one tensor in and one out, which a chain can be made of. */
export type ChainModule = { forward(input: Tensor): Tensor } & Module;

/** Modules in an order, registered under their places: `0`, `1`, … */
abstract class Container<M extends Module> extends Module implements Iterable<M> {
  readonly #modules: readonly M[];
  constructor(modules: readonly M[]) {
    super();
    this.#modules = [...modules];
  }
  get length(): number {
    return this.#modules.length;
  }
  /** The module at a place; a negative one counts from the end. */
  at(place: number): M | undefined {
    return this.#modules.at(place);
  }
  [Symbol.iterator](): Iterator<M> {
    return this.#modules[Symbol.iterator]();
  }
  override namedChildren(): Named<Module>[] {
    return this.#modules.map((module, i) => [String(i), module]);
  }
}

/** One module after another; each is known by its type: `chain.layers[0].weight`. PyTorch: `nn.Sequential`. */
export class Sequential<M extends readonly ChainModule[] = readonly ChainModule[]> extends Container<ChainModule> {
  readonly layers: M;
  constructor(...layers: M) {
    super(layers);
    this.layers = layers;
  }
  override forward(input: Tensor): Tensor {
    let x = input;
    for (const module of this) x = module.forward(x);
    return x;
  }
}

/** Modules to go through by hand: `for (const layer of this.layers) x = layer.forward(x)`. PyTorch: `nn.ModuleList`. */
export class ModuleList<M extends Module = Module> extends Container<M> {
  constructor(modules: Iterable<M> = []) {
    super([...modules]);
  }
  override forward(): never {
    throw new Error('a ModuleList has no forward: go through its modules');
  }
}
