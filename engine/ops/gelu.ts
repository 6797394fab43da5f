import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { defineOp } from './op.ts';
import { oneInput, present, unaryCases, unchanged } from './shared.ts';

/** The distribution function of the standard normal. */
const normalCdf = (k: Kernels, x: NDArray): NDArray => k.mul(k.add(k.erf(k.mul(x, Math.SQRT1_2)), 1), 0.5);

export const gelu = defineOp({
  name: 'gelu',
  shape: unchanged,
  saves: ['input0'],
  makes: { forward: 4, backward: 11 },
  forward: (k, [x]) => [k.mul(present(x), normalCdf(k, present(x)))],
  backward: (k, [g], { input0: saved }) => {
    const x = present(saved);
    const density = k.mul(k.exp(k.mul(k.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [k.mul(present(g), k.add(normalCdf(k, x), k.mul(x, density)))];
  },
  formula: {
    forward:
      'Y = X \\odot \\Phi(X),\\quad \\Phi(x) = \\tfrac12\\bigl(1 + \\operatorname{erf}\\tfrac{x}{\\sqrt2}\\bigr)',
    backward: ['\\bar X = \\bar Y \\odot \\bigl(\\Phi(X) + X \\odot \\varphi(X)\\bigr)'],
  },
  why: {
    en: 'By the product rule: x times the slope of the normal distribution function, which is its density, plus the function itself. For large x the slope is 1, for very negative x it is 0, in between it dips slightly below 0.',
    zh: '按乘法法则：x 乘以正态分布函数的斜率（即密度），再加上函数本身。x 很大时斜率为 1，很负时为 0，中间略低于 0。',
  },
  torch: ([x]) => `torch.nn.functional.gelu(${x})`,
  cases: unaryCases(),
  node: {
    kind: 'GELU',
    category: 'activations',
    help: {
      en: 'x times the probability that a normal variable is below x (exact, with erf).',
      zh: 'x 乘以标准正态变量小于 x 的概率（用 erf 精确计算）。',
    },
    inputs: oneInput,
  },
});
