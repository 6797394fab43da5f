import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const sqrt = defineOp({
  name: 'sqrt',
  shape: unchanged,
  saves: ['output0'],
  makes: { backward: 2 },
  forward: (k, [x]) => [k.sqrt(present(x))],
  backward: (k, [g], { output0: y }) => [k.div(present(g), k.mul(2, present(y)))],
  hazards: [
    { input: 0, isBad: (x) => x < 0, cause: { en: 'the square root of a negative number', zh: '对负数开平方' } },
    {
      input: 0,
      pass: 'backward',
      isBad: (x) => x === 0,
      cause: { en: 'the slope of the square root at zero, which is infinite', zh: '平方根在零处的斜率为无穷大' },
    },
  ],
  formula: { forward: 'Y = \\sqrt{X}', backward: ['\\bar X = \\bar Y \\oslash 2Y'] },
  why: {
    en: 'The slope of the root is 1/(2√x), and √x is the output. At zero it is infinite.',
    zh: '平方根的斜率是 1/(2√x)，而 √x 就是输出。在零处斜率为无穷大。',
  },
  torch: ([x]) => `torch.sqrt(${x})`,
  cases: unaryCases(0.5, 3),
  node: {
    kind: 'Sqrt',
    help: { en: 'Square root of every element.', zh: '逐元素求平方根。' },
    inputs: oneInput,
  },
});
