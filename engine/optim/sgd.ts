import type { Tensor } from '../autograd/tensor.ts';
import { Optimizer } from './optimizer.ts';
import { complete, decayed, type OptimizerRule, slot } from './rule.ts';

const defaults = { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 } as const;

/** v ← momentum · v + (1 − dampening) · g (at first v ← g); p ← p − lr · v, or with nesterov p − lr · (g + momentum · v). */
export const sgd: OptimizerRule = {
  name: 'SGD',
  defaults,
  // `filled` is 1 once the buffer holds a gradient, which may be later than the first step: momentum can be raised in a run.
  state: (k, param) => ({ momentumBuffer: k.zerosLike(param), filled: k.zeros([]) }),
  notes: ['filled'],
  step(k, param, grad, state, settings) {
    const { lr, momentum, dampening, nesterov, weightDecay } = complete(defaults, settings);
    const g = decayed(k, grad, param, weightDecay);
    let direction = g;
    if (momentum !== 0) {
      const buffer = slot(state, 'momentumBuffer');
      const filled = slot(state, 'filled');
      // PyTorch's buffer is None until its first use and then starts as a copy of g. A scalar that is not read back selects.
      const share = k.add(k.mul(filled, 1 - dampening), k.sub(1, filled));
      k.assign(buffer, k.add(k.mul(buffer, momentum), k.mul(g, share)));
      k.assign(filled, k.full([], 1));
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
