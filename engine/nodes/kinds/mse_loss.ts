import { elementwiseLoss } from '../losses.ts';
import { defineNode } from '../node.ts';

/** `nn.MSELoss`: the mean (or sum) of (input − target)². Both of one shape → scalar; with 'none' → that shape. */
export const mseLoss = defineNode(
  elementwiseLoss(
    'MSELoss',
    {
      en: 'Mean squared error: how far the prediction is from the target, squared.',
      zh: '均方误差：预测与目标之差的平方。',
    },
    (b, input, target) => {
      const difference = b.op('sub', [input, target]);
      return b.op('mul', [difference, difference]);
    },
  ),
);
