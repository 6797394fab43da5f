import { describe, expect, it } from 'vitest';
import { ARRAY_METHODS } from '../../../engine/functions/prelude.ts';
import type { ProblemCode } from '../../../engine/functions/problems.ts';
import type { FunctionSignature } from '../../../engine/functions/trace.ts';
import { traceFunction } from '../../../engine/functions/tracing.ts';
import { crossEntropy, floats, myReLU, traced } from './sources.ts';

const grad = '\nfunction backward(ctx, g) { return g; }';
const signature = floats([2, 3]);
const scores: FunctionSignature = {
  inputs: [...signature.inputs, { shape: [2], dtype: 'i32', needsInputGrad: false }],
};

/** An expression of x (2×3), y (2×3), w (3×4), and what it is traced to: operations, shape and type. */
const expressions: readonly (readonly [string, readonly string[], readonly number[]])[] = [
  ['x.add(y)', ['add'], [2, 3]],
  ['x.sub(1)', ['full', 'sub'], [2, 3]],
  ['x.mul(x).div(y)', ['mul', 'div'], [2, 3]],
  ['x.pow(3)', ['pow'], [2, 3]],
  ['x.pow(y)', ['pow'], [2, 3]],
  ['x.matmul(w)', ['matmul'], [2, 4]],
  ['matmul(w, x, { transposeA: true, transposeB: true })', ['matmul'], [4, 2]],
  ['x.t()', ['transpose'], [3, 2]],
  ['x.transpose(0, -1)', ['transpose'], [3, 2]],
  ['x.reshape([-1])', ['reshape'], [6]],
  ['x.sum()', ['sum'], []],
  ['x.sum(1)', ['sum'], [2]],
  ['x.mean([0], true)', ['mean'], [1, 3]],
  ['x.max(null)', ['max'], []],
  ['exp(x).log().log1p().sqrt().abs().neg()', ['exp', 'log', 'log1p', 'sqrt', 'abs', 'neg'], [2, 3]],
  ['relu(sigmoid(tanh(gelu(x))))', ['gelu', 'tanh', 'sigmoid', 'relu'], [2, 3]],
  ['x.leakyRelu().leakyRelu(0.2)', ['leakyRelu', 'leakyRelu'], [2, 3]],
  ['x.softmax(1).logSoftmax(-1)', ['softmax', 'logSoftmax'], [2, 3]],
  ['x.clamp(null, 1).clamp(-1)', ['clamp', 'clamp'], [2, 3]],
  ['where(x.ge(0), 1, 0)', ['full', 'ge', 'full', 'full', 'where'], [2, 3]],
  ['x.where(x.eq(y), 0)', ['eq', 'full', 'where'], [2, 3]],
  ['zerosLike(x).add(onesLike(x))', ['full', 'full', 'add'], [2, 3]],
  ['full([3], 0.5).add(zeros([2, 1])).mul(ones([]))', ['full', 'full', 'add', 'full', 'mul'], [2, 3]],
  ['x.clone().detach()', [], [2, 3]],
  ['x.shape.map((n) => x.mul(n)).reduce((a, b) => a.add(b))', ['full', 'mul', 'full', 'mul', 'add'], [2, 3]],
  ['x.reshape([x.shape.reduce((n, d) => n * d, 1)])', ['reshape'], [6]],
  ['x.dtype === "f32" && x.clone() === x ? x.exp() : x', ['exp'], [2, 3]],
];

describe('tracing', () => {
  for (const [expression, ops, shape] of expressions)
    it(`${expression} is ${ops.join(', ')}`, async () => {
      const source = `function forward(ctx, x, y, w) { return ${expression}; }
        function backward(ctx, g) { return [null, null, null]; }`;
      const { forward, outputs } = await traced(source, floats([2, 3], [2, 3], [3, 4]));
      expect(forward.map(({ op }) => op)).toEqual(ops);
      const made = forward.find(({ output }) => output === outputs[0]) ?? { shape: [2, 3], dtype: 'f32' };
      expect(made).toMatchObject({ shape, dtype: 'f32' });
    });

  it('writes forward and backward down as plain data, each numbered from what it is given', async () => {
    const trace = await traced(myReLU, signature);
    expect(structuredClone(trace)).toEqual(trace);
    expect(trace).toEqual({
      signature,
      forward: [{ op: 'clamp', attrs: { min: 0 }, inputs: [0], output: 1, shape: [2, 3], dtype: 'f32' }],
      outputs: [1],
      saved: [0],
      backward: [
        { op: 'full', attrs: { shape: [], value: 0, dtype: 'f32' }, inputs: [], output: 2, shape: [], dtype: 'f32' },
        { op: 'lt', attrs: {}, inputs: [0, 2], output: 3, shape: [2, 3], dtype: 'bool' },
        { op: 'full', attrs: { shape: [], value: 0, dtype: 'f32' }, inputs: [], output: 4, shape: [], dtype: 'f32' },
        { op: 'where', attrs: {}, inputs: [3, 4, 1], output: 5, shape: [2, 3], dtype: 'f32' },
      ],
      gradients: [5],
    });
  });

  it('tells forward and backward which gradients are wanted, and keeps no other', async () => {
    const source = `function forward(ctx, x, y) { ctx.first = ctx.needsInputGrad[0]; return x.add(y); }
      function backward(ctx, g) { return [ctx.first ? g : null, ctx.needsInputGrad[1] ? g.neg() : g.exp()]; }`;
    const { inputs } = floats([2], [2]);
    const [x, y] = inputs;
    if (x === undefined || y === undefined) throw new Error('expected two inputs');
    const trace = await traced(source, { inputs: [x, { ...y, needsInputGrad: false }] });
    expect(trace.gradients).toEqual([0, null]);
    expect(trace.backward.map(({ op }) => op)).toEqual(['exp']);
  });

  it('takes labels and masks as they are typed', async () => {
    const source = `function forward(ctx, x, labels) {
        ctx.saveForBackward(x, labels);
        return x.logSoftmax(1).gather(1, labels.reshape([2, 1]).add(0)).mean().neg();
      }
      function backward(ctx, g) { return [g.mul(ctx.savedTensors[0]), null]; }`;
    const trace = await traced(source, {
      inputs: [...signature.inputs, { shape: [2], dtype: 'i32', needsInputGrad: false }],
    });
    expect(trace.forward.find(({ op }) => op === 'full')?.dtype).toBe('i32');
    expect(trace.forward.at(-1)).toMatchObject({ shape: [], dtype: 'f32' });
  });

  it('makes rows of floats of labels', async () => {
    const { forward } = await traced(crossEntropy.replace('.mean()', '.mul(oneHot(target, 1)).mean()'), scores);
    expect(forward.find(({ op }) => op === 'oneHot')).toMatchObject({
      attrs: { classes: 1 },
      inputs: [1],
      shape: [2, 1],
      dtype: 'f32',
    });
    expect((await traced(crossEntropy, scores)).gradients).toEqual([expect.any(Number), null]);
    // Where there is no gradient, undefined is as good as null.
    expect((await traced(crossEntropy.replace(', null]', ', undefined]'), scores)).gradients[1]).toBeNull();
  });

  it.each([
    ['a gradient for labels', ', null]', ', target]', 'gradient-needless', 'The input target holds i32'],
    ['a number for a gradient of labels', ', null]', ', 0]', 'gradient-needless', 'The input target holds i32'],
    [
      'no gradient for the scores',
      'return [logs.exp().sub(oneHot(target, classes)).mul(gradOutput.div(rows))',
      'return [undefined',
      'not-a-tensor',
      'The gradient of input must be a tensor',
    ],
    ['floats for labels', 'oneHot(target,', 'oneHot(logs,', 'argument', 'labels must be a tensor of whole numbers'],
    ['no classes', 'oneHot(target, classes)', 'oneHot(target, 0)', 'shape', 'oneHot() needs classes'],
    ['too many classes', 'oneHot(target, classes)', 'oneHot(target, 1e12)', 'too-large', '2×1000000000000'],
  ])('is told of %s', async (_what, from, to, code, words) => {
    const source = crossEntropy.replace(from, to);
    const result = await traceFunction(source, scores);
    expect(source).not.toBe(crossEntropy);
    expect(result).toMatchObject({ ok: false, problem: { code, message: expect.stringContaining(words) } });
  });

  it('draws the same trace from the same source', async () => {
    expect(await traced(myReLU, signature)).toEqual(await traced(myReLU, signature));
  });
});

const forward = (body: string) => `function forward(ctx, x) {\n  ${body}\n}${grad}`;
const backward = (body: string) => `function forward(ctx, x) { ctx.saveForBackward(x); return x.exp(); }
function backward(ctx, g) {
  ${body}
}`;

it('has of arrays what it says that it has', async () => {
  const own: readonly string[] = ARRAY_METHODS;
  const others = Object.getOwnPropertyNames(Array.prototype).filter(
    (name) => !own.includes(name) && !['length', 'constructor', 'toString'].includes(name),
  );
  const wrong = [...own.map((name) => `![].${name}`), ...others.map((name) => `[].${name}`)].join(' || ');
  const counted = await traceFunction(forward(`if (${wrong}) throw new Error('otherwise');\n  return x;`), signature);
  expect(counted.ok).toBe(true);
  const told = await traceFunction(forward('return [x].fill(1);'), signature);
  expect(told).toMatchObject({ problem: { hint: expect.stringContaining(own.join(', ')) } });
});

/** A mistake, its code, its line, and what its message tells. */
const mistakes: readonly (readonly [string, string, ProblemCode, number | undefined, string])[] = [
  ['a syntax error', forward('return x.;'), 'syntax', 2, 'not JavaScript'],
  ['no forward', grad, 'no-function', undefined, 'forward'],
  ['no backward', 'function forward(ctx, x) { return x; }', 'no-function', undefined, 'backward'],
  ['a forward that is no function', `const forward = 1;${grad}`, 'no-function', undefined, 'forward'],
  ['shapes that do not fit', forward('return x.add(full([5], 1));'), 'shape', 2, '2×3 and 5 cannot be broadcast'],
  ['a product that does not fit', forward('const y = x.matmul(x);\n  return y;'), 'shape', 2, 'cannot multiply'],
  ['an axis out of range', forward('return x.sum([2]);'), 'shape', 2, 'axis 2 is out of range'],
  ['t() of a vector', forward('return x.sum(0).t();'), 'shape', 2, 'expected 2 axes, got 3'],
  ['a condition of floats', forward('return where(x, 1, 0);'), 'argument', 2, 'condition must be a mask'],
  ['a forgotten argument', forward('return x.clamp();'), 'argument', 2, 'min must be a number or null, not undefined'],
  ['one argument too many', forward('return x.add(1, 2);'), 'too-many-arguments', 2, 'for add: 2 instead of 1'],
  ['a number that is none', forward('return x.mul(x.shape[7] * 2);'), 'argument', 2, 'not NaN'],
  ['a text for a number', forward('return x.mul("2");'), 'argument', 2, 'not a string'],
  ['a method that is not there', forward('return x.cumsum(0);'), 'not-callable', 2, 'no such method'],
  [
    'a method of arrays that is not there',
    forward('x.shape.slice(1).sort();\n  return x;'),
    'not-here',
    2,
    'no sort()',
  ],
  ['a method of texts', forward('return x.mul("2".padStart(3));'), 'not-here', 2, 'no padStart()'],
  ['a part of what is built in', forward('return x.reshape(Array.from(x.shape));'), 'not-here', 2, 'no Array.from'],
  ['a tensor for an array', forward('return x.map((y) => y);'), 'not-callable', 2, '.map is not a function'],
  [
    'a choice of calls, whose place tells too little',
    forward('return x.shape ? x.foo() : x.bar();'),
    'not-callable',
    2,
    'not a function:',
  ],
  ['a number for a function', forward('const f = 1;\n  return f(x);'), 'not-callable', 3, 'f is not a function'],
  ['an unknown name', forward('return y;'), 'thrown', 2, "'y' is not defined"],
  ['an error of one’s own', forward('throw new Error("not yet");'), 'thrown', 2, 'Error: not yet'],
  ['a forgotten return in forward', forward('x.exp();'), 'no-return', 1, 'forward returns nothing'],
  ['a forgotten return in backward', backward('g.neg();'), 'no-return', 2, 'backward returns nothing'],
  ['a number returned', forward('return 3;'), 'not-a-tensor', 1, 'not 3'],
  ['nothing in the list', forward('return [];'), 'no-output', 1, 'empty'],
  ['a hole in the list', forward('return [x, undefined];'), 'not-a-tensor', 1, 'Output 1 must be a tensor'],
  ['a mask returned', forward('return x.lt(0);'), 'output-type', 1, 'holds bool'],
  ['too many gradients', backward('return [g, g];'), 'gradient-count', 2, 'per input: 1, not 2'],
  [
    'a gradient of another shape',
    backward('return g.sum(0);'),
    'gradient-shape',
    2,
    'The gradient of x has shape 3, but the input has 2×3',
  ],
  ['a mask for a gradient', backward('return g.lt(0);'), 'gradient-type', 2, 'The gradient of x holds bool'],
  ['undefined for a gradient', backward('return [undefined];'), 'not-a-tensor', 2, 'The gradient of x must be'],
  ['saving in backward', backward('ctx.saveForBackward(g);\n  return g;'), 'saved-too-late', 3, 'Only forward'],
  ['saving what is no tensor', forward('ctx.saveForBackward(1);\n  return x;'), 'not-a-tensor', 2, 'What is saved'],
  [
    'a value that was not saved',
    `let kept;\n${forward('kept = x.exp(); return x;').replace(grad, '')}\nfunction backward(ctx, g) {\n  return g.mul(kept);\n}`,
    'not-saved',
    6,
    'not saved',
  ],
  [
    'a comparison in a branch',
    forward('if (x > 0) return x;\n  return x.neg();'),
    'reads-value',
    2,
    'never sees numbers',
  ],
];

describe('a mistake is told with its line', () => {
  for (const [name, source, code, line, words] of mistakes)
    it(name, async () => {
      const result = await traceFunction(source, signature);
      if (result.ok) throw new Error('it was traced');
      expect(result.problem).toMatchObject({ code, message: expect.stringContaining(words) });
      expect(result.problem.line).toBe(line);
      expect(result.problem.hint).not.toBe('');
      expect(result.problem.message + result.problem.hint).not.toMatch(/\{\w+\}/);
    });
});
