import { fromArray, type TensorOptions } from '../autograd/create.ts';
import type { Tensor } from '../autograd/tensor.ts';
import { defaultGenerator } from '../random/default.ts';
import { numel, type Shape } from '../tensor/shape.ts';

/** Standard normal values from the stream that `manualSeed` seeds. PyTorch: `torch.randn(shape)`. */
export const randn = (shape: Shape, options: TensorOptions = {}): Tensor =>
  fromArray(defaultGenerator().randn(numel(shape)), shape, options);

/** Uniform values in [low, high) from the same stream. PyTorch: `torch.empty(shape).uniform_(low, high)`. */
export const uniform = (shape: Shape, low: number, high: number, options: TensorOptions = {}): Tensor =>
  fromArray(defaultGenerator().uniform(numel(shape), low, high), shape, options);

/** Uniform values in [0, 1) from the stream that `manualSeed` seeds. PyTorch: `torch.rand(shape)`. */
export const rand = (shape: Shape, options: TensorOptions = {}): Tensor =>
  fromArray(defaultGenerator().rand(numel(shape)), shape, options);
