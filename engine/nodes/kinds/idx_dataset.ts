import { byPort, sampleCount, testFraction, trainingRows } from '../datasets.ts';
import { defineNode } from '../node.ts';

/** Labelled images in IDX files: images (samples, features), labels (samples). */
export const idxDataset = defineNode({
  kind: 'IDXDataset',
  category: 'data',
  help: {
    en: 'Your own labelled images, in the IDX files that MNIST made common.',
    zh: '自带的带标签图像，采用 MNIST 的 IDX 文件格式。',
  },
  inputs: [],
  outputs: [
    { name: 'images', type: 'tensor' },
    { name: 'labels', type: 'labels' },
  ],
  settings: {
    images: { type: 'file', default: '', label: { en: 'images', zh: '图像文件' } },
    labels: { type: 'file', default: '', label: { en: 'labels', zh: '标签文件' } },
    testImages: { type: 'file', default: '', label: { en: 'test images', zh: '测试图像' } },
    testLabels: { type: 'file', default: '', label: { en: 'test labels', zh: '测试标签' } },
    samples: sampleCount(60_000),
    features: {
      type: 'int',
      default: 784,
      min: 1,
      unit: 'per sample',
      label: { en: 'features', zh: '特征数' },
      help: { en: 'Elements of one image: 28 × 28 = 784.', zh: '每张图像的元素数：28 × 28 = 784。' },
    },
    classes: { type: 'int', default: 10, min: 1, unit: 'classes', label: { en: 'classes', zh: '类别数' } },
    testFraction,
  },
  summary: ['images', 'labels'],
  lower(b, _inputs, settings) {
    const rows = trainingRows(Number(settings.samples), settings);
    const values = b.data({
      kind: 'dataset',
      name: 'idx',
      settings,
      outputs: [
        { name: 'images', shape: [rows, Number(settings.features)], dtype: 'f32' },
        { name: 'labels', shape: [rows], dtype: 'i32' },
      ],
    });
    return byPort(['images', 'labels'], values);
  },
});
