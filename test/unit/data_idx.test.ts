import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../engine/data/catalogue.ts';
import { DataError } from '../../engine/data/data_error.ts';
import type { FileSource } from '../../engine/data/dataset.ts';
import { parseIdx } from '../../engine/data/idx.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';

/** An IDX file: header and then `body`, whatever the header says. */
function idxFile(type: number, shape: readonly number[], body: Uint8Array): ArrayBuffer {
  const file = new ArrayBuffer(4 + 4 * shape.length + body.length);
  const view = new DataView(file);
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  for (const [i, size] of shape.entries()) view.setUint32(4 + 4 * i, size);
  new Uint8Array(file).set(body, 4 + 4 * shape.length);
  return file;
}
const u8 = (shape: readonly number[], values: readonly number[]) => idxFile(8, shape, Uint8Array.from(values));

function bigEndian(bytes: number, values: readonly number[], set: (v: DataView, at: number, x: number) => void) {
  const body = new Uint8Array(bytes * values.length);
  for (const [i, x] of values.entries()) set(new DataView(body.buffer), i * bytes, x);
  return body;
}

function failure(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
  }
  throw new Error('expected a DataError');
}

describe('parseIdx', () => {
  it('reads bytes of any rank in row-major order', () => {
    expect(parseIdx(u8([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 255]), 'f')).toEqual({
      shape: [2, 2, 2],
      values: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255),
    });
  });

  it('reads big-endian words of the other five types', () => {
    const read = (type: number, body: Uint8Array) => parseIdx(idxFile(type, [2], body), 'f').values;
    expect(read(0x09, Uint8Array.of(255, 127))).toEqual(Int8Array.of(-1, 127));
    expect(
      read(
        0x0b,
        bigEndian(2, [-2, 258], (v, at, x) => v.setInt16(at, x)),
      ),
    ).toEqual(Int16Array.of(-2, 258));
    expect(
      read(
        0x0c,
        bigEndian(4, [-3, 1e9], (v, at, x) => v.setInt32(at, x)),
      ),
    ).toEqual(Int32Array.of(-3, 1e9));
    expect(
      read(
        0x0d,
        bigEndian(4, [0.5, -8], (v, at, x) => v.setFloat32(at, x)),
      ),
    ).toEqual(Float32Array.of(0.5, -8));
    expect(
      read(
        0x0e,
        bigEndian(8, [0.1, -9], (v, at, x) => v.setFloat64(at, x)),
      ),
    ).toEqual(Float64Array.of(0.1, -9));
  });

  it('says what a truncated file should hold and what it holds', () => {
    const file = idxFile(8, [60000, 28, 28], new Uint8Array(984));
    const error = failure(() => parseIdx(file, 'train-images'));
    expect(error.code).toBe('idx-truncated');
    expect(error.message).toBe('train-images says 60000 images of 28×28 (47,040,016 bytes) but holds 1,000 bytes.');
    expect(error.hint).not.toBe('');
  });

  it.each([
    ['ends in the header', new Uint8Array([0, 0, 8, 3, 0, 0]).buffer, 'idx-truncated'],
    ['goes on after the last element', u8([2], [1, 2, 3]), 'idx-trailing'],
    ['begins with another magic', new TextEncoder().encode('PNG, for example').buffer, 'idx-format'],
    ['has an unknown element type', idxFile(7, [1], new Uint8Array(1)), 'idx-format'],
    ['has no sizes', idxFile(8, [], new Uint8Array(1)), 'idx-format'],
    ['is empty', new ArrayBuffer(0), 'idx-format'],
  ])('refuses a file that %s', (_, file, code) => {
    expect(failure(() => parseIdx(file, 'f')).code).toBe(code);
  });

  it('tells how to unpack a gzip file', () => {
    const error = failure(() => parseIdx(Uint8Array.of(0x1f, 0x8b, 8, 0).buffer, 'images.gz'));
    expect(error.code).toBe('idx-format');
    expect(error.hint).toContain('gunzip images.gz');
  });
});

describe('the idx dataset', () => {
  const images = u8([2, 1, 2], [0, 255, 51, 102]);
  const given = (files: Record<string, ArrayBuffer>): FileSource => ({
    async read(name) {
      const file = files[name];
      if (file === undefined) throw new DataError('file-missing', name, 'choose it');
      return file;
    },
  });
  const load = (files: Record<string, ArrayBuffer>, settings: Record<string, unknown> = {}) =>
    loadDataset('idx', { images: 'i', labels: 'l', ...settings }, given(files), new TorchGenerator(0));

  it('flattens images to rows in [0, 1] and keeps labels as i32', async () => {
    const { outputs } = await load({ i: images, l: u8([2], [3, 0]) });
    expect(outputs).toEqual([
      {
        name: 'images',
        train: { dtype: 'f32', shape: [2, 2], values: Float32Array.of(0, 1, 51 / 255, 102 / 255) },
      },
      { name: 'labels', train: { dtype: 'i32', shape: [2], values: Int32Array.of(3, 0) } },
    ]);
  });

  it('brings the test files as the test split', async () => {
    const files = { i: images, l: u8([2], [3, 0]), ti: u8([1, 2], [255, 0]), tl: u8([1], [9]) };
    const { outputs } = await load(files, { testImages: 'ti', testLabels: 'tl', testFraction: 0.5 });
    expect(outputs[0]?.test?.values).toEqual(Float32Array.of(1, 0));
    expect(outputs[1]?.test?.values).toEqual(Int32Array.of(9));
    expect(outputs[0]?.train.shape).toEqual([2, 2]);
  });

  it.each([
    ['counts disagree', { i: images, l: u8([3], [0, 1, 2]) }, {}, 'idx-count'],
    ['a label is not below classes', { i: images, l: u8([2], [3, 10]) }, { classes: 10 }, 'label-range'],
    ['a label is negative', { i: images, l: idxFile(9, [2], Uint8Array.of(0, 255)) }, {}, 'label-range'],
    ['labels and images are swapped', { l: images, i: u8([2], [3, 0]) }, {}, 'idx-labels'],
    ['a file is missing', { i: images }, {}, 'file-missing'],
    ['no file is named', { i: images }, { labels: '' }, 'file-unset'],
    ['test labels lack their images', { i: images, l: u8([2], [3, 0]) }, { testLabels: 'l' }, 'file-unset'],
    [
      'test images differ in size',
      { i: images, l: u8([2], [3, 0]), t: u8([2, 3], [1, 2, 3, 4, 5, 6]) },
      { testImages: 't', testLabels: 'l' },
      'idx-size',
    ],
  ])('refuses where %s', async (_, files: Record<string, ArrayBuffer>, settings, code) => {
    await expect(load(files, settings)).rejects.toMatchObject({ name: 'DataError', code });
  });

  it('names the place of a label out of range', async () => {
    await expect(load({ i: images, l: u8([2], [3, 12]) }, { classes: 10 })).rejects.toThrow(
      'Label 12 at row 1 of l is outside 0 … 9.',
    );
  });
});
