import { defineDrawn, floatRows } from './dataset.ts';
import { countSetting, numberSetting } from './setting.ts';

const INPUTS = [0, 0, 0, 1, 1, 0, 1, 1];
const TARGETS = [0, 1, 1, 0];

/**
 * Exclusive or: (0,0) (0,1) (1,0) (1,1) → 0 1 1 0, the four in this order, `repeats` times over.
 * Settings: `repeats` (1), `noise` (0; standard deviation added to the inputs as `noise * randn(4 * repeats, 2)`, which
 * draws only if it is not 0). Outputs: `x` (4·repeats × 2, f32), `y` (4·repeats × 1, f32).
 */
export const xor = defineDrawn({
  name: 'xor',
  draw(settings, generator) {
    const rows = 4 * countSetting(settings, 'repeats', { default: 1, min: 1, max: 1_000_000 });
    const noise = numberSetting(settings, 'noise', { default: 0, min: 0 });
    const inputs = Float32Array.from({ length: rows * 2 }, (_, i) => INPUTS[i % INPUTS.length] ?? 0);
    if (noise > 0)
      generator.randn(inputs.length).forEach((z, i) => {
        inputs[i] = (inputs[i] ?? 0) + noise * z;
      });
    const targets = Float32Array.from({ length: rows }, (_, i) => TARGETS[i % TARGETS.length] ?? 0);
    return {
      outputs: [
        { name: 'x', train: floatRows([rows, 2], inputs) },
        { name: 'y', train: floatRows([rows, 1], targets) },
      ],
    };
  },
});
