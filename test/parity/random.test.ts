import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dropoutMask } from '../../engine/random/dropout_mask.ts';
import { PythonRandom } from '../../engine/random/python.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';

interface Call {
  call: 'rand' | 'uniform' | 'randn' | 'randint' | 'randperm' | 'bernoulli';
  args: number[];
  values: string;
}
interface Golden {
  rand: string;
  uniform: { cases: { low: number; high: number; values: string }[] };
  randn: string;
  randint: string;
  randintWide: string;
  randperm: string;
  bernoulli: string;
  dropout: { p: number; values: string };
  afterDropout: { p: number; next: string }[];
  sequences: { seed: string; calls: Call[] }[];
  pythonRandint: string;
  python: { seed: string; mixed: number[]; random: number[] }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('goldens/random_streams.json', import.meta.url), 'utf8'));

const bytes = (text: string): ArrayBuffer => new Uint8Array(Buffer.from(text, 'base64')).buffer;
const f32 = (text: string): Float32Array => new Float32Array(bytes(text));
const i32 = (text: string): Int32Array => new Int32Array(bytes(text));
const u8 = (text: string): Uint8Array => new Uint8Array(bytes(text));

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (b[i] ?? Number.NaN))), 0);
}

type Replay = (generator: TorchGenerator, args: readonly number[], values: string) => void;

/** Makes one recorded call and compares. */
const replays: Record<Call['call'], Replay> = {
  rand: (g, [n = 0], values) => expect(g.rand(n)).toEqual(f32(values)),
  uniform: (g, [n = 0, low = 0, high = 0], values) => expect(g.uniform(n, low, high)).toEqual(f32(values)),
  randn: (g, [n = 0], values) => expect(largestDifference(g.randn(n), f32(values))).toBeLessThan(2e-6),
  randint: (g, [low = 0, high = 0, n = 0], values) => expect(g.randint(low, high, n)).toEqual(i32(values)),
  randperm: (g, [n = 0], values) => expect(g.randperm(n)).toEqual(i32(values)),
  bernoulli: (g, [n = 0, p = 0], values) => expect(g.bernoulli(n, p)).toEqual(u8(values)),
};

describe("TorchGenerator draws PyTorch's numbers", () => {
  it('rand, bit-equal over 10,000 values', () => {
    expect(new TorchGenerator(0).rand(10_000)).toEqual(f32(golden.rand));
  });

  it.each(golden.uniform.cases)('uniform over [$low, $high), bit-equal over 10,000 values', ({ low, high, values }) => {
    expect(new TorchGenerator(0).uniform(10_000, low, high)).toEqual(f32(values));
  });

  it('randn, within 5e-7 over 100,000 values', () => {
    expect(largestDifference(new TorchGenerator(0).randn(100_000), f32(golden.randn))).toBeLessThan(5e-7);
  });

  it('randint, bit-equal over 10,000 values, up to the widest range of i32', () => {
    expect(new TorchGenerator(0).randint(0, 1_000_003, 10_000)).toEqual(i32(golden.randint));
    expect(new TorchGenerator(0).randint(-(2 ** 31), 2 ** 31 - 1, 10_000)).toEqual(i32(golden.randintWide));
  });

  it('randperm, bit-equal over 10,000 values', () => {
    expect(new TorchGenerator(0).randperm(10_000)).toEqual(i32(golden.randperm));
  });

  it('bernoulli, equal to bernoulli_(p) over 10,000 values', () => {
    expect(new TorchGenerator(0).bernoulli(10_000, 0.3)).toEqual(u8(golden.bernoulli));
  });

  it('dropout’s mask, bit-equal over 10,000 values', () => {
    const { p, values } = golden.dropout;
    expect(dropoutMask(10_000, p, new TorchGenerator(0))).toEqual(f32(values));
  });

  it('dropout draws two words per value, and none where p is 0 or 1', () => {
    for (const { p, next } of golden.afterDropout) {
      const generator = new TorchGenerator(0);
      if (p > 0 && p < 1) dropoutMask(10, p, generator);
      expect(generator.rand(1)).toEqual(f32(next));
    }
  });

  it.each(golden.sequences)('a mixed sequence of calls with seed $seed', ({ seed, calls }) => {
    const generator = new TorchGenerator(BigInt(seed));
    for (const { call, args, values } of calls) replays[call](generator, args, values);
  });
});

describe("PythonRandom draws Python's numbers", () => {
  it('randint, equal over 10,000 values', () => {
    const stream = new PythonRandom(0);
    expect(Int32Array.from({ length: 10_000 }, () => stream.randint(0, 12345))).toEqual(i32(golden.pythonRandint));
  });

  it.each(golden.python)('randint and random with seed $seed', ({ seed, mixed, random }) => {
    const stream = new PythonRandom(BigInt(seed));
    const drawn = Array.from({ length: 100 }, () => [
      stream.randint(0, 3),
      stream.randint(4, 6),
      stream.randint(-7, 1000),
      stream.randint(5, 5),
    ]).flat();
    expect(drawn).toEqual(mixed);
    expect(Array.from({ length: 20 }, () => stream.random())).toEqual(random);
  });
});
