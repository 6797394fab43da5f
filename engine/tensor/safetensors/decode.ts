import { allocate, type TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import { type ElementTypeName, elementTypes } from './element_types.ts';
import { readHeader } from './header.ts';

export interface StoredTensor {
  /** As the file says: `BF16`. */
  readonly dtype: ElementTypeName;
  readonly shape: Shape;
  /** Row-major, as the engine holds them: floats in single precision, integers in 32 bits, BOOL in bytes of 0 and 1. */
  readonly values: TypedArray;
}

/**
 * The tensors of a safetensors file by name, in the order of their values. Nothing is allocated before the header agrees with the
 * length of the file. In Python: `safetensors.torch.load(bytes)`.
 * @throws SafetensorsError whatever is wrong with the file
 */
export function decodeSafetensors(bytes: Uint8Array): Map<string, StoredTensor> {
  const { entries, start } = readHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Map(
    entries.map(({ name, dtype, shape, begin, end }) => {
      const { bytes: size, dtype: held, read } = elementTypes[dtype];
      const values = allocate(held, (end - begin) / size);
      for (let i = 0, at = start + begin; i < values.length; i++, at += size) values[i] = read(view, at);
      return [name, { dtype, shape, values }];
    }),
  );
}
