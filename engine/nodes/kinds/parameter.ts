import type { Init } from '../builder.ts';
import { defineNode } from '../node.ts';

const inits: Readonly<Record<string, Init>> = {
  normal: { kind: 'normal' },
  uniform: { kind: 'uniform', low: 0, high: 1 },
  zeros: { kind: 'zeros' },
  ones: { kind: 'ones' },
};

/**
 * A tensor that a run changes: `torch.randn(shape, requires_grad=True)`. `value` is what it holds; `grad` is `.grad` after the
 * backward pass, read in the update phase.
 */
export const parameter = defineNode({
  kind: 'Parameter',
  category: 'data',
  help: {
    en: 'A tensor that is learned: its value enters the network, its gradient is there after the backward pass.',
    zh: '可学习的张量：其值进入网络，反向传播之后得到它的梯度。',
  },
  inputs: [],
  outputs: [
    { name: 'value', type: 'tensor' },
    { name: 'grad', type: 'tensor', phase: 'update' },
  ],
  settings: {
    shape: { type: 'ints', default: [10, 10], min: 1, label: { en: 'shape', zh: '形状' } },
    init: {
      type: 'choice',
      default: 'normal',
      options: Object.keys(inits),
      label: { en: 'drawn from', zh: '初始分布' },
    },
    requiresGrad: {
      type: 'bool',
      default: true,
      label: { en: 'requires grad', zh: '需要梯度' },
      help: { en: 'Off: autograd computes no gradient for it.', zh: '关闭：自动求导不为它计算梯度。' },
    },
  },
  summary: ['shape'],
  lower(b, _inputs, { shape, init, requiresGrad }) {
    const sizes = Array.isArray(shape) ? shape.map(Number) : [];
    const value = b.parameter('value', sizes, inits[String(init)] ?? { kind: 'normal' }, requiresGrad !== false);
    return { value, grad: b.gradient(value) };
  },
});
