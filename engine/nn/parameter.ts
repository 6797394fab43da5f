import { Tensor } from '../autograd/tensor.ts';

export interface ParameterOptions {
  /** False: it is kept with the others, but no gradient is computed for it. */
  readonly requiresGrad?: boolean;
}

/**
 * A leaf that a module registers by itself when it is one of its fields: `readonly weight = new nn.Parameter(randn([5]))`. It shares
 * the elements of `data`. PyTorch: `nn.Parameter`.
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, { requiresGrad = true }: ParameterOptions = {}) {
    super(data.context, data.value, requiresGrad);
  }
  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}
