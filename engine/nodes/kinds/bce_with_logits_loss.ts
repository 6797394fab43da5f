import { elementwiseLoss } from '../losses.ts';
import { defineNode } from '../node.ts';

/**
 * `nn.BCEWithLogitsLoss`: sigmoid and binary cross entropy in one, which is stable for large logits. Both of one shape → scalar;
 * with 'none' → that shape.
 */
export const bceWithLogitsLoss = defineNode(
  elementwiseLoss(
    'BCEWithLogitsLoss',
    {
      en: 'Binary cross entropy on raw scores (logits): for yes-or-no targets of 0 and 1.',
      zh: '作用于原始得分（logits）的二元交叉熵：目标为 0 或 1。',
    },
    (b, input, target) => b.op('bceWithLogits', [input, target]),
  ),
);
