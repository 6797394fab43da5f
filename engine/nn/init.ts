import type { Init } from '../nodes/builder.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { numel, type Shape } from '../tensor/shape.ts';

/** The initial values of a parameter. PyTorch: `torch.nn.init`, one call per parameter. */
export function drawInitial(shape: Shape, init: Init, generator: TorchGenerator): Float32Array {
  const count = numel(shape);
  switch (init.kind) {
    case 'uniform':
      return generator.uniform(count, init.low, init.high);
    case 'normal':
      return generator.randn(count);
    case 'zeros':
      return new Float32Array(count);
    case 'ones':
      return new Float32Array(count).fill(1);
    default:
      return init satisfies never;
  }
}
