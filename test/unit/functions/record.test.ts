import { describe, expect, it } from 'vitest';
import { Context } from '../../../engine/autograd/context.ts';
import { fromArray } from '../../../engine/autograd/create.ts';
import { gradcheck } from '../../../engine/autograd/gradcheck.ts';
import type { Tensor } from '../../../engine/autograd/tensor.ts';
import { Kernels } from '../../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../../engine/backends/reference/reference.ts';
import { functionRecord } from '../../../engine/functions/record.ts';
import { TorchGenerator } from '../../../engine/random/torch.ts';
import { floats, myReLU, scaledExp, traced } from './sources.ts';

const makeContext = (floatType: 'f32' | 'f64' = 'f32') =>
  new Context(new Kernels(createReferenceBackend({ floatType })));

describe('a traced function as an operation', () => {
  it('is relu and clamp to the bit, forward and backward, on special values too', async () => {
    const special = [0, -0, Infinity, -Infinity, Number.NaN, 1, -1, 1e-40];
    const values = Float32Array.from([...special, ...new TorchGenerator(1).randn(6392)]);
    const seed = new TorchGenerator(2).randn(6400);
    const record = functionRecord('MyReLU', await traced(myReLU, floats([64, 100])));
    const through = (f: (x: Tensor) => Tensor | undefined) => {
      const context = makeContext();
      const x = fromArray(values, [64, 100], { context, requiresGrad: true });
      const y = f(x);
      y?.backward({ gradient: fromArray(seed, [64, 100], { context }) });
      return [y, x.grad].map((t) => new Uint32Array(t?.data().buffer ?? new ArrayBuffer(0)));
    };
    const own = through((x) => x.context.apply(record, [x])[0]);
    expect(own[0]).toHaveLength(6400);
    expect(own).toEqual(through((x) => x.context.apply(record, [x])[0]));
    expect(own[0]).toEqual(through((x) => x.clamp(0))[0]);
    // relu passes no gradient at 0 and NaN as it is; where(x < 0) lets both pass.
    const [, relu] = through((x) => x.relu());
    const differing = [...(own[1] ?? [])].flatMap((bits, i) => (bits === relu?.[i] ? [] : [i]));
    expect(differing.every((i) => values[i] === 0)).toBe(true);
    expect(own[1]).toEqual(through((x) => x.where(x.lt(0).eq(0), 0))[1]);
  });

  it('has several inputs and outputs, and saves what it computed on the way', async () => {
    const trace = await traced(scaledExp, floats([4, 3], [3]));
    const record = functionRecord('scaledExp', trace);
    expect(record.saves).toEqual(['intermediate0', 'input1', 'output0']);
    expect(record.shape([[4, 3], [3]], {})).toEqual([[4, 3], [3]]);
    const context = makeContext('f64');
    const x = fromArray(new TorchGenerator(3).randn(12), [4, 3], { context, requiresGrad: true });
    const w = fromArray([0.5, -1, 2], [3], { context, requiresGrad: true });
    expect(gradcheck(context, (inputs) => context.apply(record, inputs), [x, w])).toMatchObject({
      passed: true,
      checked: 15,
    });
    const [y, s] = context.apply(record, [x, w]);
    expect(y?.data()).toEqual(x.exp().mul(w).data());
    expect(s?.data()).toEqual(x.exp().sum([0]).data());
    // An output that nothing uses counts as a gradient of zeros.
    s?.sum().backward();
    expect(x.grad?.data()).toEqual(x.exp().data());
    expect(w.grad?.data()).toEqual(new Float64Array(3));
  });

  it('computes only the gradients that are needed, and none where backward says null', async () => {
    const source = `function forward(ctx, a, b) { return a.add(b); }
      function backward(ctx, g) { return [g, null]; }`;
    const record = functionRecord('half', await traced(source, floats([2], [2])));
    const context = makeContext();
    const a = fromArray([1, 2], [2], { context, requiresGrad: true });
    const b = fromArray([1, 2], [2], { context, requiresGrad: true });
    context.apply(record, [a, b])[0]?.sum().backward();
    expect(a.grad?.data()).toEqual(Float32Array.of(1, 1));
    expect(b.grad).toBeNull();
    const k = context.kernels;
    expect(record.backward?.(k, [k.ones([2])], {}, {}, [false, true], [[2], [2]])).toEqual([undefined, undefined]);
  });

  it('returns values of its own where forward returns its input, or one value twice', async () => {
    const source = `function forward(ctx, x) { const y = x.exp(); return [x, y, y]; }
      function backward(ctx, g, h, i) { return g; }`;
    const record = functionRecord('same', await traced(source, floats([2])));
    const context = makeContext();
    const x = fromArray([1, 2], [2], { context });
    const outputs = context.apply(record, [x]);
    expect(new Set([x, ...outputs].map((t) => t.value.storage)).size).toBe(4);
    expect(outputs[0]?.data()).toEqual(x.data());
  });

  it('takes the sizes it was traced for, and no others', async () => {
    const record = functionRecord('MyReLU', await traced(myReLU, floats([2, 3])));
    const context = makeContext();
    const x = fromArray([1, 2, 3], [3], { context });
    expect(() => context.apply(record, [x])).toThrow('MyReLU was traced for other shapes');
  });
});
