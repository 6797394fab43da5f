import { describe, expect, it } from 'vitest';
import { checkFunction, checkTrace } from '../../../engine/functions/check.ts';
import type { FunctionSignature } from '../../../engine/functions/trace.ts';
import { TorchGenerator } from '../../../engine/random/torch.ts';
import { crossEntropy, floats, myReLU, scaledExp, traced } from './sources.ts';

/** What the first six elements are drawn as. */
const drawn = new TorchGenerator(0).uniform(6, -2, 2);

describe('checkFunction', () => {
  it('verifies a correct backward, all of a small input and a sample of a large one', async () => {
    expect(await checkFunction(myReLU, floats([3, 4]))).toEqual({
      verdict: 'verified',
      checked: 12,
      elements: 12,
      kinks: 0,
    });
    expect(await checkFunction(myReLU, floats([64, 100]))).toEqual({
      verdict: 'verified',
      checked: 64,
      elements: 6400,
      kinks: 0,
    });
    expect(checkTrace(await traced(scaledExp, floats([4, 3], [3])))).toMatchObject({
      verdict: 'verified',
      checked: 15,
    });
  });

  it('finds a wrong backward, with the element and both numbers', async () => {
    const wrong = `function forward(ctx, x, y) { ctx.saveForBackward(x, y); return x.mul(y.mul(y)); }
      function backward(ctx, g) { const [x, y] = ctx.savedTensors; return [g.mul(y.mul(y)), g.mul(x).mul(y)]; }`;
    const verdict = await checkFunction(wrong, floats([2, 3], [2, 3]));
    if (verdict.verdict !== 'wrong') throw new Error(verdict.verdict);
    expect(verdict.input).toBe(1);
    expect(verdict.element).toHaveLength(2);
    expect(verdict.expected / verdict.got).toBeCloseTo(2, 5);
    expect(await checkFunction(wrong, floats([2, 3], [2, 3]))).toEqual(verdict);
  });

  it('finds one element that is wrong, by its index', async () => {
    const source = `function forward(ctx, x) { ctx.saveForBackward(x); return x.mul(3); }
      function backward(ctx, g) { const [x] = ctx.savedTensors; return where(x.eq(${drawn[4]}), 1, g.mul(3)); }`;
    expect(await checkFunction(source, floats([2, 3]))).toMatchObject({ verdict: 'wrong', element: [1, 1], got: 1 });
  });

  it('counts a missing gradient as zeros', async () => {
    const source = `function forward(ctx, x, y) { return x.add(y); }
      function backward(ctx, g) { return [g, null]; }`;
    expect(await checkFunction(source, floats([2], [2]))).toMatchObject({ verdict: 'wrong', input: 1, got: 0 });
  });

  it('passes over kinks and counts them', async () => {
    const corner = `function forward(ctx, x) { const d = x.sub(${drawn[2]}); ctx.saveForBackward(d); return d.abs(); }
      function backward(ctx, g) { const [d] = ctx.savedTensors; return where(d.lt(0), g.neg(), g); }`;
    expect(await checkFunction(corner, floats([6]))).toMatchObject({ verdict: 'verified', checked: 5, kinks: 1 });
    expect(await checkFunction(corner, floats([6]), { seed: 1 })).toMatchObject({ checked: 6, kinks: 0 });
  });

  it('draws positive numbers where negative ones leave the domain', async () => {
    const log = `function forward(ctx, x) { ctx.saveForBackward(x); return x.log().add(x.sqrt()); }
      function backward(ctx, g) { const [x] = ctx.savedTensors; return g.div(x).add(g.div(x.sqrt().mul(2))); }`;
    expect(await checkFunction(log, floats([5]))).toMatchObject({ verdict: 'verified', checked: 5 });
  });

  it('says so where nothing can be compared', async () => {
    const infinite = `function forward(ctx, x) { return x.div(0); }
      function backward(ctx, g) { return g.div(0); }`;
    expect(await checkFunction(infinite, floats([2]))).toMatchObject({
      verdict: 'failed',
      problem: { code: 'nothing-to-check' },
    });
    const big = floats([4096, 4096]);
    expect(await checkFunction(myReLU, big)).toMatchObject({
      verdict: 'failed',
      problem: { code: 'too-large-to-check' },
    });
    expect(await checkFunction('function forward(', floats([2]))).toMatchObject({
      verdict: 'failed',
      problem: { code: 'syntax' },
    });
  });

  it('gives labels and masks whole numbers, and checks no gradient of theirs', async () => {
    const chosen = `function forward(ctx, x, labels, mask) {
        ctx.saveForBackward(labels, mask);
        return where(mask, x.mul(labels), x);
      }
      function backward(ctx, g) {
        const [labels, mask] = ctx.savedTensors;
        return [where(mask, g.mul(labels), g), null, null];
      }`;
    const signature: FunctionSignature = {
      inputs: [
        ...floats([4, 5]).inputs,
        { shape: [4, 1], dtype: 'i32', needsInputGrad: false },
        { shape: [5], dtype: 'bool', needsInputGrad: false },
      ],
    };
    expect(await checkFunction(chosen, signature)).toMatchObject({ verdict: 'verified', checked: 20, elements: 20 });
    const careless = chosen.replace('where(mask, g.mul(labels), g)', 'g.mul(labels)');
    expect(await checkFunction(careless, signature)).toMatchObject({ verdict: 'wrong', input: 0 });
  });
  it('verifies a loss that chooses by labels, where there is one class too', async () => {
    const scores = (rows: number, classes: number): FunctionSignature => ({
      inputs: [...floats([rows, classes]).inputs, { shape: [rows], dtype: 'i32', needsInputGrad: false }],
    });
    expect(await checkFunction(crossEntropy, scores(6, 5))).toEqual({
      verdict: 'verified',
      checked: 30,
      elements: 30,
      kinks: 0,
    });
    expect(await checkFunction(crossEntropy, scores(6, 1))).toMatchObject({ verdict: 'verified', checked: 6 });
    const careless = crossEntropy.replace('.sub(oneHot(target, classes))', '');
    expect(await checkFunction(careless, scores(6, 5))).toMatchObject({ verdict: 'wrong', input: 0 });
    const beyond = crossEntropy.replace('target.reshape([-1, 1])', 'target.reshape([-1, 1]).add(7)');
    expect(await checkFunction(beyond, scores(6, 5))).toMatchObject({
      verdict: 'failed',
      problem: { code: 'shape', message: expect.stringContaining('out of range') },
    });
  });
});
