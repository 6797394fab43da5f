import { elementwiseLoss } from '../losses.ts';
import { defineNode } from '../node.ts';

/** `nn.L1Loss`: the mean (or sum) of |input − target|. Both of one shape → scalar; with 'none' → that shape. */
export const l1Loss = defineNode(
  elementwiseLoss(
    'L1Loss',
    {
      en: 'Mean absolute error: less moved by outliers than the squared one.',
      zh: '平均绝对误差：比均方误差更不受离群值影响。',
    },
    (b, input, target) => b.op('abs', [b.op('sub', [input, target])]),
  ),
);
