import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { autograd, nn, ones, steps, type Tensor, tensor } from '../../engine/index.ts';

it('is what Node prints of a tensor, also within a list', () => {
  const x = tensor([1, 2.5], { requiresGrad: true });
  expect(inspect(x)).toBe('tensor([1.0000, 2.5000], requiresGrad=true)');
  expect(inspect([x.detach()])).toBe('[ tensor([1.0000, 2.5000]) ]');
});

it('names the function that made a tensor, also one of the user’s own', () => {
  class Doubled extends autograd.Function {
    static override forward(_ctx: autograd.FunctionContext, x: Tensor): Tensor {
      return x.mul(2);
    }
    static override backward(_ctx: autograd.FunctionContext, gradOutput: Tensor): Tensor {
      return gradOutput.mul(2);
    }
  }
  const x = ones([1], { requiresGrad: true });
  expect(String(Doubled.apply(x))).toBe('tensor([2.], gradFn=<DoubledBackward>)');
  expect(String(x.logSoftmax(0))).toBe('tensor([0.], gradFn=<LogSoftmaxBackward>)');
});

it('says of a tensor that was freed that it was, and what helps', () => {
  let last = ones([1]);
  for (const _ of steps(1)) last = ones([2, 3]).mul(2);
  expect(String(last)).toMatch(/^tensor\(<.*which freed it: keep\(\) it.*>,\s+size=\[2, 3\]\)$/);
});

it('never throws: where elements cannot be read at once, it says why', () => {
  const backend = {
    ...createReferenceBackend(),
    readSync() {
      throw new Error('not at once');
    },
  };
  const x = ones([2], { context: new Context(new Kernels(backend)), requiresGrad: true });
  expect(String(x)).toBe('tensor(<not at once>, size=[2], requiresGrad=true)');
  expect(String(x.eq(1))).toBe('tensor(<not at once>, size=[2], dtype=bool)');
});

it('names the type of doubles', () => {
  const context = new Context(new Kernels(createReferenceBackend({ floatType: 'f64' })));
  expect(String(tensor([1 / 3], { context, dtype: 'f64' }))).toBe('tensor([0.3333], dtype=f64)');
});

it('is of a module its settings, words within quotes', () => {
  expect(String(new nn.MSELoss({ reduction: 'sum' }))).toBe("MSELoss(reduction='sum')");
  expect(String(new nn.Dropout(0.3))).toBe('Dropout(p=0.3)');
});
