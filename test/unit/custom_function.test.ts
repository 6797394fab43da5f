import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { checkDocument } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument, type RunSettings } from '../../engine/graph/document.ts';
import { backwardNames, inputNames } from '../../engine/nodes/source_ports.ts';
import { lowerDocument } from '../../engine/program/lower.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import { Session } from '../../engine/session/session.ts';
import { crossEntropy, myReLU, scaledExp } from './functions/sources.ts';

const node = (id: string, kind: string, settings: object = {}, parent?: string) => ({
  id,
  kind,
  settings: { ...settings },
  ...(parent === undefined ? {} : { parent }),
});
const wires = (...ends: readonly string[]) =>
  Array.from({ length: ends.length / 2 }, (_, i) => ({ from: ends[2 * i] ?? '', to: ends[2 * i + 1] ?? '' }));

const run: RunSettings = { mode: 'dynamic', seed: 0, steps: 3 };
const of = (parts: Partial<GraphDocument>): GraphDocument => ({ ...emptyDocument(), run, ...parts });

/** x → Linear → the function → MSELoss against x. */
const trained = (source: string, settings: Partial<RunSettings> = {}): GraphDocument =>
  of({
    nodes: [
      node('x', 'RandomTensor', { shape: [10, 4] }),
      node('linear', 'Linear', { outFeatures: 4 }),
      node('f', 'CustomFunction', { source }),
      node('loss', 'MSELoss'),
      node('sgd', 'SGD', { lr: 0.1 }),
    ],
    wires: wires(
      ...['x.output', 'linear.input', 'linear.output', 'f.input', 'f.output', 'loss.input'],
      ...['x.output', 'loss.target', 'loss.loss', 'sgd.loss'],
    ),
    run: { ...run, ...settings },
  });

async function sessionOf(document: GraphDocument): Promise<Session> {
  const { session, diagnostics } = await Session.create(document, {
    backend: createReferenceBackend(),
    files: nodeFiles('.'),
  });
  if (session === undefined) throw new Error(JSON.stringify(diagnostics));
  return session;
}

async function lossesOf(document: GraphDocument): Promise<number[]> {
  const session = await sessionOf(document);
  const losses: number[] = [];
  session.onStep = (_step, loss) => losses.push(loss);
  session.run();
  expect(session.failure).toBeUndefined();
  return losses;
}

describe('the inputs of a function are the parameters of its forward, as its text has them', () => {
  it.each([
    ['a declaration', 'function forward(ctx, x, w) {}', ['x', 'w']],
    ['an arrow', 'const forward = (ctx, x) => x;', ['x']],
    ['a function in a variable', 'const forward = function f(ctx, a, b) {};', ['a', 'b']],
    ['none but ctx', 'function forward(ctx) { return zeros([1]); }', []],
    [
      'comments and texts around',
      '// function forward(ctx, no)\n"forward = (a, b)"; function forward(ctx, yes) {}',
      ['yes'],
    ],
    [
      'comments, defaults and lines between',
      'function forward(ctx, /* a, b */ x,\n  y = [1, 2], // z\n) {}',
      ['x', 'y'],
    ],
    ['names that no wire can have', 'function forward(ctx, $x, { a, b }, ...rest) {}', ['input1', 'input2', 'input3']],
    ['a name twice', 'function forward(ctx, x, x) {}', ['x', 'input2']],
    ['a method of that name', 'const o = {}; o.forward = (ctx, a) => a;', ['input']],
    ['no forward at all', 'function backward(ctx, g) {}', ['input']],
    ['a text without an end', "function forward(ctx, x) {} '", ['x']],
    ['more than a node has room for', `function forward(ctx, ${[...'abcdefghijk'].join()}) {}`, [...'abcdefgh']],
  ])('%s', (_what, source, names) => expect(inputNames(source)).toEqual(names));

  it('is found out in linear time, whatever the text', () => {
    const long = 100_000;
    for (const piece of ['/*', "'\\", '`', 'forward=function ', 'function forward', '(', '" '])
      expect(inputNames(piece.repeat(long / piece.length)).length).toBeLessThan(9);
  });
});

describe('what backward calls what it is given', () => {
  it.each([
    ['its parameters', 'function backward(ctx, g, other = 1) {}', ['g', 'other'], ['']],
    ['what was saved', 'const backward = (c, g) => { const [x, w] = c.savedTensors; };', ['g'], ['x', 'w']],
    ['some of it', 'function backward(ctx, g) { let [, w, ...rest] = ctx.savedTensors; }', ['g'], ['', 'w', '']],
    ['none of it', 'function backward(ctx, g) { const s = ctx.savedTensors; }', ['g'], ['']],
    ['nothing at all', 'function forward(ctx, x) {}', [], ['']],
  ])('%s', (_what, source, gradients, saved) => expect(backwardNames(source)).toEqual({ gradients, saved }));

  it('is found out in linear time, whatever the text', () => {
    const long = 100_000;
    for (const piece of ['const [', 'let [a,', 'backward=function ', 'const ['.repeat(9), '] = ctx.saved'])
      expect(backwardNames(piece.repeat(long / piece.length)).gradients.length).toBeLessThan(9);
  });
});

describe('before its code was run', () => {
  const document = trained('this is no code');
  it('a function is pending, what hangs on it is unknown, and nothing is wrong', () => {
    const { diagnostics, shapes, functions } = checkDocument(document);
    expect(diagnostics).toEqual([]);
    expect([...shapes.keys()]).toEqual(['x.output', 'linear.output']);
    expect(functions).toMatchObject([
      { name: 'f', node: 'f', traced: undefined, signature: { inputs: [{ shape: [10, 4], needsInputGrad: true }] } },
    ]);
  });
  it('nodes behind it can be named as holders of parameters, others cannot', () => {
    const naming = (id: string) => ({
      ...document,
      nodes: [
        ...document.nodes,
        node('behind', 'Linear', { outFeatures: 4 }),
        node('zero', 'ZeroGrad', { parameters: [id] }),
      ],
      wires: [...document.wires, ...wires('f.output', 'behind.input')],
    });
    expect(checkDocument(naming('behind')).diagnostics).toEqual([]);
    expect(checkDocument(naming('nobody')).diagnostics).toMatchObject([{ code: 'unknown-parameter', node: 'zero' }]);
  });
  it('what hangs on it keeps its place in the order of the draws', () => {
    const more = {
      ...document,
      nodes: [...document.nodes, node('behind', 'Linear', { outFeatures: 4 }), node('last', 'Parameter')],
      wires: [...document.wires, ...wires('f.output', 'behind.input')],
    };
    const { draws } = checkDocument(more);
    const drawing = (name: string) => ['x', 'linear', 'behind', 'last'].includes(name);
    expect(draws.filter(drawing)).toEqual(['x', 'linear', 'behind', 'last']);
  });
  it('a document cannot be lowered', () =>
    expect(lowerDocument(document).diagnostics).toMatchObject([{ code: 'function-pending', node: 'f' }]));
});

describe('what is wrong with a function is told at its node', () => {
  const problemsOf = async (document: GraphDocument) => (await new TracedFunctions().check(document)).diagnostics;
  it('with the line, where the code fails', async () => {
    const source = 'function forward(ctx, input) {\n  return input.nope();\n}\nfunction backward(ctx, g) { return g; }';
    expect(await problemsOf(trained(source))).toMatchObject([
      { code: 'function-failed', node: 'f', message: expect.stringMatching(/^Line 2: /), values: { line: 2 } },
    ]);
  });
  it('where no shapes come to it, in a definition without instances too: its code can be read', async () => {
    const unwired = (source: string): GraphDocument => ({
      ...emptyDocument(),
      nodes: [node('f', 'CustomFunction', { source })],
      modules: {
        M: {
          params: {},
          ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
          nodes: [node('g', 'CustomFunction', { source })],
          wires: wires('inputs.x', 'g.input', 'g.output', 'outputs.y'),
        },
      },
    });
    const failures = async (source: string) =>
      (await problemsOf(unwired(source))).filter(({ code }) => code === 'function-failed');
    expect(await failures('function forward(ctx, input) {\n  return input.;\n}')).toMatchObject([
      { node: 'f', values: { problem: 'syntax', line: 2 } },
      { module: 'M', node: 'g', values: { problem: 'syntax', line: 2 } },
    ]);
    expect(await failures('function forward(ctx, input) { return input; }')).toMatchObject([
      { node: 'f', values: { problem: 'no-function', name: 'backward' } },
      { module: 'M', node: 'g' },
    ]);
    // What it would do with what comes to it, nobody knows.
    const sound = 'function forward(ctx, input) { return input.exp(); }\nfunction backward(ctx, g) { return g; }';
    expect(await failures(sound)).toEqual([]);
    // Nothing was run as long as nobody asked.
    expect(checkDocument(unwired('no code')).diagnostics.map(({ code }) => code)).toEqual(['missing-input']);
  });
  it('where it returns more tensors than the node has outputs', async () => {
    const source =
      'function forward(ctx, input) { return [input, input]; }\nfunction backward(ctx, a, b) { return a.add(b); }';
    expect(await problemsOf(trained(source))).toMatchObject([
      { code: 'function-outputs', node: 'f', values: { expected: 1, got: 2 } },
    ]);
  });
  it('and the document is not trained', async () => {
    const endless =
      'function forward(ctx, input) { return forward(ctx, input); } function backward(ctx, g) { return g; }';
    const { diagnostics } = await Session.create(trained(endless), {
      backend: createReferenceBackend(),
      files: nodeFiles('.'),
    });
    expect(diagnostics).toMatchObject([{ code: 'function-failed', node: 'f', values: { problem: 'too-deep' } }]);
  });
});

describe('a function trains as the operation that it spells out', () => {
  const source = myReLU;
  const asRelu = (document: GraphDocument): GraphDocument => ({
    ...document,
    nodes: document.nodes.map((one) => (one.id === 'f' ? node('f', 'ReLU') : one)),
  });

  it.each(['dynamic', 'static'] as const)('to the bit, in %s mode', async (mode) => {
    const document = trained(source, { mode });
    expect(await lossesOf(document)).toEqual(await lossesOf(asRelu(document)));
  });

  it('with minibatches, also for the smaller last one and the evaluation', async () => {
    const document = trained(source, { steps: 8, batchSize: 4 });
    expect(await lossesOf(document)).toEqual(await lossesOf(asRelu(document)));
  });

  it('and is told of where it fails for the smaller batch only', async () => {
    const picky = `function forward(ctx, input) { return input.reshape([4, 2, 2]).reshape([4, 4]); }
      function backward(ctx, g) { return g.reshape([4, 4]); }`;
    const { diagnostics } = await Session.create(trained(picky, { batchSize: 4 }), {
      backend: createReferenceBackend(),
      files: nodeFiles('.'),
    });
    expect(diagnostics).toMatchObject([{ code: 'function-failed', node: 'f', values: { problem: 'shape' } }]);
  });
});

/** Points on arms → Linear → a loss of the scores and the labels. */
const classified = (loss: GraphDocument['nodes'][number], output: string, settings: Partial<RunSettings> = {}) =>
  of({
    nodes: [
      node('data', 'Spiral', { samplesPerClass: 10 }),
      node('linear', 'Linear', { outFeatures: 3 }),
      loss,
      node('sgd', 'SGD', { lr: 0.5 }),
    ],
    wires: wires(
      ...['data.x', 'linear.input', 'linear.output', 'loss.input', 'data.labels', 'loss.target'],
      ...[`loss.${output}`, 'sgd.loss'],
    ),
    run: { ...run, steps: 20, losses: [`loss.${output}`], ...settings },
  });

describe('a function that takes labels', () => {
  const own = node('loss', 'CustomFunction', { source: crossEntropy });
  const built = node('loss', 'CrossEntropyLoss');

  it('is no problem, and is traced for whole numbers without a gradient', async () => {
    const { diagnostics, functions } = await new TracedFunctions().check(classified(own, 'output'));
    expect(diagnostics).toEqual([]);
    expect(functions).toMatchObject([
      {
        traced: { ok: true },
        signature: {
          inputs: [
            { shape: [30, 3], dtype: 'f32', needsInputGrad: true },
            { shape: [30], dtype: 'i32', needsInputGrad: false },
          ],
        },
      },
    ]);
  });

  it.each<[string, Partial<RunSettings>]>([
    ['in dynamic mode', {}],
    ['in static mode', { mode: 'static' }],
    ['with minibatches', { batchSize: 7 }],
  ])('trains like CrossEntropyLoss %s', async (_how, settings) => {
    const losses = await lossesOf(classified(own, 'output', settings));
    const expected = await lossesOf(classified(built, 'loss', settings));
    expect(losses).toHaveLength(20);
    expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i] ?? Number.NaN, 6);
  });

  it('still may not stand where only floats are taken', () => {
    const { wires: others } = classified(own, 'output');
    const wrong = {
      ...classified(own, 'output'),
      wires: [...others.slice(1), ...wires('data.labels', 'linear.input')],
    };
    expect(checkDocument(wrong).diagnostics).toMatchObject([{ code: 'type-mismatch', node: 'linear' }]);
  });
});

/** A loop in a module, around a function of two inputs and two outputs: the second goes round as well. */
const inner = {
  params: {},
  ports: { inputs: [{ name: 'x' }, { name: 'w' }], outputs: [{ name: 'y' }] },
  nodes: [
    node('loop', 'Repeat', { times: 2, carried: 2 }),
    node('both', 'CustomFunction', { source: scaledExp, outputs: 2 }, 'loop'),
    node('calm', 'Tanh', {}, 'loop'),
    node('calmer', 'Tanh', {}, 'loop'),
    node('sum', 'Add'),
  ],
  wires: wires(
    ...['inputs.x', 'loop.start', 'inputs.w', 'loop.start2', 'loop.current', 'both.x', 'loop.current2', 'both.w'],
    ...['both.output', 'calm.input', 'calm.output', 'loop.next', 'both.output2', 'calmer.input'],
    ...[
      'calmer.output',
      'loop.next2',
      'loop.result',
      'sum.input',
      'loop.result2',
      'sum.other',
      'sum.output',
      'outputs.y',
    ],
  ),
};
/** The same in operations that there are. */
const spelledOut = {
  ...inner,
  nodes: [
    ...inner.nodes.filter(({ id }) => id !== 'both'),
    node('e', 'Exp', {}, 'loop'),
    node('y', 'Mul', {}, 'loop'),
    node('s', 'Sum', { axes: [0] }, 'loop'),
  ],
  wires: wires(
    ...['inputs.x', 'loop.start', 'inputs.w', 'loop.start2', 'loop.current', 'e.input', 'e.output', 'y.input'],
    ...['loop.current2', 'y.other', 'e.output', 's.input', 'y.output', 'calm.input', 'calm.output', 'loop.next'],
    ...['s.output', 'calmer.input', 'calmer.output', 'loop.next2', 'loop.result', 'sum.input'],
    ...['loop.result2', 'sum.other', 'sum.output', 'outputs.y'],
  ),
};
const around = (definition: typeof inner, mode: RunSettings['mode']): GraphDocument =>
  of({
    modules: { Net: definition },
    nodes: [
      node('data', 'RandomTensor', { shape: [6, 3] }),
      node('x', 'Linear', { outFeatures: 3 }),
      node('w', 'Parameter', { shape: [3] }),
      node('net', 'module:Net'),
      node('loss', 'MSELoss'),
      node('sgd', 'SGD', { lr: 0.1 }),
    ],
    wires: wires(
      ...['data.output', 'x.input', 'x.output', 'net.x', 'w.value', 'net.w', 'net.y', 'loss.input'],
      ...['data.output', 'loss.target', 'loss.loss', 'sgd.loss'],
    ),
    run: { ...run, mode },
  });

describe('a function with several outputs, in a loop in an instance', () => {
  it.each(['dynamic', 'static'] as const)('trains like its operations, in %s mode', async (mode) => {
    const losses = await lossesOf(around(inner, mode));
    const expected = await lossesOf(around(spelledOut, mode));
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(expected[i] ?? Number.NaN, 5);
    expect(new Set(losses).size).toBe(3);
  });

  it('has an address and numbers for each iteration', async () => {
    const session = await sessionOf(around(inner, 'dynamic'));
    session.run();
    const graph = session.view.unrolled();
    expect(graph?.nodes.filter(({ ops }) => ops.includes('function both')).map(({ address }) => address)).toEqual([
      'net/loop#1/both',
      'net/loop#2/both',
    ]);
    expect(graph?.edges).toContainEqual({ from: 'net/loop#1/both', to: 'net/loop#1/calmer' });
    expect(session.view.inspect('net/loop#2/both').gradient?.shape).toEqual([6, 3]);
  });

  it('is told of where its definition is', async () => {
    const { functions } = await new TracedFunctions().check(around(inner, 'dynamic'));
    expect(functions).toMatchObject([{ name: 'net/both', node: 'both', module: 'Net', traced: { ok: true } }]);
  });
});
