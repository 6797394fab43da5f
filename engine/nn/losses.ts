import { type ModuleOptions, NodeModule } from './module.ts';

export interface LossOptions extends ModuleOptions {
  readonly reduction?: 'mean' | 'sum';
}

/** A loss: `forward(input, target)` → scalar. */
class Loss extends NodeModule {
  constructor(kind: string, options: LossOptions) {
    super(kind, { reduction: options.reduction ?? 'mean' }, options);
  }
}

/** `nn.MSELoss`: input and target of one shape. */
export class MSELoss extends Loss {
  constructor(options: LossOptions = {}) {
    super('MSELoss', options);
  }
}
/** `nn.L1Loss`: input and target of one shape. */
export class L1Loss extends Loss {
  constructor(options: LossOptions = {}) {
    super('L1Loss', options);
  }
}
/** `nn.CrossEntropyLoss`: logits (N, C) and class indices (N, i32). */
export class CrossEntropyLoss extends Loss {
  constructor(options: LossOptions = {}) {
    super('CrossEntropyLoss', options);
  }
}
/** `nn.BCEWithLogitsLoss`: logits and probabilities of one shape. */
export class BCEWithLogitsLoss extends Loss {
  constructor(options: LossOptions = {}) {
    super('BCEWithLogitsLoss', options);
  }
}
