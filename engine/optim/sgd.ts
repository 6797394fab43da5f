import type { Tensor } from '../autograd/tensor.ts';
import { Optimizer } from './optimizer.ts';
import { complete, decayed, decayFormula, type OptimizerRule, slot } from './rule.ts';

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
      const added = dampening === 0 ? g : k.mul(g, k.add(k.mul(filled, 1 - dampening), k.sub(1, filled)));
      k.assign(buffer, k.add(k.mul(buffer, momentum), added));
      direction = nesterov ? k.add(g, k.mul(buffer, momentum)) : buffer;
    }
    k.assign(param, k.add(param, k.mul(direction, -lr)));
    // After the pass over all elements, which is to follow the gradient at once.
    if (momentum !== 0) k.assign(slot(state, 'filled'), k.full([], 1));
  },
  formula(settings) {
    const { lr, momentum, dampening, nesterov, weightDecay } = complete(defaults, settings);
    const { g, lines, constants } = decayFormula(weightDecay);
    const all = [['\\eta', lr] as const, ...constants];
    if (momentum === 0) return { lines: [...lines, `W \\leftarrow W - \\eta\\, ${g}`], constants: all, memory: {} };
    const next = `\\mu v + ${dampening === 0 ? '' : '(1 - \\tau)\\, '}${g}`;
    const buffer = dampening === 0 ? next : `\\begin{cases} ${g} & v = 0 \\\\ ${next} & v \\neq 0 \\end{cases}`;
    return {
      lines: [...lines, `v \\leftarrow ${buffer}`, `W \\leftarrow W - \\eta\\, ${nesterov ? `(${g} + \\mu v)` : 'v'}`],
      constants: [...all, ['\\mu', momentum], ...(dampening === 0 ? [] : [['\\tau', dampening] as const])],
      memory: { momentumBuffer: 'v' },
    };
  },
  why: {
    en: 'The gradient points to where the loss grows fastest, so a small step against it makes the loss smaller. Momentum goes on in the direction of the steps before, which evens out what changes from batch to batch.',
    zh: '梯度指向损失增长最快的方向，所以逆着它走一小步会使损失变小。动量沿之前的方向继续前进，抹平批次之间的变化。',
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
