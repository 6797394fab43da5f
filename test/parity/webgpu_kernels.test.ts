import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend, ReduceOp } from '../../engine/backends/backend.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { productSizes } from '../../engine/backends/results.ts';
import { type ProductPlan, planOf } from '../../engine/backends/webgpu/matmul.ts';
import { piecesAround } from '../../engine/backends/webgpu/reduce.ts';
import type { DType } from '../../engine/tensor/dtype.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { runs } from '../property/runs.ts';
import { draw } from './material.ts';
import { webgpu } from './webgpu.ts';

const reference = createReferenceBackend();
const on = <T>(backend: Backend, compute: (backend: Backend) => T): T => backend.scope(() => compute(backend));
const isSoak = process.env.GRADLOOM_SOAK !== undefined;
const transposes = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);
/** Half a step between neighbouring f32, relative. */
const UNIT = 2 ** -24;

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batches?: readonly [Shape, Shape];
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

function shapesOf({ m, n, k, batches = [[], []], transposeA, transposeB }: Product): readonly [Shape, Shape] {
  return [
    [...batches[0], ...(transposeA === true ? [k, m] : [m, k])],
    [...batches[1], ...(transposeB === true ? [n, k] : [k, n])],
  ];
}

function planned(one: Product): ProductPlan {
  const [a, b] = shapesOf(one);
  return planOf(productSizes(a, b, one.transposeA ?? false, one.transposeB ?? false));
}

function multiplied(backend: Backend, one: Product, values: (seed: number, length: number) => ArrayLike<number>) {
  return on(backend, (be) => {
    const [a, b] = shapesOf(one).map((shape, i) => be.upload(values(i + 1, numel(shape)), shape));
    if (a === undefined || b === undefined) throw new Error('no operands');
    return [...be.readSync(be.matmul(a, b, one.transposeA ?? false, one.transposeB ?? false))];
  });
}

const uniform = (seed: number, length: number): number[] => draw(seed, length, -1, 1);

/** |error| ≤ γ(k)·|A|·|B| for a sum in any order, γ(k) = k·u / (1 − k·u), and the rounding of the reference's result. */
function expectProduct(one: Product): void {
  const be = webgpu ?? expect.fail();
  const got = multiplied(be, one, uniform);
  const expected = multiplied(reference, one, uniform);
  const sizes = multiplied(reference, one, (seed, length) => uniform(seed, length).map(Math.abs));
  expect(got).toHaveLength(expected.length);
  const unit = 1.01 * (one.k + 1) * UNIT;
  // Written so that a NaN counts as too far.
  const far = expected.flatMap((e, i) => (Math.abs((got[i] ?? Number.NaN) - e) <= unit * (sizes[i] ?? 0) ? [] : [i]));
  expect(far, JSON.stringify(one)).toEqual([]);
}

/** Sizes in the territory of each variant, at its borders and in the middle. */
const territories: readonly (readonly [variant: ProductPlan['variant'], sizes: readonly Product[]])[] = [
  [
    'vector',
    [
      { m: 1, n: 1, k: 32 },
      { m: 1, n: 67, k: 41 },
      { m: 67, n: 1, k: 41 },
      { m: 1, n: 64, k: 3000 },
      { m: 9, n: 1, k: 3000 },
      { m: 1, n: 5, k: 64, batches: [[3], [3]] },
    ],
  ],
  [
    'tiny',
    [
      { m: 1, n: 1, k: 31 },
      { m: 1, n: 7, k: 2 },
      { m: 16, n: 16, k: 16 },
      { m: 13, n: 11, k: 0 },
      { m: 4, n: 12, k: 520 },
      {
        m: 3,
        n: 5,
        k: 7,
        batches: [
          [2, 1],
          [1, 3],
        ],
      },
    ],
  ],
  [
    'wide',
    [
      { m: 1, n: 17, k: 31 },
      { m: 16, n: 65, k: 17 },
      { m: 8, n: 64, k: 32 },
      { m: 5, n: 131, k: 300 },
      { m: 16, n: 17, k: 5, batches: [[], [3]] },
    ],
  ],
  [
    'tall',
    [
      { m: 17, n: 1, k: 31 },
      { m: 65, n: 16, k: 17 },
      { m: 64, n: 8, k: 32 },
      { m: 131, n: 5, k: 300 },
      { m: 17, n: 16, k: 5, batches: [[3], []] },
    ],
  ],
  [
    'small',
    [
      { m: 17, n: 17, k: 1 },
      { m: 33, n: 31, k: 13 },
      { m: 64, n: 96, k: 64 },
      { m: 100, n: 64, k: 256 },
      { m: 37, n: 41, k: 523 },
      { m: 20, n: 24, k: 12, batches: [[2], [1]] },
    ],
  ],
  [
    'square',
    [
      { m: 65, n: 68, k: 20, batches: [[16], [1]] },
      { m: 17, n: 19, k: 18, batches: [[64], []] },
    ],
  ],
];

it('products find the variant that is made for their sizes', () => {
  for (const [variant, sizes] of territories) for (const one of sizes) expect(planned(one)).toMatchObject({ variant });
});

it('K is cut where blocks are few and K is long, and nowhere else', () => {
  expect(planned({ m: 100, n: 64, k: 4096 })).toMatchObject({ variant: 'small', pieces: 32, span: 128 });
  expect(planned({ m: 100, n: 64, k: 255 })).toMatchObject({ pieces: 1 });
  expect(planned({ m: 512, n: 512, k: 4096 })).toMatchObject({ variant: 'square', pieces: 1 });
  expect(planned({ m: 100, n: 64, k: 4096, batches: [[8], []] })).toMatchObject({ pieces: 1 });
  expect(planned({ m: 1, n: 1, k: 1_000_000 })).toMatchObject({ variant: 'vector', pieces: 256 });
});

it('memory is read in vectors where rows begin at multiples of four words', () => {
  expect(planned({ m: 64, n: 64, k: 64 }).isAligned).toBe(true);
  for (const odd of [{ n: 66 }, { k: 63 }]) expect(planned({ m: 64, n: 64, k: 64, ...odd }).isAligned).toBe(false);
  expect(planned({ m: 65, n: 64, k: 64 }).isAligned).toBe(true);
  expect(planned({ m: 65, n: 64, k: 64, transposeA: true }).isAligned).toBe(false);
});

describe.skipIf(webgpu === undefined)('products on WebGPU', () => {
  it.each(territories)('%s: err by no more than a sum of K products in f32 may', (_, sizes) => {
    // Each kernel has to be compiled: the four cases are shared among the sizes, but in the soak.
    for (const [i, one] of sizes.entries())
      for (const [j, flags] of transposes.entries())
        if (isSoak || i % 4 === j || sizes.length < 4) expectProduct({ ...one, ...flags });
  });

  it('of sizes drawn at random, too', () => {
    const size = fc.oneof(fc.constantFrom(0, 1, 3, 4, 15, 16, 17, 31, 32, 33, 61, 64, 65), fc.nat(80));
    const product = fc.record({
      m: size,
      n: size,
      k: fc.oneof(size, fc.constantFrom(255, 256, 257, 521)),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
      batches: fc.constantFrom<readonly [Shape, Shape]>(
        [[], []],
        [[2], []],
        [
          [1, 2],
          [3, 1],
        ],
        [[2], [1, 2]],
        [[0], [0]],
      ),
    });
    fc.assert(fc.property(product, expectProduct), runs(12, 1000));
  });

  it.runIf(isSoak)('of more matrices than fit into one dimension', () => {
    expectProduct({ m: 1, n: 2, k: 1, batches: [[65_537], []] });
  });

  it('pass on what is no number, and infinities, and do so nowhere else', () => {
    const be = webgpu ?? expect.fail();
    for (const [, [, one = { m: 1, n: 1, k: 1 }]] of territories) {
      // The last row of A has a NaN, the last column of B an infinity: of a row of zeros that makes a NaN.
      const values = (seed: number, length: number) => {
        const found = uniform(seed, length);
        if (seed === 1) found[length - 1] = Number.NaN;
        else found[length - 1] = Infinity;
        if (seed === 1 && one.m > 1) found.fill(0, 0, one.k);
        return found;
      };
      const kinds = (all: readonly number[]) => all.map((x) => (Number.isFinite(x) ? 'finite' : String(x)));
      expect(kinds(multiplied(be, one, values))).toEqual(kinds(multiplied(reference, one, values)));
    }
  });

  it('leave no memory behind where K is cut', () => {
    const be = webgpu ?? expect.fail();
    const before = be.memory();
    expectProduct({ m: 33, n: 40, k: 600 });
    expect(be.memory()).toEqual(before);
  });
});

/** Shapes and an axis of each: gathered by one invocation, by a workgroup, and in two levels; along rows and along columns. */
const reductions: readonly (readonly [levels: 1 | 2, shape: Shape, axis: number])[] = [
  [1, [7], 0],
  [1, [63, 5], 0],
  [1, [64, 3], 0],
  [1, [70, 129], 1],
  [1, [3, 65, 33], 1],
  [1, [70, 257, 2], 1],
  [1, [5000], 0],
  [2, [9001], 0],
  [2, [1999, 41], 0],
  [2, [2, 2063, 3], 1],
  [2, [3, 9001], 1],
  [2, [70_000], 0],
];
const around = (shape: Shape, axis: number) => ({
  outer: numel(shape.slice(0, axis)),
  count: shape[axis] ?? 1,
  inner: numel(shape.slice(axis + 1)),
});

it('few results of many elements are gathered in two levels', () => {
  for (const [levels, shape, axis] of reductions) {
    const pieces = piecesAround(around(shape, axis));
    expect(levels === 1 ? pieces === 1 : pieces > 1, `${shape}`).toBe(true);
  }
  expect(piecesAround({ outer: 1, count: 1_000_000, inner: 1 })).toBeGreaterThan(200);
  expect(piecesAround({ outer: 1, count: 4096, inner: 512 })).toBe(16);
});

function reduced(backend: Backend, op: ReduceOp, values: ArrayLike<number>, shape: Shape, axis: number, dtype?: DType) {
  return on(backend, (be) => [...be.readSync(be.reduce(op, be.upload(values, shape, dtype), [axis], false))]);
}

describe.skipIf(webgpu === undefined)('reductions on WebGPU', () => {
  const expectReductions = (shape: Shape, axis: number, seed: number) => {
    const be = webgpu ?? expect.fail();
    const values = uniform(seed, numel(shape));
    const sizes = reduced(reference, 'sum', values.map(Math.abs), shape, axis);
    for (const op of ['sum', 'sumsq', 'max', 'min', 'argmax'] as const) {
      const got = reduced(be, op, values, shape, axis);
      const expected = reduced(reference, op, values, shape, axis);
      expect(got).toHaveLength(expected.length);
      // No element takes part in more than 200 additions that are rounded.
      const far = expected.flatMap((e, i) => {
        const bound = op.startsWith('sum') ? 200 * UNIT * (sizes[i] ?? 0) : 0;
        return Math.abs((got[i] ?? Number.NaN) - e) <= bound ? [] : [i];
      });
      expect(far, `${op} of ${shape} over ${axis}`).toEqual([]);
    }
  };

  it.each(reductions)('in %i level(s) of [%s] over axis %i: sums err by little, all else is exact', (_, shape, axis) =>
    expectReductions(shape, axis, 3),
  );

  it('of shapes drawn at random, too', () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(31, 32, 33, 63, 64, 65, 129));
    const shape = fc.tuple(size, fc.oneof(size, fc.constantFrom(255, 1023, 1025, 2049)), size);
    // No more than is brought along and compared in a moment.
    const moderate = shape.filter((sizes) => numel(sizes) <= 2 ** 16);
    fc.assert(fc.property(moderate, fc.nat(2), fc.nat(1000), expectReductions), runs(10, 500));
  });

  it.each(reductions)('in %i level(s) of [%s] over axis %i: of whole numbers and of truths', (_, shape, axis) => {
    const be = webgpu ?? expect.fail();
    const values = uniform(4, numel(shape));
    const whole = values.map((x) => Math.round(5 * x));
    const truths = values.map((x) => Number(x > 0.3));
    for (const [dtype, elements, ops] of [
      ['i32', whole, ['sum', 'sumsq', 'max', 'min', 'argmax']],
      ['bool', truths, ['sum', 'argmax']],
    ] as const)
      for (const op of ops)
        expect(reduced(be, op, elements, shape, axis, dtype), op).toEqual(
          reduced(reference, op, elements, shape, axis, dtype),
        );
  });

  it('pass NaN on, the first of which is the largest, and see infinities', () => {
    const be = webgpu ?? expect.fail();
    for (const length of [5, 300, 9001])
      for (const places of [[0], [length - 1], [length >> 1, (length >> 1) + 1], [3, length - 2]])
        for (const odd of [Number.NaN, Infinity, -Infinity]) {
          const values = uniform(length, length);
          for (const at of places) values[at] = odd;
          for (const op of ['max', 'min', 'argmax'] as const)
            expect(reduced(be, op, values, [length], 0)).toEqual(reduced(reference, op, values, [length], 0));
          expect(on(be, (one) => one.finiteSync(one.upload(values, [length])))).toBe(false);
        }
    for (const length of [0, 5, 300, 9001])
      expect(on(be, (one) => one.finiteSync(one.upload(uniform(length, length), [length])))).toBe(true);
  });

  it('a sum of a million elements of either sign is within 1e-4 of the true one', () => {
    const be = webgpu ?? expect.fail();
    const length = isSoak ? 1_000_000 : 200_000;
    const values = uniform(5, length).map((x) => Math.fround(x + 0.01));
    const [got = Number.NaN] = reduced(be, 'sum', values, [length], 0);
    const expected = values.reduce((sum, x) => sum + x, 0);
    expect(Math.abs(got / expected - 1)).toBeLessThan(1e-4);
  });

  it('over axes that are no neighbours, and over nothing', () => {
    const be = webgpu ?? expect.fail();
    const compute = (one: Backend) => [
      ...one.readSync(one.reduce('max', one.upload(uniform(1, 700), [70, 2, 5]), [0, 2], true)),
    ];
    expect(on(be, compute)).toEqual(on(reference, compute));
    expect(reduced(be, 'sum', [], [0, 3], 0)).toEqual([0, 0, 0]);
  });
});
