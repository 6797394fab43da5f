import { byPort } from '../datasets.ts';
import { defineNode } from '../node.ts';

/** Handwritten digits: images (60000, 784) in [0, 1], labels (60000) of 0 to 9; 10000 more to test on. */
export const mnist = defineNode({
  kind: 'MNIST',
  category: 'data',
  help: {
    en: 'Handwritten digits: 60,000 images of 28 × 28 pixels to train on, 10,000 to test on.',
    zh: '手写数字：60,000 张 28 × 28 像素的训练图像，10,000 张测试图像。',
  },
  inputs: [],
  outputs: [
    { name: 'images', type: 'tensor' },
    { name: 'labels', type: 'labels' },
  ],
  settings: {},
  lower(b, _inputs, settings) {
    const rows = 60_000;
    const values = b.data({
      kind: 'dataset',
      name: 'mnist',
      settings,
      outputs: [
        { name: 'images', shape: [rows, 784], dtype: 'f32' },
        { name: 'labels', shape: [rows], dtype: 'i32' },
      ],
    });
    return byPort(['images', 'labels'], values);
  },
});
