import type { Shape } from '../tensor/shape.ts';

export interface NamedTensor {
  /** An address: `model/linear1.weight`. */
  readonly address: string;
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
}

/**
 * The name of a parameter in a state_dict: `model/linear1.weight` is `model.linear1.weight`. Ids hold neither dots nor slashes,
 * so no two addresses share one.
 */
const stateName = (address: string): string => address.replaceAll('/', '.');

/**
 * A safetensors file of f32 tensors: 8 bytes with the length of the header (little-endian), the header as JSON with `dtype`,
 * `shape` and `data_offsets` (bytes, counted from its end), then the values, little-endian and row-major. The header is padded
 * with spaces so that the values are aligned. In Python: `safetensors.torch.load_file(path)`.
 */
export function safetensors(tensors: readonly NamedTensor[]): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const header: Record<string, object> = {};
  for (const { address, shape, values } of tensors) {
    const end = offset + values.length * Float32Array.BYTES_PER_ELEMENT;
    header[stateName(address)] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + offset);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(text, 8);
  let at = 8 + headerBytes;
  for (const { values } of tensors)
    for (let i = 0; i < values.length; i++, at += Float32Array.BYTES_PER_ELEMENT)
      view.setFloat32(at, values[i] ?? Number.NaN, true);
  return file;
}
