import { byPort, noise, sampleCount, testFraction, trainingRows } from '../datasets.ts';
import { defineNode } from '../node.ts';

/** Two half circles that reach into each other: x (samples, 2), labels (samples) of 0 and 1. */
export const twoMoons = defineNode({
  kind: 'TwoMoons',
  category: 'data',
  help: { en: 'Two interleaved half circles, one class each.', zh: '两个交错的半圆，各为一类。' },
  inputs: [],
  outputs: [
    { name: 'x', type: 'tensor' },
    { name: 'labels', type: 'labels' },
  ],
  settings: { samples: sampleCount(200), noise: noise(0.1), testFraction },
  summary: ['samples', 'noise'],
  lower(b, _inputs, settings) {
    const rows = trainingRows(Number(settings.samples), settings);
    const values = b.data({
      kind: 'dataset',
      name: 'twoMoons',
      settings,
      outputs: [
        { name: 'x', shape: [rows, 2], dtype: 'f32' },
        { name: 'labels', shape: [rows], dtype: 'i32' },
      ],
    });
    return byPort(['x', 'labels'], values);
  },
});
