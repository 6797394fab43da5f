import { dropout } from '../nodes/kinds/dropout.ts';
import { flatten } from '../nodes/kinds/flatten.ts';
import { linear } from '../nodes/kinds/linear.ts';
import { Layer, type ModuleOptions } from './node_module.ts';
import type { Parameter } from './parameter.ts';

export interface LinearOptions extends ModuleOptions {
  readonly bias?: boolean;
}

/** `nn.Linear`: (…, inFeatures) → (…, outFeatures). Weight [out, in] then bias [out], uniform in ±1/√inFeatures. */
export class Linear extends Layer {
  /** @throws RangeError for a number of features that is not a whole number of at least 1 */
  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    for (const [name, size] of Object.entries({ inFeatures, outFeatures }))
      if (!Number.isInteger(size) || size < 1)
        throw new RangeError(`Linear has a whole number of ${name}, at least 1; got ${size}`);
    super(linear, { inFeatures, outFeatures, bias: options.bias ?? true }, options);
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
    super(flatten, { startDim }, options);
  }
}

/** `nn.Dropout`: zeroes a share `p` of the elements in training and scales the rest by 1/(1 − p). */
export class Dropout extends Layer {
  /** @throws RangeError unless 0 ≤ p ≤ 1 */
  constructor(p = 0.5, options: ModuleOptions = {}) {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Dropout drops a share p from 0 to 1; got ${p}`);
    super(dropout, { p }, options);
  }
}
