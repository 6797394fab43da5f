import type { Tensor } from '../autograd/tensor.ts';
import { Optimizer } from './optimizer.ts';
import { average, type Constant, complete, decayed, decayFormula, type OptimizerRule, slot } from './rule.ts';

const defaults = { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false } as const;

/** p ← p − lr · g / (√v + eps), v the running average of g²; centered: less the square of the average of g. */
export const rmsprop: OptimizerRule = {
  name: 'RMSprop',
  defaults,
  state: (k, param) => ({
    squareAvg: k.zerosLike(param),
    gradAvg: k.zerosLike(param),
    momentumBuffer: k.zerosLike(param),
  }),
  step(k, param, grad, state, settings) {
    const { lr, alpha, eps, weightDecay, momentum, centered } = complete(defaults, settings);
    const g = decayed(k, grad, param, weightDecay);
    const square = slot(state, 'squareAvg');
    average(k, square, alpha, k.square(g));
    let variance = square;
    if (centered) {
      const mean = slot(state, 'gradAvg');
      average(k, mean, alpha, g);
      variance = k.sub(square, k.square(mean));
    }
    const denominator = k.add(k.sqrt(variance), eps);
    if (momentum > 0) {
      const buffer = slot(state, 'momentumBuffer');
      k.assign(buffer, k.add(k.mul(buffer, momentum), k.div(g, denominator)));
      k.assign(param, k.add(param, k.mul(buffer, -lr)));
    } else k.assign(param, k.add(param, k.div(k.mul(g, -lr), denominator)));
  },
  formula(settings) {
    const { lr, alpha, eps, weightDecay, momentum, centered } = complete(defaults, settings);
    const { g, lines, constants } = decayFormula(weightDecay);
    const scaled = `\\dfrac{${g}}{\\sqrt{${centered ? 'v - a^{2}' : 'v'}} + \\varepsilon}`;
    const step =
      momentum > 0
        ? [`b \\leftarrow \\mu b + ${scaled}`, 'W \\leftarrow W - \\eta\\, b']
        : [`W \\leftarrow W - \\eta\\, ${scaled}`];
    return {
      lines: [
        ...lines,
        `v \\leftarrow \\alpha v + (1 - \\alpha)\\, {${g}}^{2}`,
        ...(centered ? [`a \\leftarrow \\alpha a + (1 - \\alpha)\\, ${g}`] : []),
        ...step,
      ],
      constants: [
        ['\\eta', lr],
        ...constants,
        ['\\alpha', alpha],
        ['\\varepsilon', eps],
        ...(momentum > 0 ? [['\\mu', momentum] satisfies Constant] : []),
      ],
      memory: {
        squareAvg: 'v',
        ...(centered ? { gradAvg: 'a' } : {}),
        ...(momentum > 0 ? { momentumBuffer: 'b' } : {}),
      },
    };
  },
  why: {
    en: 'Divided by the root of its recent mean square, every element takes steps of about the same size, whether its gradients are large or small. What was long ago is forgotten, by a share of 1 − α in every step.',
    zh: '除以近期的均方根后，无论梯度大小，每个元素的步长都差不多。很久以前的梯度会被遗忘，每步遗忘 1 − α。',
  },
};

/** PyTorch: `torch.optim.RMSprop`. */
export class RMSprop extends Optimizer {
  constructor(
    params: Iterable<Tensor>,
    settings: {
      lr?: number;
      alpha?: number;
      eps?: number;
      weightDecay?: number;
      momentum?: number;
      centered?: boolean;
    } = {},
  ) {
    super(rmsprop, params, settings);
  }
}
