import type { Tensor } from '../autograd/tensor.ts';
import { type AdamSettings, adamFormula, adamState, adamStep } from './adam.ts';
import { Optimizer } from './optimizer.ts';
import { complete, type OptimizerRule } from './rule.ts';

const defaults = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 1e-2 } as const;

/** Adam whose decay acts on the parameter, p ← p · (1 − lr · weightDecay), and not through the gradient. */
export const adamw: OptimizerRule = {
  name: 'AdamW',
  defaults,
  state: adamState,
  step(k, param, grad, state, settings, stepCount) {
    const all = complete(defaults, settings);
    k.assign(param, k.mul(param, 1 - all.lr * all.weightDecay));
    adamStep(k, param, grad, state, all, stepCount);
  },
  formula(settings, stepCount) {
    const all = complete(defaults, settings);
    const step = adamFormula(all, stepCount, 'g');
    if (all.weightDecay === 0) return step;
    return {
      ...step,
      lines: ['W \\leftarrow W - \\eta \\lambda W', ...step.lines],
      constants: [['\\lambda', all.weightDecay], ...step.constants],
    };
  },
  why: {
    en: 'It is Adam, with the weights drawn towards zero beside the step and not through the gradient. There the decay would be divided by the size of the gradients, and weights with large ones would hardly decay.',
    zh: '它就是 Adam，但权重衰减与更新分开进行，不经过梯度。若经过梯度，衰减会被梯度大小除掉，梯度大的权重几乎不衰减。',
  },
};

/** PyTorch: `torch.optim.AdamW`. */
export class AdamW extends Optimizer {
  constructor(params: Iterable<Tensor>, settings: AdamSettings = {}) {
    super(adamw, params, settings);
  }
}
