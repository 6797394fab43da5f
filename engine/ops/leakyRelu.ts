import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

export type LeakyReluAttributes = { readonly negativeSlope?: number };

export const leakyRelu = defineOp<LeakyReluAttributes>({
  name: 'leakyRelu',
  shape: unchanged,
  saves: ['input0'],
  makes: { forward: 1.25, backward: 2.25 },
  forward: (k, [x], { negativeSlope = 0.01 }) => [
    k.where(k.gt(present(x), 0), present(x), k.mul(present(x), negativeSlope)),
  ],
  backward: (k, [g], { input0: x }, { negativeSlope = 0.01 }) => [
    k.where(k.gt(present(x), 0), present(g), k.mul(present(g), negativeSlope)),
  ],
  formula: {
    forward: 'Y = X \\odot [X > 0] + s\\, X \\odot [X \\le 0]',
    backward: ['\\bar X = \\bar Y \\odot [X > 0] + s\\, \\bar Y \\odot [X \\le 0]'],
  },
  why: {
    en: 'Right of zero the slope is 1, left of it the small slope s. So a unit that is switched off still learns a little.',
    zh: '零的右边斜率为 1，左边为小斜率 s。所以“关闭”的单元仍能学到一点。',
  },
  torch: ([x], { negativeSlope = 0.01 }) => `torch.nn.functional.leaky_relu(${x}, ${negativeSlope})`,
  cases: [...unaryCases(), { inputs: [{ shape: [3, 4] }], attrs: { negativeSlope: 0.2 } }],
  node: {
    kind: 'LeakyReLU',
    category: 'activations',
    help: {
      en: 'Lets positive elements pass and multiplies the others by a small slope.',
      zh: '正数原样通过，其余乘以一个小斜率。',
    },
    inputs: oneInput,
    settings: {
      negativeSlope: { type: 'float', default: 0.01, min: 0, label: { en: 'negative slope', zh: '负半轴斜率' } },
    },
    attributes: ({ negativeSlope }) => ({ negativeSlope: Number(negativeSlope) }),
  },
});
