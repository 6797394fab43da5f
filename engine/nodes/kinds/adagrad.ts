import { defineNode } from '../node.ts';
import { epsilon, learningRate, optimizerNode, weightDecay } from '../optimizers.ts';

/** `optim.Adagrad`: steps divided by the root of the sum of all squared gradients so far. */
export const adagrad = defineNode(
  optimizerNode(
    'Adagrad',
    { en: 'Steps shrink with all the gradient a parameter has seen.', zh: '步长随参数累计的梯度而减小。' },
    {
      lr: learningRate(0.01),
      lrDecay: { type: 'float', default: 0, min: 0, live: true, label: { en: 'lr decay', zh: '学习率衰减' } },
      weightDecay: weightDecay(0),
      initialAccumulatorValue: {
        type: 'float',
        default: 0,
        min: 0,
        label: { en: 'initial accumulator', zh: '累加器初值' },
      },
      eps: epsilon(1e-10),
    },
    { remembers: 1 },
  ),
);
