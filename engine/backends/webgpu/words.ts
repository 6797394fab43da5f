import type { DType } from '../../tensor/dtype.ts';

/** So many elements as the words that a device has of them: the bits of floats, whole numbers as they are, 0 or 1 for a mask. */
export function wordsOf(dtype: DType, data: ArrayLike<number>, from: number, count: number): Uint32Array {
  const elements = dtype === 'f32' ? new Float32Array(count) : new Int32Array(count);
  if (dtype === 'bool') for (let i = 0; i < count; i++) elements[i] = Number(data[from + i] !== 0);
  // By far the fastest way, also from one type to another.
  else if (isTyped(data)) elements.set(data.subarray(from, from + count));
  else for (let i = 0; i < count; i++) elements[i] = data[from + i] ?? 0;
  return new Uint32Array(elements.buffer);
}

const isTyped = (data: ArrayLike<number>): data is Float32Array | Float64Array | Int32Array | Uint8Array =>
  ArrayBuffer.isView(data);
