import { describe, expect, it } from 'vitest';
import { keepApart, takePart } from '../../engine/backends/wasm/pool_control.ts';

const WORDS = 65536 >> 2;

/** Numbers from 0 up to `below`, the same ones in every run. */
function counted(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) % below;
  };
}

describe('parts of a job', () => {
  it.each([
    ['from the first job on', 0],
    ['where the number of jobs overflows', 2 ** 31 - 40_000],
  ])('are taken once each, and none of a job that is over: %s', (_, jobsBefore) => {
    const next = counted();
    const words = new Int32Array(WORDS);
    keepApart(words, jobsBefore - (jobsBefore % 2 ** 14));
    let job = jobsBefore | 0;
    let before = { job, parts: 0, shares: 1 };
    for (let i = 0; i < 80_000; i++) {
      job = (job + 1) | 0;
      keepApart(words, job);
      // Most shares have no part for long stretches.
      const shares = 1 + next(i % 1000 === 0 ? 64 : 3);
      const parts = 1 + next(i % 100 === 0 ? 200 : 4);
      const taken = new Set<number>();
      for (;;) {
        const own = next(shares + 2);
        if (next(4) === 0) expect(takePart(words, before.job, before.parts, before.shares, own)).toBe(-1);
        const part = takePart(words, job, parts, shares, own);
        if (part < 0) break;
        expect(taken.has(part)).toBe(false);
        taken.add(part);
      }
      expect(taken.size).toBe(parts);
      before = { job, parts, shares };
    }
  });

  it('are those of one’s own share first', () => {
    const words = new Int32Array(WORDS);
    const order = Array.from({ length: 6 }, () => takePart(words, 1, 6, 2, 1));
    expect(order).toEqual([3, 4, 5, 0, 1, 2]);
  });
});
