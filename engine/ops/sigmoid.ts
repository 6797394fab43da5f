import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const sigmoid = defineOp({
  name: 'sigmoid',
  shape: unchanged,
  saves: ['output0'],
  makes: { backward: 3 },
  forward: (k, [x]) => [k.sigmoid(present(x))],
  backward: (k, [g], { output0: y }) => [k.mul(k.mul(present(g), k.sub(1, present(y))), present(y))],
  formula: {
    forward: 'Y = \\sigma(X) = \\frac{1}{1 + e^{-X}}',
    backward: ['\\bar X = \\bar Y \\odot Y \\odot (1 - Y)'],
  },
  why: {
    en: 'The slope of the sigmoid is y(1−y), known from the output alone. It is at most 1/4 and vanishes where the output is near 0 or 1.',
    zh: 'sigmoid 的斜率是 y(1−y)，只看输出就知道。它最大为 1/4，输出接近 0 或 1 时趋于零。',
  },
  torch: ([x]) => `torch.sigmoid(${x})`,
  cases: unaryCases(),
  node: {
    kind: 'Sigmoid',
    category: 'activations',
    help: { en: 'Squashes every element into (0, 1).', zh: '把每个元素压到 (0, 1) 之间。' },
    inputs: oneInput,
  },
});
