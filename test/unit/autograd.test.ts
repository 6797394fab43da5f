import { describe, expect, it } from 'vitest';
import type { BackwardStep } from '../../engine/autograd/backward.ts';
import { Context } from '../../engine/autograd/context.ts';
import { fromArray, full, tensor } from '../../engine/autograd/create.ts';
import { type FunctionContext, OwnFunction, ownFunction } from '../../engine/autograd/function.ts';
import { gradcheck } from '../../engine/autograd/gradcheck.ts';
import { Tape } from '../../engine/autograd/tape.ts';
import type { Tensor } from '../../engine/autograd/tensor.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { autograd } from '../../engine/index.ts';
import type { OpRecord } from '../../engine/ops/op.ts';
import { present } from '../../engine/ops/shared.ts';

const makeContext = (floatType: 'f32' | 'f64' = 'f32') =>
  new Context(new Kernels(createReferenceBackend({ floatType })));

describe('gradcheck of the public API', () => {
  it('refuses to check nothing, as in PyTorch', () => {
    expect(() => autograd.gradcheck((x) => x.exp(), [tensor([1, 1])])).toThrow('at least one input');
  });
});

describe('a function of one’s own says what was expected', () => {
  /** What code without types may give. */
  const untyped: Tensor = JSON.parse('3');
  const returning = (output: Tensor, gradient: Tensor) =>
    class Odd extends OwnFunction {
      static override forward(_ctx: FunctionContext, _x: Tensor): Tensor {
        return output;
      }
      static override backward(): Tensor {
        return gradient;
      }
    };
  const x = tensor([1], { requiresGrad: true });

  it('where forward gives no tensor', () => {
    expect(() => returning(untyped, untyped).apply(x)).toThrow(
      'forward of Odd gives a tensor or a list of tensors; got 3',
    );
  });
  it('where backward gives no gradient', () => {
    const y = returning(tensor([2]), untyped).apply(x);
    expect(() => y.backward()).toThrow('a tensor or null; got 3');
  });
});

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
    // A sum saves nothing that would have been freed.
    const sum = x.sum();
    sum.backward();
    sum.backward();
    expect(x.grad?.item()).toBe(10);
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
    class Wrong extends OwnFunction {
      static override forward(_ctx: FunctionContext, x: Tensor): Tensor {
        return x.mul(x);
      }
      static override backward(_ctx: FunctionContext, gradOutput: Tensor): Tensor {
        return gradOutput;
      }
    }
    const result = gradcheck(context, ([x]) => Wrong.apply(x ?? tensor(0)), [
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
  it('of the public API checks copies in f64, with whatever the function makes itself', () => {
    const x = tensor([0.5, 3], { requiresGrad: true });
    const right = autograd.gradcheck(
      (v) =>
        v
          .mul(tensor([1, 2]))
          .exp()
          .mul(full([2], 3)),
      [x],
    );
    expect(right).toMatchObject({ passed: true, checked: 2 });
    expect(autograd.gradcheck((v) => v.mul(v.detach()), [x]).passed).toBe(false);
    expect([x.dtype, x.grad]).toEqual(['f32', null]);
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

describe('a function of one’s own', () => {
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
  it('uses the given backward, with what forward saved', () => {
    const x = fromArray([1, -4], [2], { requiresGrad: true });
    Square.apply(x).sum().backward();
    expect([...(x.grad?.data() ?? [])]).toEqual([2, -8]);
  });
  it('passes gradcheck, and chains', () => {
    const context = makeContext('f64');
    const x = tensor([0.3, -1.2], { context, requiresGrad: true });
    expect(gradcheck(context, ([v]) => Square.apply(Square.apply(v ?? x)), [x]).passed).toBe(true);
  });

  it('has several inputs and outputs; an output that nothing uses counts as a gradient of zeros', () => {
    class ScaledExp extends OwnFunction {
      static override forward(ctx: FunctionContext<[Tensor, Tensor]>, x: Tensor, w: Tensor): [Tensor, Tensor, Tensor] {
        const y = x.exp();
        ctx.saveForBackward(y, w);
        return [y.mul(w), y.sum(), y.gt(1)];
      }
      static override backward(ctx: FunctionContext<[Tensor, Tensor]>, gradY: Tensor, gradSum: Tensor) {
        const [y, w] = ctx.savedTensors;
        expect(ctx.needsInputGrad).toEqual([true, false]);
        return [gradY.mul(w).add(gradSum).mul(y), null];
      }
    }
    const x = tensor([0, 1], { requiresGrad: true });
    const [y, sum, mask] = ScaledExp.apply(x, tensor([2, 3]));
    expect([y.requiresGrad, sum.requiresGrad, mask.requiresGrad, mask.dtype]).toEqual([true, true, false, 'bool']);
    sum.backward({ retainGraph: true });
    expect([...(x.grad?.data() ?? [])]).toEqual([...x.exp().data()]);
    y.sum().add(sum).backward();
    expect([...(x.grad?.data() ?? [])]).toEqual([
      ...x
        .exp()
        .mul(tensor([4, 5]))
        .data(),
    ]);
    expect(() => sum.backward()).toThrow('retainGraph');
  });
  it('gives values of its own: an input that it hands on is copied', () => {
    class Same extends OwnFunction {
      static override forward(_ctx: FunctionContext, x: Tensor): [Tensor, Tensor] {
        return [x, x];
      }
      static override backward(_ctx: FunctionContext, one: Tensor, other: Tensor): Tensor {
        return one.add(other);
      }
    }
    const x = tensor([1, 2], { requiresGrad: true });
    const [y, z] = Same.apply(x);
    expect(new Set([x.value, y.value, z.value]).size).toBe(3);
    y.mul(z).sum().backward();
    expect([...(x.grad?.data() ?? [])]).toEqual([2, 4]);
  });
  it('says what its parts have got wrong', () => {
    class Wrong extends OwnFunction {
      static override forward(_ctx: FunctionContext, x: Tensor, _other: Tensor): Tensor {
        return x.mul(2);
      }
      static override backward(ctx: FunctionContext, gradOutput: Tensor): (Tensor | null)[] {
        return ctx.needsInputGrad[1] ? [gradOutput.sum(), null] : [gradOutput];
      }
    }
    const x = tensor([1, 2], { requiresGrad: true });
    expect(() => Wrong.apply(x, tensor(1)).sum().backward()).toThrow('backward of Wrong gave 1 gradients for 2 inputs');
    expect(() => Wrong.apply(x, x).sum().backward()).toThrow('gradient 0 is not of the shape of its input');
    class Without extends OwnFunction {}
    expect(() => Without.apply(x)).toThrow('static forward of its own');
    class Unsaved extends OwnFunction {
      static override forward(_ctx: FunctionContext, x: Tensor): Tensor {
        return x.mul(2);
      }
      static override backward(ctx: FunctionContext): Tensor | null {
        return ctx.savedTensors[0] ?? null;
      }
    }
    expect(() => Unsaved.apply(x).sum().backward()).toThrow('saved nothing');
  });
  it('notices that what it saved has changed in place', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = Square.apply(x).sum();
    x.context.noGrad(() => x.add_(1));
    expect(() => y.backward()).toThrow('Square was computed from a value that has changed');
  });
});
