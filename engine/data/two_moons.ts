import { defineDrawn, floatRows, labelRows } from './dataset.ts';
import { countSetting, numberSetting } from './setting.ts';

/**
 * Two interleaving half circles, scikit-learn's `make_moons(shuffle=False)`: label 0 on (cos t, sin t), label 1 on
 * (1 − cos t, ½ − sin t), t evenly from 0 to π; the first ⌊samples/2⌋ rows are label 0.
 * Settings: `samples` (200), `noise` (0.1; standard deviation, added as `noise * randn(samples, 2)`).
 * Outputs: `x` (samples × 2, f32), `labels` (samples, i32).
 */
export const twoMoons = defineDrawn({
  name: 'twoMoons',
  draw(settings, generator) {
    const samples = countSetting(settings, 'samples', { default: 200, min: 2, max: 10_000_000 });
    const noise = numberSetting(settings, 'noise', { default: 0.1, min: 0 });
    const upper = Math.floor(samples / 2);
    const points = generator.randn(samples * 2);
    const labels = new Int32Array(samples);
    for (let i = 0; i < samples; i++) {
      const label = i < upper ? 0 : 1;
      const t = label === 0 ? angle(i, upper) : angle(i - upper, samples - upper);
      const x = label === 0 ? Math.cos(t) : 1 - Math.cos(t);
      const y = label === 0 ? Math.sin(t) : 0.5 - Math.sin(t);
      points[2 * i] = x + noise * (points[2 * i] ?? 0);
      points[2 * i + 1] = y + noise * (points[2 * i + 1] ?? 0);
      labels[i] = label;
    }
    return {
      outputs: [
        { name: 'x', train: floatRows([samples, 2], points) },
        { name: 'labels', train: labelRows(labels) },
      ],
    };
  },
});

/** The i-th of `count` angles from 0 to π, both included. */
const angle = (i: number, count: number): number => (count === 1 ? 0 : (Math.PI * i) / (count - 1));
