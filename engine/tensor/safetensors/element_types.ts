import type { DType } from '../dtype.ts';
import { SafetensorsError } from './safetensors_error.ts';

/** What a type of the format takes in a file, and what the engine holds such elements as. Little-endian. */
export interface ElementType {
  readonly bytes: number;
  readonly dtype: Exclude<DType, 'f64'>;
  /** @throws SafetensorsError `safetensors-range` */
  readonly read: (view: DataView, at: number) => number;
}

/** The types that are read. Of a double, single precision is left. */
export const elementTypes = {
  F64: { bytes: 8, dtype: 'f32', read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, dtype: 'f32', read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, dtype: 'f32', read: (view, at) => float16(view.getUint16(at, true)) },
  BF16: { bytes: 2, dtype: 'f32', read: (view, at) => bfloat16(view.getUint16(at, true)) },
  I64: { bytes: 8, dtype: 'i32', read: (view, at) => int32(view.getBigInt64(at, true)) },
  I32: { bytes: 4, dtype: 'i32', read: (view, at) => view.getInt32(at, true) },
  U8: { bytes: 1, dtype: 'i32', read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, dtype: 'bool', read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
} as const satisfies Readonly<Record<string, ElementType>>;

export type ElementTypeName = keyof typeof elementTypes;

export const isElementType = (name: string): name is ElementTypeName => Object.hasOwn(elementTypes, name);

/** What elements of the engine are written as. */
export const writtenAs = { f32: 'F32', f64: 'F64', i32: 'I32', bool: 'BOOL' } as const satisfies Readonly<
  Record<DType, ElementTypeName>
>;

/** IEEE's half precision: a sign, 5 bits of exponent, 10 of mantissa. `DataView.getFloat16` is younger than Node 20. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15));
}

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a single. */
function bfloat16(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

function int32(value: bigint): number {
  if (value !== BigInt.asIntN(32, value))
    throw new SafetensorsError(
      'safetensors-range',
      `It holds the integer ${value}, and integers here have 32 bits`,
      'Save smaller integers, or floats',
    );
  return Number(value);
}
