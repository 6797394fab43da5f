import { defineNode } from '../node.ts';
import { learningRate } from '../optimizers.ts';

/** `with torch.no_grad(): w -= lr * g`: a step of gradient descent by hand, for one parameter. */
export const update = defineNode({
  kind: 'Update',
  category: 'optimizer',
  phase: 'update',
  help: {
    en: 'w ← w − lr · g: one step of gradient descent by hand, outside of autograd. It names the parameter that it changes.',
    zh: 'w ← w − lr · g：手动做一步梯度下降，不被自动求导记录。它指明要更改的参数。',
  },
  inputs: [{ name: 'gradient', type: 'tensor' }],
  outputs: [],
  settings: {
    parameter: { type: 'parameter', default: '', label: { en: 'parameter', zh: '参数' } },
    lr: learningRate(0.001),
  },
  summary: ['parameter', 'lr'],
  lower(b, { gradient }, settings) {
    if (gradient !== undefined) b.update(String(settings.parameter), gradient, settings);
    return {};
  },
});
