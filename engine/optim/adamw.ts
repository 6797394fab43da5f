import type { Tensor } from '../autograd/tensor.ts';
import { type AdamSettings, adamState, adamStep } from './adam.ts';
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
};

/** PyTorch: `torch.optim.AdamW`. */
export class AdamW extends Optimizer {
  constructor(params: Iterable<Tensor>, settings: AdamSettings = {}) {
    super(adamw, params, { ...settings });
  }
}
