import { defineNode } from '../node.ts';
import { learningRate, momentum, optimizerNode, weightDecay } from '../optimizers.ts';
import { SettingsClash } from '../settings.ts';

/** `optim.SGD`: gradient descent with momentum, dampening, Nesterov's form and weight decay. */
export const sgd = defineNode(
  optimizerNode(
    'SGD',
    {
      en: 'Gradient descent: every parameter takes a step against its gradient.',
      zh: '梯度下降：每个参数沿负梯度方向走一步。',
    },
    {
      lr: learningRate(0.001),
      momentum,
      dampening: { type: 'float', default: 0, min: 0, max: 1, live: true, label: { en: 'dampening', zh: '阻尼' } },
      nesterov: { type: 'bool', default: false, label: { en: 'nesterov', zh: 'Nesterov' } },
      weightDecay: weightDecay(0),
    },
    {
      remembers: 1,
      // As in PyTorch. Without momentum, which may be raised in a run, neither plays a part.
      requires({ nesterov, dampening }) {
        if (nesterov === true && dampening !== 0) throw new SettingsClash('nesterov-dampening');
      },
    },
  ),
);
