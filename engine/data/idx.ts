import { formatShape, numel, type Shape } from '../tensor/shape.ts';
import { DataError, grouped } from './data_error.ts';

/** A parsed IDX file: elements in row-major order, in the type the file holds. */
export interface IdxFile {
  readonly shape: Shape;
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

type Read = (view: DataView, bytes: number, count: number, start: number) => IdxFile['values'];

/** Element types by the third byte of the file; numbers are big-endian. */
const types: ReadonlyMap<number, { readonly bytes: number; readonly read: Read }> = new Map([
  [0x08, { bytes: 1, read: (v, _, n, at) => new Uint8Array(v.buffer, v.byteOffset + at, n) }],
  [0x09, { bytes: 1, read: (v, _, n, at) => new Int8Array(v.buffer, v.byteOffset + at, n) }],
  [0x0b, { bytes: 2, read: (v, b, n, at) => Int16Array.from({ length: n }, (_, i) => v.getInt16(at + i * b)) }],
  [0x0c, { bytes: 4, read: (v, b, n, at) => Int32Array.from({ length: n }, (_, i) => v.getInt32(at + i * b)) }],
  [0x0d, { bytes: 4, read: (v, b, n, at) => Float32Array.from({ length: n }, (_, i) => v.getFloat32(at + i * b)) }],
  [0x0e, { bytes: 8, read: (v, b, n, at) => Float64Array.from({ length: n }, (_, i) => v.getFloat64(at + i * b)) }],
]);

const wrongFormat = (name: string, view: DataView): DataError => {
  const gzip = view.byteLength >= 2 && view.getUint16(0) === 0x1f8b;
  const first = Array.from({ length: Math.min(4, view.byteLength) }, (_, i) => view.getUint8(i));
  const shown = first.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return new DataError(
    'idx-format',
    gzip
      ? `${name} is compressed with gzip.`
      : `${name} is no IDX file: it begins with ${shown || 'nothing'}, and IDX files with 00 00, a type and a rank.`,
    gzip ? `Unpack it first: gunzip ${name}.` : 'Choose an IDX file, such as train-images-idx3-ubyte of MNIST.',
  );
};

/** `60000 images of 28×28`, or the sizes alone where there is no noun. */
function contents(shape: Shape): string {
  const [count = 0, ...rest] = shape;
  if (rest.length === 0) return `${count} values`;
  return rest.length === 2 ? `${count} images of ${formatShape(rest)}` : `${count} entries of ${formatShape(rest)}`;
}

/**
 * Reads LeCun's IDX format: two zero bytes, the element type, the rank, the sizes as 32-bit big-endian words, the elements.
 * @param name what messages call the file.
 * @throws DataError `idx-format`, `idx-truncated` or `idx-trailing`
 */
export function parseIdx(buffer: ArrayBuffer, name: string): IdxFile {
  const view = new DataView(buffer);
  const type = view.byteLength >= 4 && view.getUint16(0) === 0 ? types.get(view.getUint8(2)) : undefined;
  const rank = type === undefined ? 0 : view.getUint8(3);
  if (type === undefined || rank === 0) throw wrongFormat(name, view);
  const start = 4 + 4 * rank;
  if (view.byteLength < start)
    throw new DataError(
      'idx-truncated',
      `${name} ends in its header: ${rank} sizes take ${start} bytes, and the file holds ${view.byteLength}.`,
      'Download the file again.',
    );
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = numel(shape);
  const expected = start + count * type.bytes;
  if (view.byteLength !== expected)
    throw new DataError(
      view.byteLength < expected ? 'idx-truncated' : 'idx-trailing',
      `${name} says ${contents(shape)} (${grouped(expected)} bytes) but holds ${grouped(view.byteLength)} bytes.`,
      'Download the file again; the copy is damaged or incomplete.',
    );
  return { shape, values: type.read(view, type.bytes, count, start) };
}
