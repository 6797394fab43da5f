import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batches, batchesInOrder } from '../../engine/data/batches.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';
import { runs } from '../property/runs.ts';

describe('Batches', () => {
  it('an epoch is one randperm cut into pieces, the last one smaller, and the next epoch draws the next', () => {
    const batches = new Batches({ samples: 10, batchSize: 4, generator: new TorchGenerator(0) });
    const reference = new TorchGenerator(0);
    for (const epoch of [0, 1]) {
      const order = [...reference.randperm(10)];
      expect(batches.next()).toEqual({ epoch, index: 0, rows: Int32Array.from(order.slice(0, 4)), last: false });
      expect(batches.next()).toEqual({ epoch, index: 1, rows: Int32Array.from(order.slice(4, 8)), last: false });
      expect(batches.next()).toEqual({ epoch, index: 2, rows: Int32Array.from(order.slice(8)), last: true });
    }
  });

  it('draws only when an epoch begins', () => {
    const generator = new TorchGenerator(0);
    const batches = new Batches({ samples: 6, batchSize: 3, generator });
    expect(generator.state()).toEqual(new TorchGenerator(0).state());
    batches.next();
    const begun = generator.state();
    batches.next();
    expect(generator.state()).toEqual(begun);
  });

  it('goes in order without a generator', () => {
    const batches = new Batches({ samples: 5, batchSize: 2 });
    expect([...Array(6)].flatMap(() => [...batches.next().rows])).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
  });

  it('goes on from a saved position as if nothing had happened', () => {
    const size = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(size, size, fc.nat(40), fc.boolean(), (samples, batchSize, skipped, shuffled) => {
        const make = (seed: number) => {
          const generator = new TorchGenerator(seed);
          return { generator, batches: new Batches({ samples, batchSize, ...(shuffled && { generator }) }) };
        };
        const original = make(0);
        for (let i = 0; i < skipped; i++) {
          original.batches.next();
          original.generator.bernoulli(3, 0.5); // as dropout between two batches does
        }
        const other = make(1);
        other.generator.restore(original.generator.state());
        other.batches.restore(JSON.parse(JSON.stringify(original.batches.state())));
        for (let i = 0; i < 40; i++) expect(other.batches.next()).toEqual(original.batches.next());
      }),
      runs(100, 500),
    );
  });

  it('refuses no samples and no size', () => {
    expect(() => new Batches({ samples: 0, batchSize: 1 })).toThrow(RangeError);
    expect(() => new Batches({ samples: 1, batchSize: 0 })).toThrow(RangeError);
  });
});

describe('batchesInOrder', () => {
  it('covers every row once', () => {
    expect([...batchesInOrder(5, 2)]).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
    ]);
    expect([...batchesInOrder(0, 2)]).toEqual([]);
  });
});
