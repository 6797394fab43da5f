import { byPort, noise, sampleCount, testFraction, trainingRows } from '../datasets.ts';
import { defineNode } from '../node.ts';

/** y = slope · x + intercept with noise: x (samples, 1), y (samples, 1). */
export const noisyLine = defineNode({
  kind: 'NoisyLine',
  category: 'data',
  help: { en: 'Points scattered around a straight line.', zh: '散布在一条直线附近的点。' },
  inputs: [],
  outputs: [
    { name: 'x', type: 'tensor' },
    { name: 'y', type: 'tensor' },
  ],
  settings: {
    samples: sampleCount(100),
    slope: { type: 'float', default: 2, label: { en: 'slope', zh: '斜率' } },
    intercept: { type: 'float', default: 1, label: { en: 'intercept', zh: '截距' } },
    noise: noise(0.1),
    testFraction,
  },
  summary: ['slope', 'intercept'],
  lower(b, _inputs, settings) {
    const rows = trainingRows(Number(settings.samples), settings);
    const values = b.data({
      kind: 'dataset',
      name: 'noisyLine',
      settings,
      outputs: [
        { name: 'x', shape: [rows, 1], dtype: 'f32' },
        { name: 'y', shape: [rows, 1], dtype: 'f32' },
      ],
    });
    return byPort(['x', 'y'], values);
  },
});
