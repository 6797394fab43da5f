import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const neg = defineOp({
  name: 'neg',
  shape: unchanged,
  saves: [],
  forward: (k, [x]) => [k.neg(present(x))],
  backward: (k, [g]) => [k.neg(present(g))],
  formula: { forward: 'Y = -X', backward: ['\\bar X = -\\bar Y'] },
  why: {
    en: 'Negation turns every change around. The gradient turns around with it.',
    zh: '取负把每个变化反过来，梯度也随之反号。',
  },
  torch: ([x]) => `torch.neg(${x})`,
  cases: unaryCases(),
  node: {
    kind: 'Neg',
    help: { en: 'The negative of every element.', zh: '每个元素取相反数。' },
    inputs: oneInput,
  },
});
