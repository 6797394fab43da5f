import { formatShape, ShapeError } from '../../tensor/shape.ts';
import { reducedLoss, reductionSetting } from '../losses.ts';
import { defineNode } from '../node.ts';

/**
 * `nn.CrossEntropyLoss`: logits (N, C) and class indices (N) → scalar, the mean (or sum) of −log softmax(input)[target]; with
 * 'none' → (N), each by itself.
 */
export const crossEntropyLoss = defineNode({
  kind: 'CrossEntropyLoss',
  category: 'loss',
  help: {
    en: 'For classes: how surprised the network is by the right answer. Takes raw scores (logits) and class indices.',
    zh: '用于分类：网络对正确答案的“惊讶”程度。输入为原始得分（logits）和类别编号。',
  },
  inputs: [
    { name: 'input', type: 'tensor' },
    { name: 'target', type: 'labels' },
  ],
  outputs: [{ name: 'loss', type: 'loss' }],
  settings: { reduction: reductionSetting },
  summary: ['reduction'],
  lower(b, { input, target }, settings) {
    if (input === undefined || target === undefined) return {};
    const [rows, classes] = input.shape;
    if (input.shape.length !== 2 || rows === undefined || classes === undefined || classes === 0)
      throw new ShapeError(
        'CrossEntropyLoss takes one row of scores per sample',
        'samples × classes',
        formatShape(input.shape),
      );
    if (target.shape.length !== 1 || target.shape[0] !== rows)
      throw new ShapeError(
        'CrossEntropyLoss takes one label per sample',
        formatShape([rows]),
        formatShape(target.shape),
      );
    const loss = reducedLoss(b, 'CrossEntropyLoss', settings, (inner) => {
      const logs = inner.op('logSoftmax', [input], { dim: 1 });
      const index = inner.op('reshape', [target], { shape: [rows, 1] });
      const losses = inner.op('neg', [inner.op('gather', [logs, index], { dim: 1 })]);
      // What is reduced needs no other shape.
      return settings.reduction === 'none' ? inner.op('reshape', [losses], { shape: [rows] }) : losses;
    });
    b.metric('accuracy', input, target);
    return { loss };
  },
});
