import { Layer, type ModuleOptions } from './node_module.ts';

/** Activations: any shape → the same shape. Each is `torch.nn`'s class of that name. */

export class ReLU extends Layer {
  constructor(options: ModuleOptions = {}) {
    super('ReLU', {}, options);
  }
}
export class LeakyReLU extends Layer {
  constructor(negativeSlope = 0.01, options: ModuleOptions = {}) {
    super('LeakyReLU', { negativeSlope }, options);
  }
}
export class GELU extends Layer {
  constructor(options: ModuleOptions = {}) {
    super('GELU', {}, options);
  }
}
export class Sigmoid extends Layer {
  constructor(options: ModuleOptions = {}) {
    super('Sigmoid', {}, options);
  }
}
export class Tanh extends Layer {
  constructor(options: ModuleOptions = {}) {
    super('Tanh', {}, options);
  }
}
export class Softmax extends Layer {
  constructor(dim = -1, options: ModuleOptions = {}) {
    super('Softmax', { dim }, options);
  }
}
export class LogSoftmax extends Layer {
  constructor(dim = -1, options: ModuleOptions = {}) {
    super('LogSoftmax', { dim }, options);
  }
}
