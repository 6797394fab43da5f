import { kindFromOperation } from '../nodes/from_operation.ts';
import { gelu } from '../ops/gelu.ts';
import { leakyRelu } from '../ops/leakyRelu.ts';
import { logSoftmax } from '../ops/logSoftmax.ts';
import { relu } from '../ops/relu.ts';
import { sigmoid } from '../ops/sigmoid.ts';
import { softmax } from '../ops/softmax.ts';
import { tanh } from '../ops/tanh.ts';
import { Layer, type ModuleOptions } from './node_module.ts';

/** Activations: any shape → the same shape. Each is `torch.nn`'s class of that name. */

export class ReLU extends Layer {
  constructor(options: ModuleOptions = {}) {
    super(kindFromOperation(relu), {}, options);
  }
}
export class LeakyReLU extends Layer {
  constructor(negativeSlope = 0.01, options: ModuleOptions = {}) {
    super(kindFromOperation(leakyRelu), { negativeSlope }, options);
  }
}
export class GELU extends Layer {
  constructor(options: ModuleOptions = {}) {
    super(kindFromOperation(gelu), {}, options);
  }
}
export class Sigmoid extends Layer {
  constructor(options: ModuleOptions = {}) {
    super(kindFromOperation(sigmoid), {}, options);
  }
}
export class Tanh extends Layer {
  constructor(options: ModuleOptions = {}) {
    super(kindFromOperation(tanh), {}, options);
  }
}
export class Softmax extends Layer {
  constructor(dim = -1, options: ModuleOptions = {}) {
    super(kindFromOperation(softmax), { dim }, options);
  }
}
export class LogSoftmax extends Layer {
  constructor(dim = -1, options: ModuleOptions = {}) {
    super(kindFromOperation(logSoftmax), { dim }, options);
  }
}
