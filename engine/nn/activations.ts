import { type ModuleOptions, NodeModule } from './module.ts';

/** Activations: any shape → the same shape. Each is `torch.nn`'s class of that name. */

export class ReLU extends NodeModule {
  constructor(options: ModuleOptions = {}) {
    super('ReLU', {}, options);
  }
}
export class LeakyReLU extends NodeModule {
  constructor(negativeSlope = 0.01, options: ModuleOptions = {}) {
    super('LeakyReLU', { negativeSlope }, options);
  }
}
export class GELU extends NodeModule {
  constructor(options: ModuleOptions = {}) {
    super('GELU', {}, options);
  }
}
export class Sigmoid extends NodeModule {
  constructor(options: ModuleOptions = {}) {
    super('Sigmoid', {}, options);
  }
}
export class Tanh extends NodeModule {
  constructor(options: ModuleOptions = {}) {
    super('Tanh', {}, options);
  }
}
export class Softmax extends NodeModule {
  constructor(dim = -1, options: ModuleOptions = {}) {
    super('Softmax', { dim }, options);
  }
}
export class LogSoftmax extends NodeModule {
  constructor(dim = -1, options: ModuleOptions = {}) {
    super('LogSoftmax', { dim }, options);
  }
}
