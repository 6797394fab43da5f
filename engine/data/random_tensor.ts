import { numel } from '../tensor/shape.ts';
import { defineDataset, floatRows } from './dataset.ts';
import { shapeSetting } from './setting.ts';

/**
 * `torch.randn(shape)`: the tutorial's x and y.
 * Settings: `shape`. Output: `output` (shape, f32).
 */
export const randomTensor = defineDataset({
  name: 'randomTensor',
  load(settings, _files, generator) {
    const shape = shapeSetting(settings, 'shape');
    return { outputs: [{ name: 'output', train: floatRows(shape, generator.randn(numel(shape))) }] };
  },
});
