import { Layer, type ModuleOptions } from './node_module.ts';
import type { Parameter } from './parameter.ts';

export interface LinearOptions extends ModuleOptions {
  readonly bias?: boolean;
}

/** `nn.Linear`: (…, inFeatures) → (…, outFeatures). Weight [out, in] then bias [out], uniform in ±1/√inFeatures. */
export class Linear extends Layer {
  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super('Linear', { inFeatures, outFeatures, bias: options.bias ?? true }, options);
    this.draw([1, inFeatures]);
  }
  /** (outFeatures, inFeatures) */
  get weight(): Parameter {
    const weight = this.parameter('weight');
    if (weight === undefined) throw new Error('a Linear draws its weight when it is made');
    return weight;
  }
  /** (outFeatures); null where it was made without. */
  get bias(): Parameter | null {
    return this.parameter('bias') ?? null;
  }
}

/** `nn.Flatten`: (N, a, b, …) → (N, a·b·…). */
export class Flatten extends Layer {
  constructor(startDim = 1, options: ModuleOptions = {}) {
    super('Flatten', { startDim }, options);
  }
}

/** `nn.Dropout`: zeroes a share `p` of the elements in training and scales the rest by 1/(1 − p). */
export class Dropout extends Layer {
  constructor(p = 0.5, options: ModuleOptions = {}) {
    super('Dropout', { p }, options);
  }
}
