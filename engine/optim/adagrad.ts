import type { Tensor } from '../autograd/tensor.ts';
import { Optimizer } from './optimizer.ts';
import { type Constant, complete, decayed, decayFormula, type OptimizerRule, slot } from './rule.ts';

const defaults = { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 } as const;

/** p ← p − lr / (1 + (t − 1) · lrDecay) · g / (√s + eps), s the sum of all g² so far. */
export const adagrad: OptimizerRule = {
  name: 'Adagrad',
  defaults,
  state(k, param, settings) {
    const { initialAccumulatorValue } = complete(defaults, settings);
    return { sum: k.full(param.shape, initialAccumulatorValue, param.dtype) };
  },
  step(k, param, grad, state, settings, stepCount) {
    const { lr, lrDecay, weightDecay, eps } = complete(defaults, settings);
    const g = decayed(k, grad, param, weightDecay);
    const sum = slot(state, 'sum');
    k.assign(sum, k.add(sum, k.square(g)));
    const rate = lr / (1 + (stepCount - 1) * lrDecay);
    k.assign(param, k.add(param, k.div(k.mul(g, -rate), k.add(k.sqrt(sum), eps))));
  },
  formula(settings, stepCount) {
    const { lr, lrDecay, weightDecay, eps } = complete(defaults, settings);
    const { g, lines, constants } = decayFormula(weightDecay);
    const isSlowing = lrDecay !== 0;
    const rate = lr / (1 + (stepCount - 1) * lrDecay);
    return {
      lines: [
        ...lines,
        `s \\leftarrow s + {${g}}^{2}`,
        ...(isSlowing ? ['\\eta_t = \\dfrac{\\eta}{1 + (t - 1)\\, \\gamma}'] : []),
        `W \\leftarrow W - ${isSlowing ? '\\eta_t' : '\\eta'}\\, \\dfrac{${g}}{\\sqrt{s} + \\varepsilon}`,
      ],
      constants: [
        ['\\eta', lr],
        ...constants,
        ['\\varepsilon', eps],
        ...(isSlowing
          ? ([
              ['\\gamma', lrDecay],
              ['t', stepCount],
              ['\\eta_t', rate],
            ] satisfies Constant[])
          : []),
      ],
      memory: { sum: 's' },
    };
  },
  why: {
    en: 'Divided by the root of the sum of all its squares, an element that had large gradients takes smaller steps from then on. A rare one, whose sum has stayed small, still takes large ones.',
    zh: '除以全部平方和的根后，梯度曾经很大的元素此后步长变小。少见的元素平方和仍小，步长依然大。',
  },
};

/** PyTorch: `torch.optim.Adagrad`. */
export class Adagrad extends Optimizer {
  constructor(
    params: Iterable<Tensor>,
    settings: {
      lr?: number;
      lrDecay?: number;
      weightDecay?: number;
      initialAccumulatorValue?: number;
      eps?: number;
    } = {},
  ) {
    super(adagrad, params, settings);
  }
}
