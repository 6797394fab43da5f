import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PythonRandom } from '../../engine/random/python.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';
import { runs } from './runs.ts';

const seeds = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const torchCall = fc.oneof(
  fc.nat(40).map((n) => (g: TorchGenerator) => g.rand(n)),
  fc.nat(40).map((n) => (g: TorchGenerator) => g.randn(n)),
  fc.nat(40).map((n) => (g: TorchGenerator) => g.uniform(n, -2, 3)),
  fc.nat(40).map((n) => (g: TorchGenerator) => g.randint(-5, 7, n)),
  fc.nat(700).map((n) => (g: TorchGenerator) => g.randperm(n)),
  fc.nat(40).map((n) => (g: TorchGenerator) => g.bernoulli(n, 0.4)),
);
const torchCalls = fc.array(torchCall, { maxLength: 12 });

describe('TorchGenerator', () => {
  it('goes on from a saved state, through JSON, as if nothing had happened', () => {
    fc.assert(
      fc.property(seeds, torchCalls, torchCalls, (seed, before, after) => {
        const original = new TorchGenerator(seed);
        for (const call of before) call(original);
        const other = new TorchGenerator(1);
        other.randn(1);
        other.restore(JSON.parse(JSON.stringify(original.state())));
        for (const call of after) expect(call(other)).toEqual(call(original));
        expect(other.state()).toEqual(original.state());
      }),
      runs(100, 3000),
    );
  });

  it('a state is not moved by later draws', () => {
    const generator = new TorchGenerator(3);
    const state = generator.state();
    const first = generator.randn(700);
    generator.restore(state);
    expect(generator.randn(700)).toEqual(first);
  });

  it('seeding again forgets the kept normal', () => {
    const generator = new TorchGenerator(0);
    generator.randn(1);
    generator.seed(0);
    expect(generator.randn(3)).toEqual(new TorchGenerator(0).randn(3));
  });

  it('randperm is a permutation, randint and uniform stay within their bounds', () => {
    fc.assert(
      fc.property(seeds, fc.nat(300), fc.integer(), fc.integer({ min: 1, max: 2 ** 31 }), (seed, n, low, range) => {
        const generator = new TorchGenerator(seed);
        expect(generator.randperm(n).sort()).toEqual(Int32Array.from({ length: n }, (_, i) => i));
        const high = Math.min(low + range, 2 ** 31);
        expect(generator.randint(low, high, 50).every((x) => x >= low && x < high)).toBe(true);
        expect(generator.uniform(50, -0.5, 0.25).every((x) => x >= -0.5 && x <= 0.25)).toBe(true);
      }),
      runs(100, 3000),
    );
  });

  it('refuses what PyTorch refuses', () => {
    const generator = new TorchGenerator(0);
    for (const seed of [0.5, Number.NaN, 2n ** 64n, -(2n ** 63n) - 1n])
      expect(() => new TorchGenerator(seed)).toThrow(RangeError);
    expect(() => generator.randint(3, 3, 1)).toThrow(RangeError);
    expect(() => generator.uniform(1, 2, 1)).toThrow(RangeError);
    expect(() => generator.bernoulli(1, 1.1)).toThrow(RangeError);
    expect(() => generator.rand(-1)).toThrow(RangeError);
    expect(() => generator.restore({ mersenne: { words: [1], drawn: 0 }, nextNormal: null })).toThrow(RangeError);
  });
});

describe('PythonRandom', () => {
  it('goes on from a saved state, through JSON, and stays within [a, b]', () => {
    const bound = fc.integer();
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(1000), bound, fc.nat(2 ** 31), (seed, skipped, a, width) => {
        const original = new PythonRandom(seed);
        for (let i = 0; i < skipped; i++) original.random();
        const other = new PythonRandom(0);
        other.restore(JSON.parse(JSON.stringify(original.state())));
        for (let i = 0; i < 20; i++) {
          const drawn = original.randint(a, a + width);
          expect(drawn >= a && drawn <= a + width).toBe(true);
          expect(other.randint(a, a + width)).toBe(drawn);
        }
        expect(other.random()).toBe(original.random());
      }),
      runs(100, 3000),
    );
  });
});
