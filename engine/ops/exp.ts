import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const exp = defineOp({
  name: 'exp',
  shape: unchanged,
  saves: ['output0'],
  forward: (k, [x]) => [k.exp(present(x))],
  backward: (k, [g], { output0: y }) => [k.mul(present(g), present(y))],
  hazards: [
    {
      input: 0,
      // The largest x whose exponential is a finite float32.
      isBad: (x) => x > 88.72283,
      cause: {
        en: 'an overflow of exp, which ends at x = 88.72 in float32',
        zh: 'exp 溢出：float32 中 x 最大为 88.72',
      },
    },
  ],
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
