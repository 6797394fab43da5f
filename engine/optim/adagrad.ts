import type { Tensor } from '../autograd/tensor.ts';
import { Optimizer } from './optimizer.ts';
import { complete, decayed, type OptimizerRule, slot } from './rule.ts';

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
