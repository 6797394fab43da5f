import { numel } from '../tensor/shape.ts';
import { defineDrawn, floatRows } from './dataset.ts';
import { shapeSetting } from './setting.ts';

/**
 * `torch.randn(shape)`: the tutorial's x and y.
 * Settings: `shape`. Output: `output` (shape, f32).
 */
export const randomTensor = defineDrawn({
  name: 'randomTensor',
  draw(settings, generator) {
    const shape = shapeSetting(settings, 'shape');
    return { outputs: [{ name: 'output', train: floatRows(shape, generator.randn(numel(shape))) }] };
  },
});
