import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import { summarize, summarizeArray } from '../../engine/session/statistics.ts';
import type { Statistics } from '../../engine/session/summary.ts';
import { draw } from '../parity/material.ts';
import { runs } from './runs.ts';

/** Statistics gathered by the backend against those gathered one by one. */

const wasm = createWasmBackend();
const reference = createReferenceBackend();

const element = fc.oneof(
  { weight: 12, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 }) },
  { weight: 3, arbitrary: fc.constantFrom(0, -0, 1, 1e-40, -3e38) },
);
const strange = fc.oneof(
  { weight: 20, arbitrary: element },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);
const arrays = fc.oneof(fc.array(element, { maxLength: 70 }), fc.array(strange, { maxLength: 70 }));

/** Whether the least of two zeros is the negative one is nobody's business. */
const unsigned = <S extends Pick<Statistics, 'min' | 'max' | 'low' | 'high'>>(s: S): S => ({
  ...s,
  min: s.min + 0,
  max: s.max + 0,
  low: s.low + 0,
  high: s.high + 0,
});

it('counts, extremes and bins are the same; sums err by no more than their order may', () => {
  fc.assert(
    fc.property(arrays, (values) => {
      const expected = summarize(Float32Array.from(values), [values.length]);
      for (const backend of [wasm, reference])
        backend.scope(() => {
          const { mean, std, norm, ...same } = summarizeArray(backend, backend.upload(values, [values.length]));
          const { mean: mean0, std: std0, norm: norm0, ...same0 } = expected;
          expect(unsigned(same)).toEqual(unsigned(same0));
          const size = Math.max(0, ...values.map(Math.abs));
          for (const [got, wanted] of [
            [mean, mean0],
            [std, std0],
            [norm, norm0],
          ] as const)
            if (Number.isFinite(wanted)) expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-12 * size);
            else expect(got).toBe(wanted);
        });
    }),
    runs(300, 20_000),
  );
});

it('the deviation is right wherever the mean lies', () => {
  const noise = draw(1, 10_003, -1, 1);
  for (const mean of [0, 10, 50, 60, 1000, 1e6])
    wasm.scope(() => {
      const values = Float32Array.from(noise, (x) => x + mean);
      const { std } = summarizeArray(wasm, wasm.upload(values, [values.length]));
      expect(std / summarize(values, [values.length]).std).toBeCloseTo(1, 9);
    });
});

it('of labels and masks, too, and of elements in the middle of a computation', () => {
  wasm.scope(() => {
    expect(summarizeArray(wasm, wasm.upload([3, 0, 2], [3], 'i32'))).toMatchObject({ count: 3, zeros: 1, max: 3 });
    expect(summarizeArray(wasm, wasm.upload([1, 0], [2], 'bool'))).toMatchObject({ count: 2, zeros: 1, mean: 0.5 });
    const x = wasm.upload([1, 2, 3], [3]);
    wasm.fuse(() => expect(summarizeArray(wasm, wasm.binary('mul', x, 2))).toMatchObject({ min: 2, max: 6, mean: 4 }));
  });
});
