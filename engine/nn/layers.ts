import type { Tensor } from '../autograd/tensor.ts';
import { Module, type ModuleOptions, NodeModule } from './module.ts';

/** `nn.Linear`: (…, inFeatures) → (…, outFeatures). Weight [out, in] then bias [out], uniform in ±1/√inFeatures. */
export class Linear extends NodeModule {
  constructor(inFeatures: number, outFeatures: number, options: ModuleOptions & { readonly bias?: boolean } = {}) {
    super('Linear', { inFeatures, outFeatures, bias: options.bias ?? true }, options);
    this.draw([1, inFeatures]);
  }
}

/** `nn.Flatten`: (N, a, b, …) → (N, a·b·…). */
export class Flatten extends NodeModule {
  constructor(startDim = 1, options: ModuleOptions = {}) {
    super('Flatten', { startDim }, options);
  }
}

/** `nn.Dropout`: zeroes a share `p` of the elements in training and scales the rest by 1/(1 − p). */
export class Dropout extends NodeModule {
  constructor(p = 0.5, options: ModuleOptions = {}) {
    super('Dropout', { p }, options);
  }
}

/** `nn.Sequential`: one module after another. */
export class Sequential extends Module {
  private readonly chain: readonly Module[];
  constructor(...modules: readonly Module[]) {
    super();
    this.chain = modules;
  }
  override children(): [string, Module][] {
    return this.chain.map((module, i) => [String(i), module]);
  }
  override forward(input: Tensor): Tensor {
    return this.chain.reduce((x, module) => module.forward(x), input);
  }
}
