import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const tanh = defineOp({
  name: 'tanh',
  shape: unchanged,
  saves: ['output0'],
  makes: { backward: 3 },
  forward: (k, [x]) => [k.tanh(present(x))],
  backward: (k, [g], { output0: y }) => [k.mul(present(g), k.sub(1, k.square(present(y))))],
  formula: { forward: 'Y = \\tanh X', backward: ['\\bar X = \\bar Y \\odot (1 - Y^2)'] },
  why: {
    en: 'The slope of tanh is 1−y², known from the output alone. It is 1 at zero and vanishes where the output is near ±1.',
    zh: 'tanh 的斜率是 1−y²，只看输出就知道。在零处为 1，输出接近 ±1 时趋于零。',
  },
  torch: ([x]) => `torch.tanh(${x})`,
  cases: unaryCases(),
  node: {
    kind: 'Tanh',
    category: 'activations',
    help: { en: 'Squashes every element into (−1, 1).', zh: '把每个元素压到 (−1, 1) 之间。' },
    inputs: oneInput,
  },
});
