import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { draw } from '../parity/material.ts';
import { runs } from './runs.ts';

/** Two shapes that broadcast: a common one, each with some axes set to 1 and some leading ones left out. */
const pair = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape) => fc.tuple(fc.constant(shape), side(shape), side(shape)));
const side = (shape: Shape) =>
  fc
    .tuple(fc.integer({ min: 0, max: shape.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([skip, ones]) => shape.map((d, i) => (ones[i] ? 1 : d)).slice(skip));

const kernels = (floatType: 'f32' | 'f64' = 'f64') => new Kernels(createReferenceBackend({ floatType }));

/** Element of `x` at the multi-index `at` of a shape it broadcasts to. */
function pick(values: readonly number[], shape: Shape, at: readonly number[]): number {
  let offset = 0;
  shape.forEach((d, i) => {
    offset = offset * d + (d === 1 ? 0 : (at[i + at.length - shape.length] ?? 0));
  });
  return values[offset] ?? Number.NaN;
}

it('binary operations broadcast as indexing says', () => {
  fc.assert(
    fc.property(pair, ([, sa, sb]) => {
      const k = kernels();
      const a = draw(1, numel(sa), -1, 1);
      const b = draw(2, numel(sb), -1, 1);
      const out = k.sub(k.upload(a, sa), k.upload(b, sb));
      const values = k.backend.readSync(out);
      const at = new Array<number>(out.shape.length).fill(0);
      for (const value of values) {
        expect(value).toBe(pick(a, sa, at) - pick(b, sb, at));
        for (let d = at.length - 1; d >= 0; d--) {
          at[d] = ((at[d] ?? 0) + 1) % (out.shape[d] ?? 1);
          if (at[d] !== 0) break;
        }
      }
    }),
    runs(150, 5000),
  );
});

it('sumTo is the adjoint of broadcastTo: ⟨broadcast x, y⟩ = ⟨x, sumTo y⟩', () => {
  fc.assert(
    fc.property(pair, ([shape, small]) => {
      const k = kernels();
      const x = k.upload(draw(3, numel(small), -1, 1), small);
      const y = k.upload(draw(4, numel(shape), -1, 1), shape);
      const left = k.sum(k.mul(k.broadcastTo(x, shape), y));
      const right = k.sum(k.mul(x, k.sumTo(y, small)));
      expect(k.backend.readSync(left)[0]).toBeCloseTo(k.backend.readSync(right)[0] ?? Number.NaN, 10);
    }),
    runs(150, 5000),
  );
});

it('scatterAdd is the adjoint of gather', () => {
  const cases = fc
    .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }), fc.nat(), fc.nat(), fc.nat(5))
    .map(([shape, axis, seed, length]) => ({ shape, axis: axis % shape.length, seed, length }));
  fc.assert(
    fc.property(cases, ({ shape, axis, seed, length }) => {
      const k = kernels();
      const indexShape = shape.map((d, i) => (i === axis ? length : d));
      const size = shape[axis] ?? 1;
      const picks = draw(seed, numel(indexShape), 0, size).map((v) => Math.min(Math.floor(v), size - 1));
      const index = k.upload(picks, indexShape, 'i32');
      const x = k.upload(draw(5, numel(shape), -1, 1), shape);
      const y = k.upload(draw(6, numel(indexShape), -1, 1), indexShape);
      const left = k.sum(k.mul(k.gather(x, axis, index), y));
      const right = k.sum(k.mul(x, k.scatterAdd(shape, axis, index, y)));
      expect(k.backend.readSync(left)[0]).toBeCloseTo(k.backend.readSync(right)[0] ?? Number.NaN, 10);
    }),
    runs(150, 5000),
  );
});
