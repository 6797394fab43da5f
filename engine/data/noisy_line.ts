import { defineDrawn, floatRows } from './dataset.ts';
import { countSetting, numberSetting } from './setting.ts';

/**
 * A line to recover by regression: x uniform over [−1, 1), y = slope·x + intercept + noise·z; draws
 * `empty(samples, 1).uniform_(-1, 1)`, then `randn(samples, 1)`.
 * Settings: `samples` (100), `slope` (2), `intercept` (1), `noise` (0.1; standard deviation).
 * Outputs: `x` (samples × 1, f32), `y` (samples × 1, f32).
 */
export const noisyLine = defineDrawn({
  name: 'noisyLine',
  draw(settings, generator) {
    const samples = countSetting(settings, 'samples', { default: 100, min: 1, max: 10_000_000 });
    const slope = numberSetting(settings, 'slope', { default: 2 });
    const intercept = numberSetting(settings, 'intercept', { default: 1 });
    const noise = numberSetting(settings, 'noise', { default: 0.1, min: 0 });
    const inputs = generator.uniform(samples, -1, 1);
    const targets = generator.randn(samples).map((z, i) => slope * (inputs[i] ?? 0) + intercept + noise * z);
    return {
      outputs: [
        { name: 'x', train: floatRows([samples, 1], inputs) },
        { name: 'y', train: floatRows([samples, 1], targets) },
      ],
    };
  },
});
