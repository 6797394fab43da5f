import { byPort, noise, testFraction, trainingRows } from '../datasets.ts';
import { defineNode } from '../node.ts';

/** The four cases of exclusive or: x (rows, 2), y (rows, 1) of 0 and 1. */
export const xor = defineNode({
  kind: 'XOR',
  category: 'data',
  help: {
    en: 'Exclusive or: two inputs, and whether exactly one of them is 1. The smallest problem that needs a hidden layer.',
    zh: '异或：两个输入中恰好一个为 1 时输出 1。需要隐藏层的最小问题。',
  },
  inputs: [],
  outputs: [
    { name: 'x', type: 'tensor' },
    { name: 'y', type: 'tensor' },
  ],
  settings: {
    repeats: {
      type: 'int',
      default: 1,
      min: 1,
      max: 1_000_000,
      label: { en: 'repeats', zh: '重复次数' },
      help: { en: 'How often the four cases appear.', zh: '四种情况出现的次数。' },
    },
    noise: noise(0),
    testFraction,
  },
  summary: ['repeats', 'noise'],
  lower(b, _inputs, settings) {
    const rows = trainingRows(4 * Number(settings.repeats), settings);
    const values = b.data({
      kind: 'dataset',
      name: 'xor',
      settings,
      outputs: [
        { name: 'x', shape: [rows, 2], dtype: 'f32' },
        { name: 'y', shape: [rows, 1], dtype: 'f32' },
      ],
    });
    return byPort(['x', 'y'], values);
  },
});
