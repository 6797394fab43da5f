import { defineNode } from '../node.ts';
import { decay, epsilon, learningRate, optimizerNode, weightDecay } from '../optimizers.ts';

/** `optim.Adam`: steps scaled by running averages of the gradient and of its square. */
export const adam = defineNode(
  optimizerNode(
    'Adam',
    {
      en: 'Adapts the step of every parameter to the average and the spread of its gradients. A good first choice.',
      zh: '根据梯度的均值与离散程度为每个参数调整步长。通常是不错的首选。',
    },
    {
      lr: learningRate(0.001),
      beta1: decay(0.9, { en: 'beta 1', zh: 'β1' }),
      beta2: decay(0.999, { en: 'beta 2', zh: 'β2' }),
      eps: epsilon(1e-8),
      weightDecay: weightDecay(0),
    },
    { remembers: 2 },
  ),
);
