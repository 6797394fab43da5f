import { defineNode } from '../node.ts';
import { decay, epsilon, learningRate, momentum, optimizerNode, weightDecay } from '../optimizers.ts';

/** `optim.RMSprop`: steps divided by a running root mean square of the gradient. */
export const rmsprop = defineNode(
  optimizerNode(
    'RMSprop',
    { en: 'Divides every step by the recent size of that gradient.', zh: '用近期梯度大小来缩放每一步。' },
    {
      lr: learningRate(0.01),
      alpha: decay(0.99, { en: 'alpha', zh: 'α' }),
      eps: epsilon(1e-8),
      weightDecay: weightDecay(0),
      momentum,
      centered: { type: 'bool', default: false, label: { en: 'centered', zh: '中心化' } },
    },
    { remembers: 3 },
  ),
);
