import type { Tensor } from '../autograd/tensor.ts';
import { bceWithLogitsLoss } from '../nodes/kinds/bce_with_logits_loss.ts';
import { crossEntropyLoss } from '../nodes/kinds/cross_entropy_loss.ts';
import { l1Loss } from '../nodes/kinds/l1_loss.ts';
import { mseLoss } from '../nodes/kinds/mse_loss.ts';
import type { NodeKind } from '../nodes/node.ts';
import { type ModuleOptions, NodeModule } from './node_module.ts';

export interface LossOptions extends ModuleOptions {
  /** Of the single losses: their mean (the default), their sum, or with 'none' all of them. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/** A loss: `forward(input, target)` → scalar; with `reduction: 'none'` → the shape that each class names. */
class Loss extends NodeModule {
  constructor(kind: NodeKind, options: LossOptions) {
    super(kind, { reduction: options.reduction ?? 'mean' }, options);
  }
  /** @throws ShapeError */
  override forward(input: Tensor, target: Tensor): Tensor {
    return this.run(input, target);
  }
}

/** `nn.MSELoss`: input and target of one shape → scalar; with 'none' → that shape. */
export class MSELoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(mseLoss, options);
  }
}
/** `nn.L1Loss`: input and target of one shape → scalar; with 'none' → that shape. */
export class L1Loss extends Loss {
  constructor(options: LossOptions = {}) {
    super(l1Loss, options);
  }
}
/** `nn.CrossEntropyLoss`: logits (N, C) and class indices (N), i32 → scalar; with 'none' → (N). */
export class CrossEntropyLoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(crossEntropyLoss, options);
  }
}
/** `nn.BCEWithLogitsLoss`: logits and probabilities of one shape → scalar; with 'none' → that shape. */
export class BCEWithLogitsLoss extends Loss {
  constructor(options: LossOptions = {}) {
    super(bceWithLogitsLoss, options);
  }
}
