/** Element types. `f64` exists on the reference backend only, for gradcheck; `i32` holds labels, `bool` masks. */
export type DType = 'f32' | 'f64' | 'i32' | 'bool';
export type FloatType = 'f32' | 'f64';
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** What holds elements of a type. */
export const typedArrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, bool: Uint8Array } as const;

/** Bytes of an element. */
export const elementSizes: Readonly<Record<DType, number>> = { f32: 4, f64: 8, i32: 4, bool: 1 };

/** A zero-filled array of `length` elements of `dtype`. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new typedArrays[dtype](length);
}

/** The type of what an array of these holds. */
export function dtypeOf(elements: TypedArray): DType {
  if (elements instanceof Float32Array) return 'f32';
  if (elements instanceof Float64Array) return 'f64';
  return elements instanceof Int32Array ? 'i32' : 'bool';
}

export const isFloat = (dtype: DType): dtype is FloatType => dtype === 'f32' || dtype === 'f64';

/** The type of a number that stands beside elements of a type: whole only beside whole numbers. */
export function typeBeside(x: number, other: DType, floatType: FloatType): DType {
  if (isFloat(other)) return other;
  return other === 'i32' && Number.isInteger(x) ? 'i32' : floatType;
}
