import { byPort, noise, testFraction, trainingRows } from '../datasets.ts';
import { defineNode } from '../node.ts';

/** Intertwined arms around the origin: x (rows, 2), labels (rows) of the arm. */
export const spiral = defineNode({
  kind: 'Spiral',
  category: 'data',
  help: { en: 'Points on intertwined spiral arms, one class per arm.', zh: '缠绕的螺旋臂上的点，每条臂一类。' },
  inputs: [],
  outputs: [
    { name: 'x', type: 'tensor' },
    { name: 'labels', type: 'labels' },
  ],
  settings: {
    samplesPerClass: {
      type: 'int',
      default: 100,
      min: 1,
      max: 1_000_000,
      unit: 'rows',
      label: { en: 'samples per class', zh: '每类样本数' },
    },
    classes: { type: 'int', default: 3, min: 1, max: 1000, unit: 'classes', label: { en: 'classes', zh: '类别数' } },
    noise: noise(0.2),
    testFraction,
  },
  summary: ['classes', 'noise'],
  lower(b, _inputs, settings) {
    const rows = trainingRows(Number(settings.samplesPerClass) * Number(settings.classes), settings);
    const values = b.data({
      kind: 'dataset',
      name: 'spiral',
      settings,
      outputs: [
        { name: 'x', shape: [rows, 2], dtype: 'f32' },
        { name: 'labels', shape: [rows], dtype: 'i32' },
      ],
    });
    return byPort(['x', 'labels'], values);
  },
});
