import { describe, expect, it } from 'vitest';
import type { BackwardStep } from '../../engine/autograd/backward.ts';
import { Context } from '../../engine/autograd/context.ts';
import { fromArray, tensor } from '../../engine/autograd/create.ts';
import { defineFunction, ownFunction } from '../../engine/autograd/function.ts';
import { gradcheck } from '../../engine/autograd/gradcheck.ts';
import { Tape } from '../../engine/autograd/tape.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import type { OpRecord } from '../../engine/ops/op.ts';
import { present } from '../../engine/ops/shared.ts';

const makeContext = (floatType: 'f32' | 'f64' = 'f32') =>
  new Context(new Kernels(createReferenceBackend({ floatType })));

describe('backward', () => {
  it('sums the contributions of a tensor that is used twice', () => {
    const x = tensor([3, -1], { requiresGrad: true });
    x.mul(x).add(x).sum().backward();
    expect([...(x.grad?.data() ?? [])]).toEqual([7, -1]);
  });

  it('adds to .grad across passes, and starts from null', () => {
    const x = tensor(2, { requiresGrad: true });
    expect(x.grad).toBeNull();
    x.mul(3).backward();
    x.mul(4).backward();
    expect(x.grad?.item()).toBe(7);
  });

  it('yields an operation before its contributions, latest operation first, and each += with what it was before', () => {
    const context = makeContext();
    const a = tensor([1, 2], { requiresGrad: true, context });
    const loss = a.mul(a).sum();
    const steps: BackwardStep[] = [...context.backward([loss])];
    const told = steps.map((s) => (s.kind === 'op' ? s.entry.op.name : s.leaf ? 'leaf +=' : 'inner +='));
    expect(told).toEqual(['inner +=', 'sum', 'inner +=', 'mul', 'leaf +=', 'leaf +=']);
    const [first, second] = steps.filter((s) => s.kind === 'accumulate' && s.leaf);
    if (first?.kind !== 'accumulate' || second?.kind !== 'accumulate') throw new Error('expected two contributions');
    expect(first.before).toBeNull();
    expect(second.before).toBe(first.total);
    expect([first.input, second.input]).toEqual([0, 1]);
    expect(second.target).toBe(a);
  });

  it('can be stopped between steps: nothing further happens', () => {
    const context = makeContext();
    const a = tensor([1, 2], { requiresGrad: true, context });
    const steps = context.backward([a.mul(5).sum()]);
    steps.next();
    steps.next();
    expect(a.grad).toBeNull();
    while (steps.next().done !== true);
    expect([...(a.grad?.data() ?? [])]).toEqual([5, 5]);
  });

  it('refuses a second pass over the same graph unless it is retained', () => {
    const x = tensor(2, { requiresGrad: true });
    const y = x.mul(x);
    y.backward({ retainGraph: true });
    y.backward();
    expect(x.grad?.item()).toBe(8);
    expect(() => y.backward()).toThrow('retainGraph');
  });

  it('asks for a gradient where the root is not a scalar, and for one that fits', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    expect(() => x.mul(2).backward()).toThrow('scalar');
    expect(() => x.mul(2).backward({ gradient: tensor([1, 2, 3]) })).toThrow('does not fit');
    x.mul(2).backward({ gradient: tensor([1, 10]) });
    expect([...(x.grad?.data() ?? [])]).toEqual([2, 20]);
    expect(() => tensor(1).backward()).toThrow('does not depend');
  });

  it('stops at detach and at noGrad', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    x.mul(x.detach()).sum().backward();
    expect([...(x.grad?.data() ?? [])]).toEqual([1, 2]);
    const hidden = x.context.noGrad(() => x.mul(2));
    expect(hidden.requiresGrad).toBe(false);
    expect(x.mul(2).requiresGrad).toBe(true);
  });

  it('survives 20,000 operations in a row', () => {
    let y = tensor(1, { requiresGrad: true });
    const x = y;
    for (let i = 0; i < 20_000; i++) y = y.add(0);
    y.backward();
    expect(x.grad?.item()).toBe(1);
  });
});

describe('the tape', () => {
  it('records every operation with its address, phase, shapes and saved values', () => {
    const context = makeContext();
    context.tape = new Tape();
    const x = tensor([[1, 2]], { context });
    const w = tensor([[3], [4]], { context, requiresGrad: true });
    const loss = context.within('outer', () => context.within('linear1', () => x.matmul(w)).relu());
    context.phase = 'loss';
    loss.sum().backward();
    const told = context.tape.entries.map((e) => [e.index, e.address, e.op.name, e.phase, e.differentiable]);
    expect(told).toEqual([
      [0, 'outer/linear1', 'matmul', 'forward', true],
      [1, 'outer', 'relu', 'forward', true],
      [2, '', 'sum', 'loss', true],
    ]);
    expect(context.tape.entries[0]?.shapes).toEqual([
      [1, 2],
      [2, 1],
    ]);
    context.tape.clear();
    expect(context.tape.entries).toEqual([]);
  });

  it('tells observers', () => {
    const context = makeContext();
    const seen: string[] = [];
    context.observers.add((entry) => seen.push(entry.op.name));
    tensor([4], { context }).sqrt().exp();
    expect(seen).toEqual(['sqrt', 'exp']);
  });
});

describe('gradcheck', () => {
  it('names the worst element of a wrong backward', () => {
    const context = makeContext('f64');
    const wrong = defineFunction({
      name: 'wrong',
      forward: (_ctx, x) => x.mul(x),
      backward: (_ctx, grad) => [grad],
    });
    const result = gradcheck(context, ([x]) => wrong(x ?? tensor(0)), [
      tensor([0.5, 3], { context, requiresGrad: true }),
    ]);
    expect(result).toMatchObject({ passed: false, input: 0, element: 1 });
    expect(result.numeric / result.analytic).toBeCloseTo(6, 4);
  });
  it('passes over kinks where told to, and counts them', () => {
    const context = makeContext('f64');
    const x = tensor([0, 1, -2], { context, requiresGrad: true });
    const check = (skipKinks: boolean) => gradcheck(context, ([v = x]) => v.abs(), [x], { skipKinks });
    expect(check(true)).toMatchObject({ passed: true, checked: 2, kinks: 1 });
    // The derivative of |x| is taken to be 0 at 0, and so is the central difference: a corner off the middle shows.
    const near = tensor([3e-7], { context, requiresGrad: true });
    expect(gradcheck(context, ([v = near]) => v.abs(), [near])).toMatchObject({ passed: false, kinks: 0 });
    expect(gradcheck(context, ([v = near]) => v.abs(), [near], { skipKinks: true })).toMatchObject({
      passed: true,
      checked: 0,
      kinks: 1,
    });
  });
  it('compares the elements it is told to, of every output', () => {
    const context = makeContext('f64');
    const x = tensor([0.5, 1, 2], { context, requiresGrad: true });
    const seen: number[][] = [];
    const elements = (input: number, count: number) => {
      seen.push([input, count]);
      return [2, 0];
    };
    const result = gradcheck(context, ([v = x]) => [v.exp(), v.mul(v).sum()], [x], { elements });
    expect(result).toMatchObject({ passed: true, checked: 2 });
    expect(seen).toEqual([[0, 3]]);
  });
  it('refuses f32', () => {
    expect(() => gradcheck(makeContext(), ([x]) => x ?? tensor(0), [])).toThrow('f64');
  });
});

describe('intermediates', () => {
  it('are returned behind the outputs, saved by name and shown to backward only', () => {
    const context = makeContext();
    context.tape = new Tape();
    const record: OpRecord = {
      ...ownFunction('expTwice'),
      shape: ([x = []]) => [x, x],
      saves: ['output1', 'intermediate0'],
      forward(k, [x]) {
        const once = k.exp(present(x));
        return [k.add(once, 1), k.exp(once), once];
      },
      backward: (k, [g, h], { output1, intermediate0 }) => [
        k.mul(k.add(present(g), k.mul(present(h), present(output1))), present(intermediate0)),
      ],
    };
    const x = tensor([0], { context, requiresGrad: true });
    const outputs = context.apply(record, [x]);
    expect(outputs).toHaveLength(2);
    expect(context.tape.entries[0]?.outputs).toHaveLength(2);
    const [one, two] = outputs;
    one
      ?.add(two ?? 0)
      .sum()
      .backward();
    expect(x.grad?.data()[0]).toBeCloseTo(1 + Math.E, 6);
  });
});

describe('defineFunction', () => {
  const square = defineFunction({
    name: 'square',
    forward(ctx, x) {
      ctx.saveForBackward(x);
      return x.mul(x);
    },
    backward(ctx, grad) {
      const [x] = ctx.savedTensors;
      return [x && grad.mul(x).mul(2)];
    },
  });
  it('uses the given backward, with what forward saved', () => {
    const x = fromArray([1, -4], [2], { requiresGrad: true });
    square(x).sum().backward();
    expect([...(x.grad?.data() ?? [])]).toEqual([2, -8]);
  });
  it('passes gradcheck, and chains', () => {
    const context = makeContext('f64');
    const x = tensor([0.3, -1.2], { context, requiresGrad: true });
    expect(gradcheck(context, ([v]) => square(square(v ?? x)), [x]).passed).toBe(true);
  });
});
