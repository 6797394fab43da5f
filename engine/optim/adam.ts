import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray } from '../backends/backend.ts';
import type { Kernels } from '../backends/kernels.ts';
import { Optimizer } from './optimizer.ts';
import { average, complete, decayed, type OptimizerRule, type OptimizerState, slot } from './rule.ts';

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

export const adam: OptimizerRule = {
  name: 'Adam',
  defaults,
  state: adamState,
  step(k, param, grad, state, settings, stepCount) {
    const all = complete(defaults, settings);
    adamStep(k, param, decayed(k, grad, param, all.weightDecay), state, all, stepCount);
  },
};

export interface AdamSettings {
  lr?: number;
  beta1?: number;
  beta2?: number;
  eps?: number;
  weightDecay?: number;
}

/** PyTorch: `torch.optim.Adam`; `betas` are `beta1` and `beta2`. */
export class Adam extends Optimizer {
  constructor(params: Iterable<Tensor>, settings: AdamSettings = {}) {
    super(adam, params, { ...settings });
  }
}
