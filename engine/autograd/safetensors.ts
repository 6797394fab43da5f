import { dtypeOf, isFloat } from '../tensor/dtype.ts';
import { decodeSafetensors } from '../tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../tensor/safetensors/encode.ts';
import type { Context } from './context.ts';
import { fromArray } from './create.ts';
import type { Tensor } from './tensor.ts';

/**
 * A safetensors file of these tensors, by name, in their order: `saveSafetensors(model.stateDict())`. Shapes and types are kept, whether
 * they require a gradient is not. PyTorch: `safetensors.torch.save`.
 * @throws SafetensorsError where a tensor is named `__metadata__`
 */
export const saveSafetensors = (tensors: ReadonlyMap<string, Tensor>): Uint8Array<ArrayBuffer> =>
  encodeSafetensors([...tensors].map(([name, tensor]) => ({ name, shape: tensor.shape, values: tensor.data() })));

/**
 * The tensors of a safetensors file, by name: leaves that require no gradient, as `model.loadStateDict` takes them. F64, F32, F16 and
 * BF16 become `f32`, I64, I32 and U8 `i32`, BOOL `bool`. PyTorch: `safetensors.torch.load`.
 * @throws SafetensorsError where the file is damaged, or holds what cannot be represented here
 */
export const loadSafetensors = (bytes: Uint8Array, options: { readonly context?: Context } = {}): Map<string, Tensor> =>
  new Map(
    [...decodeSafetensors(bytes)].map(([name, { shape, values }]) => {
      const dtype = dtypeOf(values);
      // Floats are what the context computes with.
      return [name, fromArray(values, shape, isFloat(dtype) ? options : { ...options, dtype })];
    }),
  );
