import { expect } from 'vitest';
import { Context } from '../../engine/autograd/context.ts';
import { gradcheck } from '../../engine/autograd/gradcheck.ts';
import type { Tensor } from '../../engine/autograd/tensor.ts';
import type { Backend } from '../../engine/backends/backend.ts';
import { Kernels } from '../../engine/backends/kernels.ts';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import type { TypedArray } from '../../engine/tensor/dtype.ts';
import { numel } from '../../engine/tensor/shape.ts';
import { draw, type WrittenArray } from './material.ts';
import { leaf } from './op_case.ts';

/** A function of tensors, in whatever context they are. */
export type Computation = (inputs: readonly Tensor[]) => readonly Tensor[];

/** How far gradients in f32 may be from those in f64, of their size; and of the largest one where sums cancel. */
const RELATIVE = 1e-4;
const ABSOLUTE = 1e-6;

/**
 * The gradients of `f` are what they should be on `backend`: finite differences, which only f64 can tell, hold those of the
 * reference backend in f64; and these hold those of `backend`.
 */
export function expectGradients(backend: Backend, f: Computation, inputs: readonly WrittenArray[]): void {
  const exact = createReferenceBackend({ floatType: 'f64' });
  const context = new Context(new Kernels(exact));
  const leaves = inputs.map((x) => leaf(context, x, true));
  expect(gradcheck(context, f, leaves)).toMatchObject({ passed: true });
  const expected = gradientsOn(exact, f, inputs);
  for (const [i, gradient] of gradientsOn(backend, f, inputs).entries())
    expectNear(gradient, expected[i], `the gradient of input ${i}`);
}

/** Of each input; every element of every output is weighted differently, so that errors cannot cancel. */
function gradientsOn(backend: Backend, f: Computation, inputs: readonly WrittenArray[]): (TypedArray | undefined)[] {
  return backend.scope(() => {
    const context = new Context(new Kernels(backend));
    const leaves = inputs.map((x) => leaf(context, x, true));
    const outputs = f(leaves).filter((y) => y.requiresGrad);
    const gradients = outputs.map(({ shape }, i) => context.kernels.upload(draw(100 + i, numel(shape), -1, 1), shape));
    if (outputs.length > 0) for (const _ of context.backward(outputs, { gradients }));
    return leaves.map((x) => x.grad?.data());
  });
}

function expectNear(actual: TypedArray | undefined, expected: TypedArray | undefined, what: string): void {
  expect(actual?.length).toBe(expected?.length);
  if (actual === undefined || expected === undefined) return;
  const largest = Math.max(1, ...Array.from(expected, Math.abs));
  for (const [i, e] of expected.entries()) {
    const a: number = actual[i] ?? Number.NaN;
    // A NaN is near nothing.
    if (!(Math.abs(a - e) <= RELATIVE * Math.abs(e) + ABSOLUTE * largest))
      expect.fail(`${what}, element ${i}: ${a}, and in f64 ${e}`);
  }
}
