import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { Optimizer } from './optimizer.ts';
import {
  average,
  complete,
  decayed,
  decayFormula,
  type OptimizerRule,
  type OptimizerState,
  type StepFormula,
  slot,
} from './rule.ts';

const defaults = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;

export const adamState = (k: Kernels, param: NDArray): OptimizerState => ({
  expAvg: k.zerosLike(param),
  expAvgSq: k.zerosLike(param),
});

/** p ← p − lr · m̂ / (√v̂ + eps), with m̂ and v̂ the averages of g and g², corrected for having started at zero. */
export function adamStep(
  k: Kernels,
  param: NDArray,
  grad: NDArray,
  state: OptimizerState,
  { lr, beta1, beta2, eps }: { lr: number; beta1: number; beta2: number; eps: number },
  stepCount: number,
): void {
  const mean = slot(state, 'expAvg');
  const square = slot(state, 'expAvgSq');
  average(k, mean, beta1, grad);
  average(k, square, beta2, k.square(grad));
  const stepSize = lr / (1 - beta1 ** stepCount);
  const scale = Math.sqrt(1 - beta2 ** stepCount);
  const denominator = k.add(k.div(k.sqrt(square), scale), eps);
  k.assign(param, k.add(param, k.div(k.mul(mean, -stepSize), denominator)));
}

/** What `adamStep` computes from the gradient `g`. */
export function adamFormula(
  { lr, beta1, beta2, eps }: { lr: number; beta1: number; beta2: number; eps: number },
  stepCount: number,
  g: string,
): StepFormula {
  return {
    lines: [
      `m \\leftarrow \\beta_1 m + (1 - \\beta_1)\\, ${g}`,
      `v \\leftarrow \\beta_2 v + (1 - \\beta_2)\\, {${g}}^{2}`,
      '\\hat m = \\dfrac{m}{1 - \\beta_1^{t}} \\qquad \\hat v = \\dfrac{v}{1 - \\beta_2^{t}}',
      'W \\leftarrow W - \\eta\\, \\dfrac{\\hat m}{\\sqrt{\\hat v} + \\varepsilon}',
    ],
    constants: [
      ['\\eta', lr],
      ['\\beta_1', beta1],
      ['\\beta_2', beta2],
      ['\\varepsilon', eps],
      ['t', stepCount],
      ['1 - \\beta_1^{t}', 1 - beta1 ** stepCount],
      ['1 - \\beta_2^{t}', 1 - beta2 ** stepCount],
    ],
    memory: { expAvg: 'm', expAvgSq: 'v' },
  };
}

export const adam: OptimizerRule = {
  name: 'Adam',
  defaults,
  state: adamState,
  step(k, param, grad, state, settings, stepCount) {
    const all = complete(defaults, settings);
    adamStep(k, param, decayed(k, grad, param, all.weightDecay), state, all, stepCount);
  },
  formula(settings, stepCount) {
    const all = complete(defaults, settings);
    const { g, lines, constants } = decayFormula(all.weightDecay);
    const step = adamFormula(all, stepCount, g);
    return { ...step, lines: [...lines, ...step.lines], constants: [...constants, ...step.constants] };
  },
  why: {
    en: 'Divided by the root of its mean square, the mean gradient becomes a step of about the learning rate for every element, however large its gradients are. Both means start at zero and are too small at first; dividing by 1 − βᵗ makes up for it.',
    zh: '梯度的平均值除以其均方根，使每个元素的步长约为学习率，与梯度大小无关。两个平均值都从零开始，起初偏小；除以 1 − βᵗ 加以修正。',
  },
};

export type AdamSettings = {
  lr?: number;
  beta1?: number;
  beta2?: number;
  eps?: number;
  weightDecay?: number;
};

/** PyTorch: `torch.optim.Adam`; `betas` are `beta1` and `beta2`. */
export class Adam extends Optimizer {
  constructor(params: Iterable<Tensor>, settings: AdamSettings = {}) {
    super(adam, params, settings);
  }
}
