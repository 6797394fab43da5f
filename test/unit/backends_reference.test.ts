import { describe, expect, it } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { erf } from '../../engine/backends/reference/erf.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { adam } from '../../engine/optim/adam.ts';
import { draw } from '../parity/material.ts';

describe('scopes', () => {
  it('leave memory as it was after 1,000 training iterations, and use the same few buffers over and over', () => {
    const k = new Kernels(createReferenceBackend());
    const context = new Context(k);
    const x = context.tensor(k.upload(draw(1, 12, -1, 1), [4, 3]));
    const w = context.tensor(k.upload(draw(2, 6, -1, 1), [2, 3]), { requiresGrad: true });
    const state = adam.state(k, w.value, {});
    const before = k.backend.memory();
    const buffers = new Set<unknown>();
    for (let i = 1; i <= 1000; i++) {
      k.backend.scope(() => {
        const y = x.matmul(w, { transposeB: true }).gelu().softmax(1).max([1]);
        buffers.add(y.value.storage);
        const loss = y.sum();
        loss.backward();
        if (w.grad !== null) {
          buffers.add(w.grad.value.storage);
          adam.step(k, w.value, w.grad.value, state, {}, i);
        }
        w.grad = null;
      });
    }
    expect(k.backend.memory()).toEqual(before);
    // Buffers rotate among the arrays of an iteration; without the pool there would be 2,000.
    expect(buffers.size).toBeLessThan(60);
  });

  it('keep what is asked for, in the scope around them', () => {
    const backend = createReferenceBackend();
    const outer = backend.openScope();
    const kept = backend.scope((keep) => {
      backend.full([5], 1);
      return keep(backend.full([3], 2));
    });
    expect(backend.memory()).toEqual({ arrays: 1, bytes: 12 });
    expect([...backend.readSync(kept)]).toEqual([2, 2, 2]);
    outer.close();
    expect(backend.memory()).toEqual({ arrays: 0, bytes: 0 });
    expect(() => backend.readSync(kept)).toThrow('after its scope was closed');
  });

  it('free what was made when the body throws', () => {
    const backend = createReferenceBackend();
    expect(() =>
      backend.scope(() => {
        backend.full([4], 0);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(backend.memory().arrays).toBe(0);
  });

  it('hand freed buffers out again', () => {
    const backend = createReferenceBackend();
    const first = backend.full([100], 1);
    const storage = first.storage;
    backend.free(first);
    expect(backend.full([10, 10], 0).storage).toBe(storage);
  });
});

describe('matmul', () => {
  const sizes = [
    [1, 1, 1],
    [3, 5, 2],
    [5, 9, 6],
    [8, 4, 7],
    [2, 13, 5],
  ] as const;
  for (const [m, kk, n] of sizes)
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        it(`of ${m}×${kk} by ${kk}×${n} is the sum of products (${transposeA ? 'Aᵀ' : 'A'}, ${transposeB ? 'Bᵀ' : 'B'})`, () => {
          const backend = createReferenceBackend({ floatType: 'f64' });
          const a = draw(1, m * kk, -1, 1);
          const b = draw(2, kk * n, -1, 1);
          const out = backend.readSync(
            backend.matmul(
              backend.upload(a, transposeA ? [kk, m] : [m, kk]),
              backend.upload(b, transposeB ? [n, kk] : [kk, n]),
              transposeA,
              transposeB,
            ),
          );
          for (let i = 0; i < m; i++)
            for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let p = 0; p < kk; p++)
                sum += (a[transposeA ? p * m + i : i * kk + p] ?? 0) * (b[transposeB ? j * kk + p : p * n + j] ?? 0);
              expect(out[i * n + j]).toBeCloseTo(sum, 12);
            }
        });
});

describe('primitives', () => {
  const backend = createReferenceBackend();
  const values = (x: { readonly shape: readonly number[] } & Parameters<typeof backend.readSync>[0]) => [
    ...backend.readSync(x),
  ];
  it('erf agrees with its table', () => {
    // Abramowitz & Stegun, table 7.1, and Python's math.erf.
    const table = [
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [2.5, 0.999593047982555],
      [3, 0.9999779095030014],
    ] as const;
    for (const [x, y] of table) {
      expect(erf(x)).toBeCloseTo(y, 14);
      expect(erf(-x)).toBe(-erf(x));
    }
    expect([erf(0), erf(Infinity), erf(-Infinity), erf(Number.NaN)]).toEqual([0, 1, -1, Number.NaN]);
  });
  it('argmax is the first of the largest, or the first NaN', () => {
    const x = backend.upload([1, 3, 3, 0, Number.NaN, 9], [2, 3]);
    expect(values(backend.reduce('argmax', x, [1], false))).toEqual([1, 1]);
    expect(() => backend.reduce('max', backend.upload([], [2, 0]), [1], false)).toThrow('max of nothing');
  });
  it('reduces axes in the middle as it does at the ends', () => {
    const x = backend.upload(
      Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 4],
    );
    expect(values(backend.reduce('sum', x, [1], false))).toEqual([12, 15, 18, 21, 48, 51, 54, 57]);
    expect(values(backend.reduce('sum', x, [0, 2], false))).toEqual([60, 92, 124]);
    expect(values(backend.reduce('max', x, [0], false)).slice(0, 3)).toEqual([12, 13, 14]);
  });
  it('slices, takes rows and permutes', () => {
    const x = backend.upload([0, 1, 2, 3, 4, 5], [3, 2]);
    expect(values(backend.slice(x, 0, 1, 3))).toEqual([2, 3, 4, 5]);
    expect(values(backend.slice(x, 1, 1, 2))).toEqual([1, 3, 5]);
    expect(values(backend.takeRows(x, [2, 0, 2]))).toEqual([4, 5, 0, 1, 4, 5]);
    expect(values(backend.permute(x, [1, 0]))).toEqual([0, 2, 4, 1, 3, 5]);
    expect(() => backend.takeRows(x, [3])).toThrow('index 3 is out of range');
  });
  it('assign writes one array only: a reshaped one is its own', () => {
    const x = backend.upload([1, 2], [2]);
    const reshaped = backend.reshape(x, [2, 1]);
    backend.assign(x, backend.upload([5, 6], [2]));
    expect([values(x), values(reshaped)]).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(() => backend.assign(x, backend.upload([1], [1]))).toThrow('assign');
  });
});
