import type { Tensor } from '../autograd/tensor.ts';
import { Optimizer } from './optimizer.ts';
import { complete, decayed, type OptimizerRule, slot } from './rule.ts';

const defaults = { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 } as const;

/** v ← momentum · v + (1 − dampening) · g (at first v ← g); p ← p − lr · v, or with nesterov p − lr · (g + momentum · v). */
export const sgd: OptimizerRule = {
  name: 'SGD',
  defaults,
  state: (k, param) => ({ momentumBuffer: k.zerosLike(param) }),
  step(k, param, grad, state, settings, stepCount) {
    const { lr, momentum, dampening, nesterov, weightDecay } = complete(defaults, settings);
    const g = decayed(k, grad, param, weightDecay);
    let direction = g;
    if (momentum !== 0) {
      const buffer = slot(state, 'momentumBuffer');
      k.assign(buffer, stepCount === 1 ? g : k.add(k.mul(buffer, momentum), k.mul(g, 1 - dampening)));
      direction = nesterov ? k.add(g, k.mul(buffer, momentum)) : buffer;
    }
    k.assign(param, k.add(param, k.mul(direction, -lr)));
  },
};

/** PyTorch: `torch.optim.SGD`. */
export class SGD extends Optimizer {
  constructor(
    params: Iterable<Tensor>,
    settings: {
      lr?: number;
      momentum?: number;
      dampening?: number;
      nesterov?: boolean;
      weightDecay?: number;
    } = {},
  ) {
    super(sgd, params, settings);
  }
}
