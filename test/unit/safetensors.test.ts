import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../../engine/tensor/safetensors/encode.ts';
import { SafetensorsError } from '../../engine/tensor/safetensors/safetensors_error.ts';

/** A file with this header, whatever follows it. */
function file(header: string | Uint8Array, body: readonly number[] = []): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

/** One tensor named `a`. */
const one = (dtype: string, shape: readonly number[], body: readonly number[]) =>
  file(JSON.stringify({ a: { dtype, shape, data_offsets: [0, body.length] } }), body);
const values = (dtype: string, body: readonly number[], length: number) =>
  decodeSafetensors(one(dtype, [length], body)).get('a')?.values;

const bytesOf = (array: Float64Array | BigInt64Array | Int32Array): number[] => [...new Uint8Array(array.buffer)];

describe('decodeSafetensors', () => {
  it('reads floats of every width in single precision', () => {
    expect(values('F32', [0, 0, 0x80, 0x3f, 0, 0, 0x80, 0xff], 2)).toEqual(
      Float32Array.of(1, Number.NEGATIVE_INFINITY),
    );
    expect(values('F64', bytesOf(Float64Array.of(0.1, -2)), 2)).toEqual(Float32Array.of(0.1, -2));
    expect(values('BF16', [0x80, 0x3f, 0x49, 0xc0, 0xc0, 0x7f], 3)).toEqual(Float32Array.of(1, -3.140625, Number.NaN));
    // 1, −2, the largest, the smallest normal, the smallest of all, −0, ∞, NaN.
    const halves = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x8000, 0x7c00, 0x7e00];
    expect(
      values(
        'F16',
        halves.flatMap((half) => [half & 255, half >> 8]),
        8,
      ),
    ).toEqual(Float32Array.of(1, -2, 65504, 2 ** -14, 2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NaN));
  });

  it('reads integers in 32 bits and truth values in bytes', () => {
    expect(values('I32', bytesOf(Int32Array.of(-1, 2 ** 31 - 1)), 2)).toEqual(Int32Array.of(-1, 2 ** 31 - 1));
    expect(values('I64', bytesOf(BigInt64Array.of(-(2n ** 31n), 9n)), 2)).toEqual(Int32Array.of(-(2 ** 31), 9));
    expect(values('U8', [0, 255], 2)).toEqual(Int32Array.of(0, 255));
    expect(values('BOOL', [0, 1, 7], 3)).toEqual(Uint8Array.of(0, 1, 1));
  });

  it('reads scalars, tensors without elements and values that stand at odd places, and skips what is noted of the file', () => {
    const header = {
      __metadata__: { format: 'pt' },
      last: { dtype: 'F32', shape: [], data_offsets: [1, 5] },
      none: { dtype: 'F64', shape: [3, 0], data_offsets: [1, 1] },
      first: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
    };
    const found = decodeSafetensors(file(`${JSON.stringify(header)}   `, [7, 0, 0, 0, 0x40]));
    expect([...found]).toEqual([
      ['first', { dtype: 'U8', shape: [1], values: Int32Array.of(7) }],
      ['none', { dtype: 'F64', shape: [3, 0], values: new Float32Array() }],
      ['last', { dtype: 'F32', shape: [], values: Float32Array.of(2) }],
    ]);
  });

  it('keeps names that an object would treat in a way of its own', () => {
    const tensors = ['10', '2', '__proto__', 'weight "é" 权重'].map((name, i) => ({
      name,
      shape: [1],
      values: Float32Array.of(i),
    }));
    const found = decodeSafetensors(encodeSafetensors(tensors));
    expect([...found].map(([name, { values }]) => [name, values[0]])).toEqual(tensors.map(({ name }, i) => [name, i]));
  });

  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const tensors = (...entries: readonly object[]) =>
    JSON.stringify(Object.fromEntries(entries.map((found, i) => [`t${i}`, { ...entry, ...found }])));
  const four = [0, 0, 0, 0];
  it.each([
    ['an empty file', new Uint8Array(), 'safetensors-truncated', '0 bytes'],
    [
      'a length and no more',
      Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0),
      'safetensors-truncated',
      '9 bytes long, but only 0',
    ],
    ['an absurd length', new Uint8Array(16).fill(255), 'safetensors-truncated', 'only 8 follow'],
    ['no header', file(''), 'safetensors-header', 'no JSON object'],
    ['no JSON', file('{"a":'), 'safetensors-header', 'no JSON object'],
    ['no UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), 'safetensors-header', 'it is not UTF-8'],
    ['a list', file('[]'), 'safetensors-header', 'it begins with ['],
    ['a header after a space', file(' {}'), 'safetensors-header', 'it begins with  '],
    ['metadata that is no text', file('{"__metadata__":{"n":1}}'), 'safetensors-header', '__metadata__'],
    ['an entry that is no object', file('{"a":1}'), 'safetensors-tensor', 'a has no dtype, shape and data_offsets'],
    ['no type', file('{"a":{"shape":[],"data_offsets":[0,4]}}', four), 'safetensors-tensor', 'no dtype'],
    ['no shape', file('{"a":{"dtype":"F32","data_offsets":[0,4]}}', four), 'safetensors-tensor', 'no shape'],
    ['a negative size', file(tensors({ shape: [-1] }), four), 'safetensors-tensor', 'no shape'],
    ['half a size', file(tensors({ shape: [0.5] }), four), 'safetensors-tensor', 'no shape'],
    ['no offsets', file('{"a":{"dtype":"F32","shape":[1]}}', four), 'safetensors-tensor', 'no data_offsets'],
    ['three offsets', file(tensors({ data_offsets: [0, 4, 8] }), four), 'safetensors-tensor', 'no data_offsets'],
    ['an unknown type', one('F8_E4M3', [1], [0]), 'safetensors-type', 'F8_E4M3'],
    ['a type of all objects', one('toString', [1], [0]), 'safetensors-type', 'toString'],
    ['a shape beside its bytes', one('F32', [2, 3], four), 'safetensors-shape', '2×3, which takes 24 bytes'],
    ['an absurd shape', one('F32', [2 ** 53 - 1, 2 ** 53 - 1], four), 'safetensors-shape', 'from 0 to 4'],
    ['an absurd shape of nothing', one('F32', [...Array(30).fill(2 ** 40), 0], []), 'safetensors-shape', 'from 0 to 0'],
    ['offsets in reverse', file(tensors({ data_offsets: [4, 0] }), four), 'safetensors-shape', 'from 4 to 0'],
    ['an end beyond the file', file(tensors(entry)), 'safetensors-layout', 'end at byte 4, but the file has 0 bytes'],
    [
      'values that overlap',
      file(tensors({}, { data_offsets: [2, 6] }), [...four, 0, 0]),
      'safetensors-layout',
      't1 begin',
    ],
    [
      'values in a hole',
      file(tensors({}, { data_offsets: [6, 10] }), Array(10).fill(0)),
      'safetensors-layout',
      '4 to 6',
    ],
    ['values after the last', file(tensors({}), [...four, 1]), 'safetensors-layout', 'from 4 to 5, its last'],
    ['bytes without a tensor', file('{}', four), 'safetensors-layout', 'from 0 to 4, its last'],
    [
      'two of one name, spelled in two ways',
      file(`{"a":${JSON.stringify(entry)},"\\u0061" :${JSON.stringify(entry)}}`, four),
      'safetensors-duplicate',
      'named a',
    ],
    ['an integer of 33 bits', one('I64', [1], bytesOf(BigInt64Array.of(2n ** 32n))), 'safetensors-range', '4294967296'],
  ])('says what is wrong with %s', (_name, bytes, code, words) => {
    const failure = thrownBy(() => decodeSafetensors(bytes));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
    expect(failure.hint).not.toBe('');
  });

  it('sees no name twice in what stands inside of entries and strings', () => {
    const header = `{"__metadata__":{"a":"\\"a\\":{","b":"a"},"a":${JSON.stringify({ ...entry, b: { a: [{ a: 1 }] } })}}`;
    expect([...decodeSafetensors(file(header, four)).keys()]).toEqual(['a']);
  });

  it('reads a part of a buffer', () => {
    const bytes = encodeSafetensors([{ name: 'a', shape: [2], values: Int32Array.of(1, -2) }]);
    const around = new Uint8Array(bytes.length + 9).fill(255);
    around.set(bytes, 5);
    expect(decodeSafetensors(around.subarray(5, 5 + bytes.length)).get('a')?.values).toEqual(Int32Array.of(1, -2));
  });
});

describe('encodeSafetensors', () => {
  it('aligns the values', () => {
    const bytes = encodeSafetensors([{ name: 'a', shape: [], values: Float32Array.of(1) }]);
    expect((bytes.length - 4) % 8).toBe(0);
    expect(bytes.subarray(-4)).toEqual(Uint8Array.of(0, 0, 0x80, 0x3f));
  });

  it.each([
    ['two of one name', [tensor('a', [1]), tensor('a', [1])], 'Two tensors are named a'],
    ['the name that is none', [tensor('__metadata__', [1])], '__metadata__'],
    ['values that do not fill their shape', [tensor('a', [2, 2])], '2×2, but has 1 values'],
  ])('refuses %s', (_name, tensors, words) => {
    expect(thrownBy(() => encodeSafetensors(tensors)).message).toContain(words);
  });
});

function tensor(name: string, shape: readonly number[]) {
  return { name, shape, values: Float32Array.of(1) };
}

function thrownBy(run: () => unknown): SafetensorsError {
  try {
    run();
  } catch (error) {
    if (error instanceof SafetensorsError) return error;
    throw error;
  }
  return expect.fail('nothing was thrown');
}
