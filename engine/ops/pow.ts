import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { defineOp, type Formula } from './op.ts';
import { binaryCases, broadcast, present } from './shared.ts';

/** The exponent is the second input, or, where there is none, the number `exponent`. */
export type PowAttributes = { readonly exponent?: number };

const base = [0, '-0', 'inf', '-inf', 'nan', 1, -1, 0.5] as const;

const twoOperands: Formula = {
  forward: 'Y = A^{B}',
  backward: ['\\bar A = \\bar Y \\odot B \\odot A^{B-1}', '\\bar B = \\bar Y \\odot Y \\odot \\ln A'],
};

/** PyTorch takes roots for ±½: they differ from the power at −∞ and −0. */
function power(k: Kernels, x: NDArray, exponent: number): NDArray {
  if (exponent === 0.5) return k.sqrt(x);
  return exponent === -0.5 ? k.reciprocal(k.sqrt(x)) : k.pow(x, exponent);
}

export const pow = defineOp<PowAttributes>({
  name: 'pow',
  shape: broadcast,
  saves: ['input0', 'input1', 'output0'],
  reads: [
    ['input0', 'input1'],
    ['input0', 'input1', 'output0'],
  ],
  makes: { backward: 5 },
  forward: (k, [x, e], { exponent = 2 }) => [e === undefined ? power(k, present(x), exponent) : k.pow(present(x), e)],
  backward: (k, grads, { input0, input1: e, output0: y }, { exponent = 2 }, needs, [sx, se]) => {
    const g = present(grads[0]);
    const x = present(input0);
    if (e === undefined)
      return [exponent === 0 ? k.zerosLike(x) : k.mul(g, k.mul(power(k, x, exponent - 1), exponent))];
    const ofBase = (): NDArray => k.where(k.eq(e, 0), 0, k.mul(g, k.mul(e, k.pow(x, k.sub(e, 1)))));
    // 0 to a power that is not negative stays 0 (or 1) when the power changes a little; the logarithm would say −∞ · 0.
    const flat = (): NDArray => k.backend.where(k.eq(x, 0), k.ge(e, 0), k.zeros([], 'bool'));
    const ofExponent = (): NDArray => k.mul(g, k.where(flat(), 0, k.mul(present(y), k.log(x))));
    return [
      needs[0] ? k.sumTo(ofBase(), present(sx)) : undefined,
      needs[1] ? k.sumTo(ofExponent(), present(se)) : undefined,
    ];
  },
  hazards: [
    {
      input: 0,
      isBad: (x) => x <= 0,
      cause: {
        en: 'a power of zero or less: a negative exponent divides by it, a fractional one takes its root',
        zh: '对零或负数求幂：负指数等于除以它，分数指数等于开方',
      },
    },
    {
      input: 0,
      pass: 'backward',
      isBad: (x) => x <= 0,
      cause: { en: 'the slope of a power at zero or less', zh: '幂在零或负数处的斜率' },
    },
  ],
  formula: twoOperands,
  formulaFor: ({ exponent }) =>
    exponent === undefined
      ? twoOperands
      : {
          forward: `Y = A^{${exponent}}`,
          backward: [`\\bar A = ${exponent}\\, \\bar Y \\odot A^{${Math.round((exponent - 1) * 1e6) / 1e6}}`],
        },
  why: {
    en: 'The power rule: the exponent comes down as a factor and is lowered by one. With respect to the exponent, the power is an exponential function whose rate is ln A.',
    zh: '幂法则：指数提到前面作为因子，并减一。对指数而言，幂是以 ln A 为速率的指数函数。',
  },
  torch: ([x, e], { exponent = 2 }) => `torch.pow(${x}, ${e ?? exponent})`,
  cases: [
    ...binaryCases(0.5, 2, -2, 2),
    ...[0, 1, 2, 3, -1, 0.5, 2.5, -1.5].flatMap((exponent) => [
      { inputs: [{ shape: [3, 4], from: 0.5, to: 2 }], attrs: { exponent } },
      { inputs: [{ shape: [8], values: base }], attrs: { exponent }, gradcheck: false },
    ]),
    { inputs: [{ shape: [0, 3] }], attrs: { exponent: 3 } },
    { inputs: [{ shape: [2, 1], from: -2, to: -0.5 }], attrs: { exponent: 3 } },
  ],
  node: {
    kind: 'Pow',
    help: {
      en: 'Every element to a power: the number in the settings, or a tensor where one is wired.',
      zh: '逐元素求幂：指数取设置中的数；若接入张量，则取该张量。',
    },
    inputs: [
      { name: 'input', type: 'tensor' },
      { name: 'other', type: 'tensor', optional: true },
    ],
    settings: { exponent: { type: 'float', default: 2, label: { en: 'exponent', zh: '指数' } } },
    attributes: ({ exponent }) => ({ exponent: Number(exponent) }),
  },
});
