import { defineDrawn, floatRows, labelRows } from './dataset.ts';
import { countSetting, numberSetting } from './setting.ts';

/** How far an arm winds from the centre to its end, in radians: that of the CS231n notes. */
const SWEEP = 4;

/**
 * One spiral arm per class, after the CS231n notes: radius r evenly from 0 to 1, angle 2π·class/classes + 4r + noise,
 * point (r·sin, r·cos). Rows come class by class.
 * Settings: `samplesPerClass` (100), `classes` (3), `noise` (0.2; standard deviation of the angle in radians, added as
 * `noise * randn(classes * samplesPerClass)`).
 * Outputs: `x` (classes·samplesPerClass × 2, f32), `labels` (classes·samplesPerClass, i32).
 */
export const spiral = defineDrawn({
  name: 'spiral',
  draw(settings, generator) {
    const perClass = countSetting(settings, 'samplesPerClass', { default: 100, min: 1, max: 1_000_000 });
    const classes = countSetting(settings, 'classes', { default: 3, min: 1, max: 1000 });
    const noise = numberSetting(settings, 'noise', { default: 0.2, min: 0 });
    const rows = classes * perClass;
    const points = new Float32Array(rows * 2);
    const labels = new Int32Array(rows);
    generator.randn(rows).forEach((z, i) => {
      const label = Math.floor(i / perClass);
      const radius = perClass === 1 ? 0 : (i % perClass) / (perClass - 1);
      const angle = (2 * Math.PI * label) / classes + SWEEP * radius + noise * z;
      points[2 * i] = radius * Math.sin(angle);
      points[2 * i + 1] = radius * Math.cos(angle);
      labels[i] = label;
    });
    return {
      outputs: [
        { name: 'x', train: floatRows([rows, 2], points) },
        { name: 'labels', train: labelRows(labels) },
      ],
    };
  },
});
