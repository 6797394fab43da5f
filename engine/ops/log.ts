import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const log = defineOp({
  name: 'log',
  shape: unchanged,
  saves: ['input0'],
  forward: (k, [x]) => [k.log(present(x))],
  backward: (k, [g], { input0: x }) => [k.div(present(g), present(x))],
  hazards: [
    {
      input: 0,
      isBad: (x) => x <= 0,
      cause: { en: 'the logarithm of zero or less', zh: '对零或负数取对数' },
    },
  ],
  formula: { forward: 'Y = \\ln X', backward: ['\\bar X = \\bar Y \\oslash X'] },
  why: {
    en: 'The slope of the logarithm at x is 1/x. Close to zero it is steep, so small inputs receive large gradients.',
    zh: '对数在 x 处的斜率是 1/x。靠近零时很陡，所以小的输入得到大的梯度。',
  },
  torch: ([x]) => `torch.log(${x})`,
  cases: unaryCases(0.5, 3),
  node: {
    kind: 'Log',
    help: { en: 'Natural logarithm of every element.', zh: '逐元素求自然对数。' },
    inputs: oneInput,
  },
});
