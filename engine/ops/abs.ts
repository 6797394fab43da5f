import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export const abs = defineOp({
  name: 'abs',
  shape: unchanged,
  saves: ['input0'],
  makes: { backward: 2 },
  forward: (k, [x]) => [k.abs(present(x))],
  backward: (k, [g], { input0: x }) => [k.mul(present(g), k.sign(present(x)))],
  formula: { forward: 'Y = |X|', backward: ['\\bar X = \\bar Y \\odot \\operatorname{sign} X'] },
  why: {
    en: 'The absolute value rises with slope 1 on the right of zero and falls with slope 1 on the left. At zero itself PyTorch takes 0, between the two.',
    zh: '绝对值在零的右边以斜率 1 上升，在左边以斜率 1 下降。在零处，PyTorch 取两者之间的 0。',
  },
  torch: ([x]) => `torch.abs(${x})`,
  cases: unaryCases(),
  node: {
    kind: 'Abs',
    help: { en: 'Absolute value of every element.', zh: '逐元素求绝对值。' },
    inputs: oneInput,
  },
});
