import { defineNode } from '../node.ts';

/** `w.grad.zero_()` for parameters that are updated by hand: without it, every backward pass adds to what is there. */
export const zeroGrad = defineNode({
  kind: 'ZeroGrad',
  category: 'optimizer',
  phase: 'update',
  help: {
    en: 'Clears gradients once the updates are done. Left out, every backward pass adds to the gradients of the one before.',
    zh: '更新之后清除梯度。若省略，每次反向传播都会累加到上一次的梯度上。',
  },
  inputs: [],
  outputs: [],
  settings: {
    parameters: {
      type: 'parameters',
      default: null,
      label: { en: 'parameters', zh: '参数' },
      help: { en: 'Empty: all of them.', zh: '留空：全部。' },
    },
  },
  summary: ['parameters'],
  lower(b, _inputs, { parameters }) {
    b.zeroGrad(Array.isArray(parameters) && parameters.length > 0 ? parameters.map(String) : null);
    return {};
  },
});
