import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Backend, BinaryOp, NDArray, UnaryOp } from '../../engine/backends/backend.ts';
import { erf } from '../../engine/backends/reference/erf.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { createWasmBackend } from '../../engine/backends/wasm/wasm.ts';
import type { DType } from '../../engine/tensor/dtype.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { startPoolThread } from '../../engine/threads/start.ts';
import { runs } from './runs.ts';

const wasm = createWasmBackend();
const plain = createWasmBackend({ relaxed: false });
const wide = createWasmBackend({ wide: () => true });
const reference = createReferenceBackend();

/** Numbers in [−1, 1) that a seed makes. */
function numbers(seed: number, length: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

const on = <T>(backend: Backend, compute: (backend: Backend) => T): T => backend.scope(() => compute(backend));

describe('matrix products', () => {
  /** Sizes of tiles and of blocks of K, one more and one less, and what lies between. */
  const size = fc.oneof(fc.constantFrom(0, 1, 2, 5, 6, 7, 8, 9, 15, 16, 17, 31, 97, 120, 121), fc.nat(40));
  const depth = fc.oneof(size, fc.constantFrom(255, 256, 257, 521));
  const batches = fc.constantFrom<readonly [Shape, Shape]>(
    [[], []],
    [[2], []],
    [[], [3]],
    [
      [2, 1],
      [1, 3],
    ],
    [[0], [0]],
  );
  const product = fc.record({
    m: size,
    n: size,
    k: depth,
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    batches,
    seed: fc.nat(),
  });

  const multiply = (backend: Backend, { m, n, k, transposeA, transposeB, batches, seed }: Product): NDArray => {
    const shapeA = [...batches[0], ...(transposeA ? [k, m] : [m, k])];
    const shapeB = [...batches[1], ...(transposeB ? [n, k] : [k, n])];
    const a = backend.upload(numbers(seed, numel(shapeA)), shapeA);
    const b = backend.upload(numbers(seed + 1, numel(shapeB)), shapeB);
    return backend.matmul(a, b, transposeA, transposeB);
  };
  type Product = typeof product extends fc.Arbitrary<infer T> ? T : never;

  it('err by no more than a sum of K products in f32 may', () => {
    fc.assert(
      fc.property(product, (one) => {
        // |error| ≤ γ_K · Σ|a||b|, γ_K = K·u / (1 − K·u), u = 2⁻²⁴, and the rounding of the reference's result.
        const bound = (one.k + 1) * 2 ** -24 * 1.01 * one.k;
        const expected = on(reference, (be) => [...be.readSync(multiply(be, one))]);
        for (const backend of [wasm, plain])
          on(backend, (be) => {
            const made = multiply(be, one);
            expect(made.shape).toEqual(on(reference, (r) => multiply(r, one).shape));
            const got = be.readSync(made);
            expect(got).toHaveLength(expected.length);
            // Written so that a NaN counts as too far.
            const far = expected.filter((e, i) => !(Math.abs((got[i] ?? Number.NaN) - e) <= bound));
            expect(far).toEqual([]);
          });
      }),
      runs(60, 1000),
    );
  });

  it('have the same bits whatever the tile', () => {
    fc.assert(
      fc.property(product, (one) => {
        const [narrow, other] = [wasm, wide].map((backend) => on(backend, (be) => be.readSync(multiply(be, one))));
        expect(other).toEqual(narrow);
      }),
      runs(60, 1000),
    );
  });

  it.each([
    [64, 1000, 1000],
    [130, 600, 700],
  ])('of %i × %i × %i, which are packed and done in blocks, too', (m, n, k) => {
    for (const transposeA of [false, true])
      for (const transposeB of [false, true]) {
        const one: Product = { m, n, k, transposeA, transposeB, batches: [[], []], seed: 7 };
        const [narrow, other] = [wasm, wide].map((backend) => on(backend, (be) => be.readSync(multiply(be, one))));
        expect(other).toEqual(narrow);
        const expected = on(reference, (be) => be.readSync(multiply(be, one)));
        let worst = 0;
        for (const [i, e] of expected.entries()) worst = Math.max(worst, Math.abs((narrow?.[i] ?? Number.NaN) - e));
        expect(worst).toBeLessThan(1e-3);
      }
  });
});

describe('element by element', () => {
  const shapes = fc
    .record({
      full: fc.array(fc.nat(5), { maxLength: 4 }),
      ones: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    })
    .chain(({ full, ones }) =>
      fc
        .tuple(fc.nat(full.length), fc.nat(full.length))
        .map(([a, b]): [Shape, Shape] => [
          full.slice(a).map((d, i) => (ones[i] === true ? 1 : d)),
          full.slice(b).map((d, i) => (ones[4 + i] === true ? 1 : d)),
        ]),
    );
  const types = fc.tuple(
    fc.constantFrom<DType>('f32', 'f32', 'i32', 'bool'),
    fc.constantFrom<DType>('f32', 'i32', 'bool'),
  );
  /** Whole numbers that f32 holds, and some that it does not. */
  const elementsOf = (dtype: DType, seed: number, length: number): ArrayLike<number> => {
    const all = numbers(seed, length);
    if (dtype === 'f32') return all;
    return all.map((x, i) => (dtype === 'bool' ? Number(x > 0) : Math.round(x * 3) + (i % 3 === 0 ? 2 ** 24 : 0)));
  };
  const exact: BinaryOp[] = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'lt', 'le', 'gt', 'ge', 'eq', 'ne'];

  it('arithmetic and comparisons of broadcast arrays have the reference’s bits', () => {
    fc.assert(
      fc.property(shapes, types, fc.constantFrom(...exact), fc.nat(), ([a, b], [typeA, typeB], op, seed) => {
        const compute = (be: Backend) => {
          const x = be.upload(elementsOf(typeA, seed, numel(a)), a, typeA);
          const y = be.upload(elementsOf(typeB, seed + (seed % 3), numel(b)), b, typeB);
          const made = [be.binary(op, x, y), be.binary(op, x, 0.3), be.binary(op, 0.3, y)];
          const chosen = be.where(be.binary('lt', x, 0), x, y);
          return [...made, chosen].map((one) => ({ shape: one.shape, dtype: one.dtype, values: be.readSync(one) }));
        };
        expect(on(wasm, compute)).toEqual(on(reference, compute));
      }),
      runs(200, 5000),
    );
  });

  it('lists longer than a row are done to their last element', () => {
    for (const length of [4095, 4096, 4097, 8192, 10_001]) {
      const compute = (be: Backend) => be.readSync(be.binary('mul', be.upload(numbers(length, length), [length]), 3));
      expect(on(wasm, compute)).toEqual(on(reference, compute));
    }
  });
});

describe('threads', () => {
  const shared = createWasmBackend({ threads: 3, startThread: startPoolThread });
  beforeAll(() => vi.waitUntil(() => shared.threads === 3, { timeout: 30_000 }), 30_000);
  afterAll(() => shared.close());

  it('do not change a bit of products that are shared among them', () => {
    for (const [m, n, k] of [
      [64, 100, 1000],
      [100, 1000, 64],
      [7, 900, 50],
      [400, 5, 300],
      [128, 512, 784],
      [1, 1500, 900],
      [3, 501, 801],
    ] as const)
      for (const transposeA of [false, true])
        for (const transposeB of [false, true]) {
          const compute = (be: Backend) => {
            const a = be.upload(numbers(m, m * k), transposeA ? [k, m] : [m, k]);
            const b = be.upload(numbers(n, n * k), transposeB ? [n, k] : [k, n]);
            return be.readSync(be.matmul(a, b, transposeA, transposeB));
          };
          // Again and again: who takes which part is different each time.
          const alone = on(wasm, compute);
          for (let i = 0; i < 5; i++) expect(on(shared, compute)).toEqual(alone);
        }
  });

  it('share large products and long lists, and leave small ones alone', async () => {
    const product = (size: number) =>
      on(shared, (be) => be.matmul(be.full([size, size], 1), be.full([size, size], 2), false, false));
    const list = (length: number) => on(shared, (be) => be.unary('tanh', be.full([length], 1)));
    for (const [small, large] of [
      [() => product(100), () => product(160)],
      [() => list(30_000), () => list(300_000)],
    ] as const) {
      const before = shared.partsByOthers;
      for (let i = 0; i < 200; i++) small();
      expect(shared.partsByOthers).toBe(before);
      // Whoever brings a job may be through before the others are there, but not every time.
      await vi.waitUntil(() => {
        large();
        return shared.partsByOthers > before;
      });
    }
  });

  it('do not change a bit of long lists, nor of an update in one pass', () => {
    const compute = (be: Backend) => {
      const x = be.upload(numbers(3, 300_001), [300_001]);
      const y = be.upload(numbers(4, 300_001), [300_001]);
      const sum = be.binary('add', be.unary('tanh', x), y);
      be.fuse(() => be.assign(x, be.binary('sub', x, be.binary('mul', y, 0.1))));
      return [be.readSync(sum), be.readSync(x)];
    };
    const alone = on(wasm, compute);
    for (let i = 0; i < 10; i++) expect(on(shared, compute)).toEqual(alone);
  });
});

describe('reductions', () => {
  it('over neighbouring and other axes are the reference’s, to the rounding of one sum', () => {
    const shape = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shape, fc.nat(15), fc.boolean(), fc.nat(), (shape, chosen, keepDims, seed) => {
        const axes = shape.flatMap((_, i) => ((chosen >> i) % 2 === 1 ? [i] : []));
        for (const op of ['sum', 'sumsq', 'max', 'min'] as const) {
          const compute = (be: Backend) => {
            const made = be.reduce(op, be.upload(numbers(seed, numel(shape)), shape), axes, keepDims);
            return { shape: made.shape, values: [...be.readSync(made)] };
          };
          if (numel(shape) === 0 && !op.startsWith('sum')) continue;
          const [got, expected] = [on(wasm, compute), on(reference, compute)];
          expect(got.shape).toEqual(expected.shape);
          for (const [i, e] of expected.values.entries())
            expect(Math.abs((got.values[i] ?? Number.NaN) - e)).toBeLessThanOrEqual(
              2 ** -22 * Math.max(1, Math.abs(e)),
            );
        }
      }),
      runs(100, 3000),
    );
  });

  it('see every NaN and infinity, and nothing else', () => {
    for (const length of [0, 1, 5, 16, 33, 100])
      for (let at = 0; at < length; at++)
        for (const odd of [Number.NaN, Infinity, -Infinity])
          on(wasm, (be) => {
            const values = numbers(at, length);
            expect(be.finiteSync(be.upload(values, [length]))).toBe(true);
            values[at] = odd;
            expect(be.finiteSync(be.upload(values, [length]))).toBe(false);
            if (Number.isNaN(odd))
              expect(be.readSync(be.reduce('max', be.upload(values, [length]), [0], false))).toEqual(
                new Float32Array([odd]),
              );
          });
  });
});

describe('functions', () => {
  const functions: readonly (readonly [UnaryOp, (x: number) => number, ulps: number])[] = [
    ['exp', Math.exp, 2],
    ['log', Math.log, 2],
    ['log1p', Math.log1p, 2],
    ['tanh', Math.tanh, 2],
    ['sigmoid', (x) => 1 / (1 + Math.exp(-x)), 2],
    ['erf', erf, 8],
    ['sqrt', Math.sqrt, 0.5],
    ['reciprocal', (x) => 1 / x, 0.5],
  ];
  const { numRuns = 0 } = runs(200_000, 20_000_000);
  const CHUNK = 1 << 20;

  it.each(functions)('%s is within its ulps of the true value, from floats of all sizes', (op, exact, ulps) => {
    let state = 12345;
    const bits = new Uint32Array(Math.min(numRuns, CHUNK));
    const floats = new Float32Array(bits.buffer);
    for (let done = 0; done < numRuns; done += bits.length) {
      for (let i = 0; i < bits.length; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        bits[i] = state;
        // Of any bits a half is beyond what most functions can tell apart: every other one is between −32 and 32.
        if (i % 2 === 1) floats[i] = (state / 2 ** 32 - 0.5) * 64;
      }
      const got = on(wasm, (be) => be.readSync(be.unary(op, be.upload(floats, [floats.length]))));
      const worst = furthest(floats, got, exact);
      expect(worst.ulps, JSON.stringify(worst)).toBeLessThanOrEqual(ulps);
    }
  });

  it.each(functions)('%s treats zeros, infinities, NaN and the smallest numbers as C does', (op, exact) => {
    const odd = [0, -0, Infinity, -Infinity, Number.NaN, 1, -1, 2 ** -149, -(2 ** -149), 2 ** -126];
    const got = on(wasm, (be) => be.readSync(be.unary(op, be.upload(odd, [odd.length]))));
    for (const [i, x] of odd.entries()) {
      const expected = Math.fround(exact(x));
      const close = Math.abs((got[i] ?? Number.NaN) - expected) <= 2 ** -22 * Math.abs(expected) + 2 ** -148;
      expect(Object.is(got[i], expected) || (expected !== 0 && close), `${op}(${x}) is ${got[i]}`).toBe(true);
    }
  });
});

/** The distance between neighbouring f32 at `x`. */
function ulp(x: number): number {
  const size = Math.abs(Math.fround(x));
  return size < 2 ** -126 ? 2 ** -149 : 2 ** (Math.floor(Math.log2(size)) - 23);
}

function furthest(x: Float32Array, got: ArrayLike<number>, exact: (x: number) => number) {
  let worst = { ulps: 0, x: 0, got: 0 };
  for (let i = 0; i < x.length; i++) {
    const expected = exact(x[i] ?? 0);
    const actual = got[i] ?? 0;
    const rounded = Math.fround(expected);
    let distance = Math.abs(actual - expected) / ulp(expected);
    if (Number.isNaN(rounded)) distance = Number.isNaN(actual) ? 0 : Infinity;
    // Within an ulp of the largest float it may round to infinity or not.
    else if (!Number.isFinite(rounded)) distance = actual === rounded || Math.abs(actual) > 3.4028e38 ? 0 : Infinity;
    // Where the value is subnormal, products on the way there are, too.
    else if (Math.abs(expected) < 2 ** -120) distance = Math.abs(actual - expected) / 2 ** -143;
    if (!(distance <= worst.ulps)) worst = { ulps: distance, x: x[i] ?? 0, got: actual };
  }
  return worst;
}
