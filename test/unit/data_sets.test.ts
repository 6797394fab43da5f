import { describe, expect, it } from 'vitest';
import { datasets, loadDataset } from '../../engine/data/catalogue.ts';
import { type FileSource, type Loaded, requireShapes } from '../../engine/data/dataset.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';

const noFiles: FileSource = { read: (name) => Promise.reject(new Error(`unexpected read of ${name}`)) };
const load = (name: string, settings: Record<string, unknown> = {}, seed = 0): Promise<Loaded> =>
  loadDataset(name, settings, noFiles, new TorchGenerator(seed));

/** Row i of the named output. */
function row(loaded: Loaded, name: string, i: number): number[] {
  const rows = loaded.outputs.find((output) => output.name === name)?.train;
  if (rows === undefined) throw new Error(`no output ${name}`);
  const width = rows.values.length / (rows.shape[0] ?? 1);
  return Array.from(rows.values.subarray(i * width, (i + 1) * width));
}

describe('synthetic datasets', () => {
  it('every name in the table is its record’s own', () => {
    for (const [name, record] of datasets) expect(record.name).toBe(name);
  });

  it("randomTensor twice is the tutorial's x and y: the stream goes on", async () => {
    const stream = new TorchGenerator(0);
    const x = await loadDataset('randomTensor', { shape: [64, 1000] }, noFiles, stream);
    const y = await loadDataset('randomTensor', { shape: [64, 10] }, noFiles, stream);
    const alone = new TorchGenerator(0);
    expect(x.outputs[0]?.train.values).toEqual(alone.randn(64_000));
    expect(y.outputs[0]?.train.values).toEqual(alone.randn(640));
    expect(y.outputs[0]?.train.shape).toEqual([64, 10]);
  });

  it('xor is the truth table and draws nothing', async () => {
    const stream = new TorchGenerator(0);
    const loaded = await loadDataset('xor', { repeats: 2 }, noFiles, stream);
    for (let i = 0; i < 8; i++) {
      const [a = -1, b = -1] = row(loaded, 'x', i);
      expect([a, b]).toEqual([(i >> 1) & 1, i & 1]);
      expect(row(loaded, 'y', i)).toEqual([a ^ b]);
    }
    expect(loaded.outputs.map(({ train }) => train.shape)).toEqual([
      [8, 2],
      [8, 1],
    ]);
    expect(stream.rand(3)).toEqual(new TorchGenerator(0).rand(3));
  });

  it('noise on xor is the randn of the stream, scaled', async () => {
    const noise = new TorchGenerator(0).randn(8);
    const loaded = await load('xor', { noise: 0.5 });
    expect(row(loaded, 'x', 3)).toEqual([6, 7].map((i) => Math.fround(1 + 0.5 * (noise[i] ?? 0))));
  });

  it('two moons without noise lie on their half circles', async () => {
    const loaded = await load('twoMoons', { samples: 101, noise: 0 });
    for (let i = 0; i < 101; i++) {
      const [x = 0, y = 0] = row(loaded, 'x', i);
      const upper = i < 50;
      expect(row(loaded, 'labels', i)).toEqual([upper ? 0 : 1]);
      expect(upper ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)).toBeCloseTo(1, 6);
      expect(upper ? y >= -1e-7 : y <= 0.5 + 1e-7).toBe(true);
    }
  });

  it('spiral arms go from the centre to the unit circle, one per class', async () => {
    const loaded = await load('spiral', { samplesPerClass: 50, classes: 4, noise: 0 });
    for (let label = 0; label < 4; label++) {
      expect(row(loaded, 'labels', label * 50 + 49)).toEqual([label]);
      expect(Math.hypot(...row(loaded, 'x', label * 50))).toBe(0);
      const [x = 0, y = 0] = row(loaded, 'x', label * 50 + 49);
      const angle = (Math.PI * label) / 2 + 4;
      expect(x).toBeCloseTo(Math.sin(angle), 6);
      expect(y).toBeCloseTo(Math.cos(angle), 6);
    }
  });

  it('a noisy line without noise is the line, over x in [−1, 1)', async () => {
    const loaded = await load('noisyLine', { samples: 40, slope: 3, intercept: -1, noise: 0 });
    expect(loaded.outputs[0]?.train.values).toEqual(new TorchGenerator(0).uniform(40, -1, 1));
    for (let i = 0; i < 40; i++) {
      const [x = 0] = row(loaded, 'x', i);
      expect(row(loaded, 'y', i)[0]).toBeCloseTo(3 * x - 1, 6);
    }
  });

  it.each(['xor', 'twoMoons', 'spiral', 'noisyLine'])('%s is a function of the seed', async (name) => {
    const settings = { noise: 0.3 };
    expect(await load(name, settings, 5)).toEqual(await load(name, settings, 5));
    expect(await load(name, settings, 5)).not.toEqual(await load(name, settings, 6));
  });

  it.each([
    ['twoMoons', { samples: 2.5 }, 'data-setting'],
    ['spiral', { classes: 0 }, 'data-setting'],
    ['xor', { noise: -1 }, 'data-setting'],
    ['noisyLine', { slope: 'steep' }, 'data-setting'],
    ['randomTensor', {}, 'data-setting'],
    ['noisyLine', { samples: 3, testFraction: 0.01 }, 'data-split'],
    ['iris', {}, 'data-unknown'],
  ])('%s with %j is refused', async (name, settings, code) => {
    await expect(load(name, settings)).rejects.toMatchObject({ name: 'DataError', code });
  });
});

describe('testFraction', () => {
  it('splits inputs and labels alike, each row in exactly one split', async () => {
    const whole = await load('spiral', { samplesPerClass: 20 });
    const { outputs } = await load('spiral', { samplesPerClass: 20, testFraction: 0.25 });
    const [points, labels] = outputs;
    expect([points?.train.shape, points?.test?.shape]).toEqual([
      [45, 2],
      [15, 2],
    ]);
    const pairs = (p?: ArrayLike<number>, l?: ArrayLike<number>) =>
      Array.from({ length: l?.length ?? 0 }, (_, i) => `${p?.[2 * i]} ${p?.[2 * i + 1]} ${l?.[i]}`);
    const both = [
      ...pairs(points?.train.values, labels?.train.values),
      ...pairs(points?.test?.values, labels?.test?.values),
    ];
    expect(both.sort()).toEqual(pairs(whole.outputs[0]?.train.values, whole.outputs[1]?.train.values).sort());
  });
});

describe('requireShapes', () => {
  it('names the output whose rows are not those that the node stated', async () => {
    const loaded = await load('xor');
    const stated = (rows: number) => [
      { name: 'x', shape: [4, 2], dtype: 'f32' },
      { name: 'y', shape: [rows, 1], dtype: 'f32' },
    ];
    expect(() => requireShapes(loaded, stated(4))).not.toThrow();
    expect(() => requireShapes(loaded, stated(5))).toThrow('The output y was expected to be 5×1 of f32');
  });
});

describe('mnist', () => {
  it('is the 60,000 and 10,000 digits of the package, in [0, 1]', async () => {
    const { outputs } = await loadDataset('mnist', {}, nodeFiles('/'), new TorchGenerator(0));
    const [images, labels] = outputs;
    expect([images?.train.shape, images?.test?.shape]).toEqual([
      [60000, 784],
      [10000, 784],
    ]);
    expect(Array.from(labels?.train.values.subarray(0, 10) ?? [])).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Array.from(labels?.test?.values.subarray(0, 10) ?? [])).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // The well-known mean of the training pixels, which torchvision's examples normalise by.
    let sum = 0;
    for (const pixel of images?.train.values ?? []) sum += pixel;
    expect(sum / (60000 * 784)).toBeCloseTo(0.1307, 4);
  }, 30_000);
});
