import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const log1p = defineOp({
  name: 'log1p',
  shape: unchanged,
  saves: ['input0'],
  makes: { backward: 2 },
  forward: (k, [x]) => [k.log1p(present(x))],
  backward: (k, [g], { input0: x }) => [k.div(present(g), k.add(present(x), 1))],
  hazards: [
    {
      input: 0,
      isBad: (x) => x <= -1,
      cause: {
        en: 'log1p of −1 or less, the logarithm of zero or less',
        zh: '对 −1 或更小的数取 log1p，即对零或负数取对数',
      },
    },
  ],
  formula: { forward: 'Y = \\ln(1 + X)', backward: ['\\bar X = \\bar Y \\oslash (1 + X)'] },
  why: {
    en: 'The slope of ln(1+x) is 1/(1+x). Computed in one piece it keeps the digits of a small x that 1+x would lose.',
    zh: 'ln(1+x) 的斜率是 1/(1+x)。整体计算能保住 x 很小时 1+x 会丢掉的有效数字。',
  },
  torch: ([x]) => `torch.log1p(${x})`,
  cases: unaryCases(-0.5, 3),
  node: {
    kind: 'Log1p',
    help: { en: 'Natural logarithm of 1 + x, exact for small x.', zh: '求 ln(1 + x)，x 很小时也精确。' },
    inputs: oneInput,
  },
});
