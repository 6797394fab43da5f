import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const exp = defineOp({
  name: 'exp',
  shape: unchanged,
  saves: ['output0'],
  forward: (k, [x]) => [k.exp(present(x))],
  backward: (k, [g], { output0: y }) => [k.mul(present(g), present(y))],
  formula: { forward: 'Y = e^{X}', backward: ['\\bar X = \\bar Y \\odot Y'] },
  why: {
    en: 'The exponential is its own derivative. So the output that was computed anyway is the slope.',
    zh: '指数函数的导数就是它自己。所以已经算出的输出就是斜率。',
  },
  torch: ([x]) => `torch.exp(${x})`,
  cases: unaryCases(),
  node: {
    kind: 'Exp',
    help: { en: 'e to the power of every element.', zh: '以 e 为底，逐元素求指数。' },
    inputs: oneInput,
  },
});
