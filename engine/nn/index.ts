/** PyTorch: `torch.nn`. */
export { GELU, LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh } from './activations.ts';
export { type ChainModule, ModuleList, Sequential } from './containers.ts';
export * as functional from './functional.ts';
export { Dropout, Flatten, Linear, type LinearOptions } from './layers.ts';
export { BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, type LossOptions, MSELoss } from './losses.ts';
export { Module, type Named } from './module.ts';
export type { ModuleOptions } from './node_module.ts';
export { Parameter, type ParameterOptions } from './parameter.ts';
export { loadStateDict } from './state_dict.ts';
export type { StateDict } from './take_state.ts';
