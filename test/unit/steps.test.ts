import { describe, expect, it } from 'vitest';
import { defaultContext } from '../../engine/autograd/context.ts';
import { Batches } from '../../engine/data/batches.ts';
import { batches, keep, manualSeed, nn, optim, randn, steps, tensor } from '../../engine/index.ts';
import { TorchGenerator } from '../../engine/random/torch.ts';

const memory = () => defaultContext().kernels.backend.memory();

function network() {
  const model = new nn.Sequential(new nn.Linear(4, 8), new nn.Tanh(), new nn.Dropout(0.1), new nn.Linear(8, 1));
  const optimizer = new optim.Adam(model.parameters());
  const [x, y] = [randn([16, 4]), randn([16, 1])];
  const lossFn = new nn.MSELoss();
  return {
    model,
    optimizer,
    iterate(rows: ArrayLike<number> = [0, 1, 2, 3]): number {
      const loss = lossFn.forward(model.forward(x.takeRows(rows)), y.takeRows(rows));
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      return loss.item();
    },
  };
}

describe('steps', () => {
  it('counts, and leaves nothing: memory after 2,000 iterations is that after 10', () => {
    const { iterate } = network();
    const seen: number[] = [];
    let after10 = memory();
    for (const step of steps(2000)) {
      if (step === 10) after10 = memory();
      if (step < 3) seen.push(step);
      iterate();
      if (step > 10) expect(memory().arrays).toBeGreaterThan(after10.arrays);
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(memory()).toEqual(after10);
    for (const { step, rows } of batches(16, { size: 5, steps: 500 })) {
      if (step === 1) after10 = memory();
      iterate(rows);
    }
    expect(memory()).toEqual(after10);
  });

  it('carries gradients on: they add up over iterations, are replaced and cleared, and none is lost or left', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const other = tensor([3, 4], { requiresGrad: true });
    const before = memory().arrays;
    for (const step of steps(50)) {
      if (step % 10 === 0) {
        w.grad = null;
        other.grad = null;
      }
      w.add(other).mul(step).sum().backward();
      // Both have the same gradient then.
      if (step % 10 === 0) other.grad?.zero_();
    }
    const sum = (from: number) => Array.from({ length: 50 - from }, (_, i) => from + i).reduce((a, b) => a + b);
    expect([...(w.grad?.data() ?? [])]).toEqual([sum(40), sum(40)]);
    expect([...(other.grad?.data() ?? [])]).toEqual([sum(41), sum(41)]);
    expect(memory().arrays).toBe(before + 2);
  });

  it('leaves gradients alone that it did not make', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const given = tensor([5, 6]);
    for (const _ of steps(3)) {
      w.grad = null;
      w.add(0).backward({ gradient: given });
    }
    for (const _ of steps(1)) w.grad = null;
    expect([...given.data()]).toEqual([5, 6]);
  });

  it('may stand in each other', () => {
    const w = tensor(1, { requiresGrad: true });
    const before = memory().arrays;
    for (const _ of steps(5)) {
      const factor = tensor(2);
      for (const __ of steps(4)) w.mul(factor).backward();
      expect(factor.item()).toBe(2);
    }
    expect(w.grad?.item()).toBe(40);
    expect(memory().arrays).toBe(before + 1);
  });

  it('free what was made when the loop is left by break or by an error', () => {
    const before = memory().arrays;
    for (const _ of steps(10)) {
      randn([100]);
      break;
    }
    expect(memory().arrays).toBe(before);
    const fails = () => {
      for (const _ of steps(10)) throw new Error(`at ${randn([100]).shape}`);
    };
    expect(fails).toThrow('at 100');
    expect(memory().arrays).toBe(before);
    expect(defaultContext().iterations).toEqual([]);
  });

  it('say of what is used too late that it can be kept, and keep it', () => {
    const made = [...steps(2)].map(() => tensor(0));
    expect(made[0]?.item()).toBe(0);
    let lost = tensor(0);
    let kept = tensor(0);
    const w = tensor(1, { requiresGrad: true });
    let gradient = w.grad;
    for (const _ of steps(2))
      for (const step of steps(3)) {
        lost = tensor(step);
        kept = keep(tensor(step));
        w.mul(step).backward();
        if (w.grad !== null) gradient = keep(w.grad);
        w.grad = null;
      }
    expect(() => lost.item()).toThrow('keep()');
    expect(kept.item()).toBe(2);
    expect(gradient?.item()).toBe(2);
  });

  it('are a whole number of iterations', () => {
    expect([...steps(0)]).toEqual([]);
    expect(() => [...steps(1.5)]).toThrow('whole number');
    expect(() => [...steps(-1)]).toThrow('whole number');
  });
});

describe('batches', () => {
  it('are those of a session: one permutation per epoch, the last batch smaller', () => {
    manualSeed(5);
    const seen = [...batches(10, { size: 4, epochs: 2 })];
    const expected = new Batches({ samples: 10, batchSize: 4, generator: new TorchGenerator(5) });
    expect(seen.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { epoch, rows, last } of seen) {
      const { index: _, ...batch } = expected.next();
      expect({ epoch, rows, last }).toEqual(batch);
    }
    expect(seen.map(({ rows }) => rows.length)).toEqual([4, 4, 2, 4, 4, 2]);
  });

  it('end after so many steps, in the middle of an epoch too', () => {
    expect([...batches(10, { size: 4, steps: 4 })].map(({ epoch }) => epoch)).toEqual([0, 0, 0, 1]);
    expect(() => [...batches(0, { size: 4, steps: 4 })]).toThrow('samples');
  });
});
