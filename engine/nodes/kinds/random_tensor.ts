import { defineNode } from '../node.ts';

/** `torch.randn(shape)`: drawn once per run from the run's seed and then fixed. */
export const randomTensor = defineNode({
  kind: 'RandomTensor',
  category: 'data',
  help: {
    en: 'Random numbers from a normal distribution, drawn once when the run starts and the same in every step.',
    zh: '正态分布随机数：运行开始时抽取一次，之后每一步都不变。',
  },
  inputs: [],
  outputs: [{ name: 'output', type: 'tensor' }],
  settings: { shape: { type: 'ints', default: [64, 10], min: 1, label: { en: 'shape', zh: '形状' } } },
  summary: ['shape'],
  lower(b, _inputs, settings) {
    const shape = Array.isArray(settings.shape) ? settings.shape.map(Number) : [];
    const [output] = b.data({ kind: 'randn', shape });
    return output === undefined ? {} : { output };
  },
});
