/**
 * The public API of `@gradloom/engine`: tensors, autograd, layers and optimizers under PyTorch's names in camelCase. It needs no
 * package. Documents, and sessions that train them, are in `@gradloom/engine/documents`.
 */
export { type Context, noGrad } from './autograd/context.ts';
export {
  fromArray,
  full,
  type NestedNumbers,
  ones,
  onesLike,
  type TensorOptions,
  tensor,
  where,
  zeros,
  zerosLike,
} from './autograd/create.ts';
export * as autograd from './autograd/index.ts';
export { loadSafetensors, saveSafetensors } from './autograd/safetensors.ts';
export { keep, steps } from './autograd/steps.ts';
export { Tensor, type TensorLike } from './autograd/tensor.ts';
export { OutOfMemory } from './backends/out_of_memory.ts';
export { DataError } from './data/data_error.ts';
export * as data from './data/index.ts';
export { loadWeights } from './data/load_weights.ts';
export { batches, type Minibatch, type MinibatchOptions } from './data/minibatches.ts';
export { type DeviceName, useDevice } from './devices/use_device.ts';
export * as nn from './nn/index.ts';
export { rand, randn, uniform } from './nn/random_tensors.ts';
export * as optim from './optim/classes.ts';
export { manualSeed } from './random/default.ts';
export * as random from './random/module.ts';
export { PythonRandom } from './random/python.ts';
export { TorchGenerator } from './random/torch.ts';
export type { DType } from './tensor/dtype.ts';
export { SafetensorsError } from './tensor/safetensors/safetensors_error.ts';
export { type Shape, ShapeError } from './tensor/shape.ts';
