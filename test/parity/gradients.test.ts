import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FunctionContext, OwnFunction } from '../../engine/autograd/function.ts';
import type { Tensor } from '../../engine/autograd/tensor.ts';
import { functionRecord } from '../../engine/functions/record.ts';
import { numel, type Shape } from '../../engine/tensor/shape.ts';
import { runs } from '../property/runs.ts';
import { crossEntropy, floats, scaledExp, traced } from '../unit/functions/sources.ts';
import { backends } from './backends.ts';
import { expectGradients } from './gradients.ts';
import { draw, type WrittenArray } from './material.ts';

/** Gradients at random shapes, of compositions, and of functions of one's own; those of each operation are in `ops.test.ts`. */

const input = (shape: Shape, seed = 1, from = -1, to = 1): WrittenArray => ({
  shape,
  dtype: 'f32',
  values: draw(seed, numel(shape), from, to),
});

const size = fc.integer({ min: 1, max: 5 });
const shapes = fc.array(size, { minLength: 1, maxLength: 3 });
/** A shape and one that broadcasts to it: with some axes of size 1, and some leading ones left out. */
const broadcast = fc
  .tuple(shapes, fc.nat(3), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
  .map(([shape, skip, ones]) => [shape, shape.map((d, i) => (ones[i] === true ? 1 : d)).slice(skip)] as const);

it.each(backends)('of operations on two tensors that broadcast, on $backend', ({ create }) => {
  const backend = create();
  const operations = fc.constantFrom<(x: Tensor, y: Tensor) => Tensor>(
    (x, y) => x.add(y),
    (x, y) => x.sub(y),
    (x, y) => x.mul(y),
    (x, y) => x.div(y),
    (x, y) => y.div(x),
    (x, y) => x.pow(y),
    (x, y) => x.where(x.gt(1), y),
  );
  fc.assert(
    fc.property(operations, broadcast, fc.boolean(), fc.nat(1000), (f, [wide, narrow], isFirst, seed) => {
      // Positive and away from 0, where a power and a quotient have gradients that f32 can tell.
      const inputs = [input(wide, seed, 0.5, 2), input(narrow, seed + 1, 0.5, 2)];
      expectGradients(backend, ([x, y]) => (x && y ? [f(x, y)] : []), isFirst ? inputs : inputs.toReversed());
    }),
    runs(60, 1000),
  );
});

it.each(backends)('of products of matrices in batches, transposed and not, on $backend', ({ create }) => {
  const backend = create();
  const batches = fc.oneof(fc.constant([[], []] as const), broadcast);
  fc.assert(
    fc.property(batches, size, size, size, fc.boolean(), fc.boolean(), (batch, m, k, n, transposeA, transposeB) => {
      const [first, second] = batch;
      const a = input([...first, ...(transposeA ? [k, m] : [m, k])], 1);
      const b = input([...second, ...(transposeB ? [n, k] : [k, n])], 2);
      expectGradients(backend, ([x, y]) => (x && y ? [x.matmul(y, { transposeA, transposeB })] : []), [a, b]);
    }),
    runs(40, 1000),
  );
});

it.each(backends)('of what runs along axes, on $backend', ({ create }) => {
  const backend = create();
  const along = fc.constantFrom<(x: Tensor, axis: number, keep: boolean) => Tensor>(
    (x, axis, keep) => x.sum([axis], keep),
    (x, axis, keep) => x.mean([axis], keep),
    (x, axis, keep) => x.max([axis], keep),
    (x, axis) => x.softmax(axis),
    (x, axis) => x.logSoftmax(axis),
    (x, axis) => x.transpose(axis, 0),
    (x) => x.reshape([-1]),
  );
  fc.assert(
    fc.property(along, shapes, fc.nat(2), fc.boolean(), fc.nat(1000), (f, shape, axis, keep, seed) =>
      expectGradients(backend, ([x]) => (x ? [f(x, axis % shape.length, keep)] : []), [input(shape, seed)]),
    ),
    runs(60, 1000),
  );
});

it.each(backends)('of random compositions, on $backend', ({ create }) => {
  const backend = create();
  const unary = fc.constantFrom<(x: Tensor) => Tensor>(
    (x) => x.tanh(),
    (x) => x.sigmoid(),
    (x) => x.gelu(),
    (x) => x.mul(x),
    (x) => x.exp().log1p(),
    (x) => x.softmax(-1),
    (x) => x.transpose(0, 1),
    (x) => x.sub(x.mean([0], true)),
    // Means and not sums of products: numbers that grow from step to step would leave f32 nothing to compare.
    (x) => x.matmul(x, { transposeB: true }).div(x.shape[1] ?? 1),
  );
  fc.assert(
    fc.property(fc.array(unary, { minLength: 1, maxLength: 5 }), size, size, fc.nat(1000), (chain, m, n, seed) =>
      expectGradients(backend, ([x]) => (x ? [chain.reduce((y, f) => f(y), x)] : []), [input([m, n], seed)]),
    ),
    runs(60, 2000),
  );
});

it.each(backends)('of functions of one’s own, on $backend', async ({ create }) => {
  const backend = create();
  class Square extends OwnFunction {
    static override forward(ctx: FunctionContext<[Tensor]>, x: Tensor): Tensor {
      ctx.saveForBackward(x);
      return x.mul(x);
    }
    static override backward(ctx: FunctionContext<[Tensor]>, gradOutput: Tensor): Tensor {
      const [x] = ctx.savedTensors;
      return gradOutput.mul(x).mul(2);
    }
  }
  expectGradients(backend, ([x]) => (x ? [Square.apply(Square.apply(x))] : []), [input([3, 4])]);

  const twice = functionRecord('scaledExp', await traced(scaledExp, floats([4, 3], [3])));
  expectGradients(backend, (xs) => xs[0]?.context.apply(twice, xs) ?? [], [input([4, 3]), input([3], 2)]);
  const loss = functionRecord(
    'crossEntropy',
    await traced(crossEntropy, {
      inputs: [
        { shape: [4, 3], dtype: 'f32', needsInputGrad: true },
        { shape: [4], dtype: 'i32', needsInputGrad: false },
      ],
    }),
  );
  const labels: WrittenArray = { shape: [4], dtype: 'i32', values: [2, 0, 1, 1] };
  expectGradients(backend, (xs) => xs[0]?.context.apply(loss, xs) ?? [], [input([4, 3]), labels]);
});

it('a gradient that is off by a thousandth is told', () => {
  const backend = backends[0]?.create();
  class Off extends OwnFunction {
    static override forward(_ctx: FunctionContext, x: Tensor): Tensor {
      return x.mul(1);
    }
    static override backward(_ctx: FunctionContext, gradOutput: Tensor): Tensor {
      return gradOutput.context.kernels.floatType === 'f64' ? gradOutput : gradOutput.mul(1.001);
    }
  }
  expect(() => backend && expectGradients(backend, ([x]) => (x ? [Off.apply(x)] : []), [input([3])])).toThrow('in f64');
});
