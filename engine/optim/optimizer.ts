import type { Tensor } from '../autograd/tensor.ts';
import { inspected } from '../tensor/inspected.ts';
import { complete, type GivenSettings, type OptimizerRule, type OptimizerState } from './rule.ts';

interface Owned {
  readonly param: Tensor;
  readonly state: OptimizerState;
  steps: number;
}

/** What the public optimizers share; PyTorch's `torch.optim.Optimizer` with one group of parameters. */
export class Optimizer {
  /** May be changed between steps: `optimizer.settings.lr = 0.01`. */
  readonly settings: Record<string, number | boolean>;
  private readonly rule: OptimizerRule;
  private readonly owned: readonly Owned[];

  constructor(rule: OptimizerRule, params: Iterable<Tensor>, settings: GivenSettings) {
    const has = `it has ${Object.keys(rule.defaults).join(', ')}`;
    if (typeof settings !== 'object')
      throw new TypeError(`${rule.name} takes its settings by name; got ${String(settings)}; ${has}`);
    if (!(Symbol.iterator in Object(params)))
      throw new TypeError(`${rule.name} takes a list of parameters, as model.parameters() gives it`);
    const unknown = Object.keys(settings).find((name) => !(name in rule.defaults));
    if (unknown !== undefined) throw new Error(`${rule.name} has no setting "${unknown}"; ${has}`);
    this.rule = rule;
    this.settings = { ...complete(rule.defaults, settings) };
    for (const [name, value] of Object.entries(this.settings))
      if (typeof value === 'number' && !(value >= 0 || name === 'dampening'))
        throw new RangeError(`${rule.name}: ${name} is at least 0; got ${value}`);
      else if (name.startsWith('beta') && Number(value) >= 1)
        throw new RangeError(`${rule.name}: ${name} is less than 1; got ${value}`);
    const seen = new Set<Tensor>();
    this.owned = [...params].map((param) => {
      if (seen.has(param)) throw new Error(`${rule.name} got a parameter twice: each is updated once in a step`);
      seen.add(param);
      if (!param.isLeaf) throw new Error(`${rule.name} updates leaves only`);
      return { param, state: rule.state(param.context.kernels, param.value, settings), steps: 0 };
    });
    if (this.owned.length === 0) throw new Error(`${rule.name} got no parameters`);
  }

  /** Updates every parameter that has a gradient. */
  step(): void {
    for (const one of this.owned) {
      const { param, state } = one;
      const grad = param.grad;
      if (grad === null) continue;
      one.steps++;
      const k = param.context.kernels;
      k.backend.scope(() =>
        k.backend.fuse(() => this.rule.step(k, param.value, grad.value, state, this.settings, one.steps)),
      );
      param.context.wrote(param.value);
    }
  }

  /** Sets every gradient to none. */
  zeroGrad(): void {
    for (const { param } of this.owned) param.grad = null;
  }

  /**
   * Its settings as they are now: `SGD(lr=0.1, momentum=0.9, dampening=0, nesterov=false, weightDecay=0)`. `console.log(optimizer)` of
   * Node prints it too. PyTorch: `repr`.
   */
  toString(): string {
    const settings = Object.entries(this.settings).map(([name, value]) => `${name}=${value}`);
    return `${this.rule.name}(${settings.join(', ')})`;
  }
  [inspected](): string {
    return this.toString();
  }
}
