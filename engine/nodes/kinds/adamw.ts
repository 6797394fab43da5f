import { defineNode } from '../node.ts';
import { decay, epsilon, learningRate, optimizerNode, weightDecay } from '../optimizers.ts';

/** `optim.AdamW`: Adam whose weight decay acts on the parameters directly, not through the averages. */
export const adamW = defineNode(
  optimizerNode(
    'AdamW',
    { en: 'Adam with weight decay that shrinks the parameters directly.', zh: '带解耦权重衰减的 Adam：直接收缩参数。' },
    {
      lr: learningRate(0.001),
      beta1: decay(0.9, { en: 'beta 1', zh: 'β1' }),
      beta2: decay(0.999, { en: 'beta 2', zh: 'β2' }),
      eps: epsilon(1e-8),
      weightDecay: weightDecay(0.01),
    },
    { remembers: 2 },
  ),
);
