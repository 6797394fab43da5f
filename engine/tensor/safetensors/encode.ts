import { dtypeOf, elementSizes, type TypedArray } from '../dtype.ts';
import { formatShape, numel, type Shape } from '../shape.ts';
import { writtenAs } from './element_types.ts';
import { METADATA } from './header.ts';
import { SafetensorsError } from './safetensors_error.ts';

export interface NamedTensor {
  /** As in a state_dict: `model.linear1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  /** Row-major. Their type is that of the tensor. */
  readonly values: TypedArray;
}

/** Values begin at a multiple of this many bytes, so that other readers may look at them in place. */
const ALIGNMENT = 8;

const wrong = (message: string, hint: string) => new SafetensorsError('safetensors-unwritable', message, hint);

/**
 * A safetensors file: 8 bytes with the length of the header, the header as JSON with `dtype`, `shape` and `data_offsets` (bytes,
 * counted from its end), then the values, little-endian and row-major. In Python: `safetensors.torch.load_file(path)`.
 * @throws SafetensorsError `safetensors-unwritable` where two have one name, or values do not fill their shape
 */
export function encodeSafetensors(tensors: Iterable<NamedTensor>): Uint8Array<ArrayBuffer> {
  const entries: [name: string, entry: object][] = [];
  const parts: { readonly at: number; readonly values: TypedArray }[] = [];
  const names = new Set([METADATA]);
  let size = 0;
  for (const { name, shape, values } of tensors) {
    if (names.has(name)) throw wrong(`Two tensors are named ${name}`, 'Give each a name of its own');
    if (values.length !== numel(shape))
      throw wrong(`${name} is ${formatShape(shape)}, but has ${values.length} values`, 'Correct its shape');
    names.add(name);
    const dtype = dtypeOf(values);
    const end = size + values.length * elementSizes[dtype];
    entries.push([name, { dtype: writtenAs[dtype], shape, data_offsets: [size, end] }]);
    parts.push({ at: size, values });
    size = end;
  }
  // An object would put names that are numbers first.
  const json = `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const start = 8 + Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + size);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  file.fill(' '.charCodeAt(0), 8, start);
  file.set(text, 8);
  for (const { at, values } of parts) write(view, start + at, values);
  return file;
}

function write(view: DataView, at: number, values: TypedArray): void {
  const put = {
    f32: (at: number, value: number) => view.setFloat32(at, value, true),
    f64: (at: number, value: number) => view.setFloat64(at, value, true),
    i32: (at: number, value: number) => view.setInt32(at, value, true),
    bool: (at: number, value: number) => view.setUint8(at, value),
  }[dtypeOf(values)];
  for (let i = 0; i < values.length; i++) put(at + i * values.BYTES_PER_ELEMENT, values[i] ?? Number.NaN);
}
