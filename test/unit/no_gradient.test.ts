import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../engine/backends/reference/reference.ts';
import { openDocument } from '../../engine/cli/documents.ts';
import { nodeFiles } from '../../engine/data/node_files.ts';
import { type DocumentNode, emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { lowerDocument } from '../../engine/program/lower.ts';
import { gradientFlow, type NoGradients } from '../../engine/program/no_gradient.ts';
import { Schedules } from '../../engine/program/schedule.ts';
import { Debugger } from '../../engine/session/debugger.ts';
import { Session } from '../../engine/session/session.ts';

const node = (id: string, kind: string, settings: DocumentNode['settings'] = {}, parent?: string): DocumentNode => ({
  id,
  kind,
  settings,
  ...(parent === undefined ? {} : { parent }),
});

const wire = (line: string) => {
  const [from = '', to = ''] = line.split(' > ');
  return { from, to };
};

const documentOf = (nodes: readonly DocumentNode[], wires: readonly string[]): GraphDocument => ({
  ...emptyDocument('flow'),
  nodes: [...nodes],
  wires: wires.map(wire),
  run: { mode: 'dynamic', seed: 0, steps: 1 },
});

function without(document: GraphDocument, counts: readonly number[] = []): NoGradients {
  const { program, diagnostics } = lowerDocument(document);
  if (program === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return gradientFlow(new Schedules(program).for(counts)).without;
}

/** Two layers and a loss; `between` stands on the wire from the first to the second. */
const layers = (between: readonly DocumentNode[], wires: readonly string[]) =>
  documentOf(
    [
      node('x', 'RandomTensor', { shape: [3, 4] }),
      node('y', 'RandomTensor', { shape: [3, 2] }),
      node('first', 'Linear', { outFeatures: 4 }),
      ...between,
      node('last', 'Linear', { outFeatures: 2 }),
      node('loss', 'MSELoss'),
      node('opt', 'SGD'),
    ],
    ['x.output > first.input', 'last.output > loss.input', 'y.output > loss.target', 'loss.loss > opt.loss', ...wires],
  );

describe('no gradient comes to', () => {
  it('data, and where they are read; to nothing else of a network that learns', () => {
    expect(without(layers([], ['first.output > last.input']))).toEqual({
      nodes: { x: { kind: 'data' }, y: { kind: 'data' } },
      outputs: { 'x.output': { kind: 'data' }, 'y.output': { kind: 'data' } },
      inputs: { 'first.input': { kind: 'data' }, 'loss.target': { kind: 'data' } },
      parameters: {},
    });
  });

  it('what comes before a Detach: the parameters there get none, as after `h.detach()`', () => {
    const by = { kind: 'detached', by: 'cut' };
    const found = without(layers([node('cut', 'Detach')], ['first.output > cut.input', 'cut.output > last.input']));
    expect(found.nodes).toMatchObject({ first: by, cut: by });
    expect(found.inputs).toMatchObject({ 'first.input': { kind: 'data' }, 'cut.input': by, 'last.input': by });
    expect(found.parameters).toEqual({ 'first.weight': by, 'first.bias': by });
  });

  it('only the path through the Detach where another one leads around it', () => {
    const found = without(
      layers(
        [node('cut', 'Detach'), node('both', 'Mul')],
        [
          'first.output > cut.input',
          'cut.output > both.input',
          'first.output > both.other',
          'both.output > last.input',
        ],
      ),
    );
    expect(Object.keys(found.nodes)).toEqual(['x', 'y', 'cut']);
    expect(found.inputs).toMatchObject({ 'cut.input': { kind: 'detached' }, 'both.input': { kind: 'detached' } });
    expect(found.inputs).not.toHaveProperty('both.other');
    expect(found.parameters).toEqual({});
  });

  it('the condition of a where: a comparison has no derivative', () => {
    const found = without(
      layers(
        [node('zero', 'Constant', { value: 0 }), node('above', 'Greater'), node('chosen', 'Where')],
        [
          'first.output > above.input',
          'zero.output > above.other',
          'above.output > chosen.condition',
          'first.output > chosen.input',
          'zero.output > chosen.other',
          'chosen.output > last.input',
        ],
      ),
    );
    const by = { kind: 'notDifferentiable', by: 'above', op: 'gt' };
    expect(found.nodes).toMatchObject({ zero: { kind: 'data' }, above: by });
    expect(found.inputs).toMatchObject({ 'above.input': by, 'chosen.condition': by, 'chosen.other': { kind: 'data' } });
    expect(found.inputs).not.toHaveProperty('chosen.input');
  });

  it('what no loss depends on, and its parameters: their `.grad` stays none', () => {
    const found = without(
      layers(
        [node('aside', 'Linear', { outFeatures: 1 }), node('mean', 'Mean')],
        ['first.output > last.input', 'first.output > aside.input', 'aside.output > mean.input'],
      ),
    );
    const unused = { kind: 'unused' };
    expect(found.nodes).toMatchObject({ aside: unused, mean: unused });
    expect(found.inputs).toMatchObject({ 'aside.input': unused, 'mean.input': unused });
    expect(found.parameters).toEqual({ 'aside.weight': unused, 'aside.bias': unused });
  });

  it('a parameter that requires none, and what is computed from it and data alone', () => {
    const found = without(
      layers(
        [node('fixed', 'Parameter', { shape: [4], requiresGrad: false }), node('sum', 'Exp'), node('add', 'Add')],
        ['fixed.value > sum.input', 'sum.output > add.other', 'first.output > add.input', 'add.output > last.input'],
      ),
    );
    expect(found.outputs).toMatchObject({
      'fixed.value': { kind: 'frozen', by: 'fixed.value' },
      'sum.output': { kind: 'constant' },
    });
    expect(found.inputs['add.other']).toEqual({ kind: 'constant' });
    expect(found.parameters).toEqual({ 'fixed.value': { kind: 'frozen', by: 'fixed.value' } });
  });

  it('labels: whole numbers', () => {
    const found = without(
      documentOf(
        [
          node('data', 'Spiral'),
          node('layer', 'Linear', { outFeatures: 3 }),
          node('loss', 'CrossEntropyLoss'),
          node('opt', 'SGD'),
        ],
        ['data.x > layer.input', 'layer.output > loss.input', 'data.labels > loss.target', 'loss.loss > opt.loss'],
      ),
    );
    expect(found.outputs).toEqual({ 'data.x': { kind: 'data' }, 'data.labels': { kind: 'labels' } });
    expect(found.inputs['loss.target']).toEqual({ kind: 'labels' });
  });

  it('anything, where nothing is updated', () => {
    const document = layers([], ['first.output > last.input']);
    const found = without({
      ...document,
      nodes: document.nodes.filter(({ id }) => id !== 'opt'),
      wires: document.wires.filter(({ to }) => to !== 'opt.loss'),
    });
    const nothing = { kind: 'nothingLearns' };
    expect(found.nodes).toMatchObject({ first: nothing, last: nothing, loss: nothing, x: { kind: 'data' } });
  });

  it('the layers of a loop that did not run; what it passes on has one', () => {
    const { document = expect.fail() } = openDocument('dynamic-net');
    const why = { kind: 'notRun', loop: 'middle' };
    expect(without(document, [0]).parameters).toEqual({
      'middle/middle_linear.weight': why,
      'middle/middle_linear.bias': why,
    });
    expect(without(document, [0]).inputs).not.toHaveProperty(['middle.start']);
    expect(without(document, [2]).parameters).toEqual({});
  });

  it('one iteration of a loop by its number', () => {
    const found = without(
      documentOf(
        [
          ...layers([], []).nodes.filter(({ id }) => id !== 'first'),
          node('loop', 'Repeat', { times: 2 }),
          node('inner', 'Linear', { outFeatures: 4 }, 'loop'),
          node('cut', 'Detach', {}, 'loop'),
        ],
        [
          'x.output > loop.start',
          'loop.current > inner.input',
          'inner.output > cut.input',
          'cut.output > loop.next',
          'loop.result > last.input',
          'last.output > loss.input',
          'y.output > loss.target',
          'loss.loss > opt.loss',
        ],
      ),
      [2],
    );
    expect(found.inputs).toMatchObject({
      'loop.start': { kind: 'data' },
      'loop#1/inner.input': { kind: 'data' },
      'loop#2/inner.input': { kind: 'detached', by: 'loop#1/cut' },
      'loop#2/cut.input': { kind: 'detached', by: 'loop#2/cut' },
      'last.input': { kind: 'detached', by: 'loop#2/cut' },
    });
    expect(found.parameters['loop/inner.weight']).toMatchObject({ kind: 'detached' });
  });

  it('the update phase', () => {
    const { document = expect.fail() } = openDocument('autograd');
    const { inputs, parameters } = without(document);
    const updates = document.nodes.filter(({ kind }) => kind === 'Update').map(({ id }) => id);
    expect(updates.length).toBeGreaterThan(0);
    for (const id of updates) expect(inputs[`${id}.gradient`]).toEqual({ kind: 'noGrad' });
    expect(parameters).toEqual({});
  });
});

describe('what is told at a stop', { timeout: 60_000 }, () => {
  async function debug(document: GraphDocument) {
    const options = { backend: createReferenceBackend(), files: nodeFiles('.') };
    const { session, diagnostics } = await Session.create(document, options);
    if (session === undefined) throw new Error(JSON.stringify(diagnostics));
    session.start(1);
    return { session, debug: new Debugger(session) };
  }

  it('a backward entry says of the inputs that it gives nothing to why', async () => {
    const source = `function forward(ctx, x, slope) {
  ctx.saveForBackward(slope);
  return x.mul(slope);
}
function backward(ctx, grad) {
  const [slope] = ctx.savedTensors;
  return [grad.mul(slope), null];
}`;
    const document = layers(
      [node('slope', 'Parameter', { shape: [4] }), node('f', 'CustomFunction', { source })],
      ['first.output > f.x', 'slope.value > f.slope', 'f.output > last.input'],
    );
    const { session, debug: one } = await debug(document);
    session.run((cursor) => cursor.phase === 'update');
    const tape = one.tape() ?? expect.fail('no tape');
    const by = { kind: 'notDifferentiable', by: 'f', op: 'function f' };
    expect(tape.withoutGradient.parameters).toEqual({ 'slope.value': by });
    const reports = tape.entries.flatMap(({ phase, op }, position) => {
      const why =
        phase === 'backward' && op !== 'accumulate' ? session.view.entry(position)?.withoutGradient : undefined;
      return why === undefined ? [] : [[tape.entries[position]?.address, why]];
    });
    expect(reports).toEqual([
      ['loss', [{ input: 1, why: { kind: 'data' } }]],
      ['f', [{ input: 1, why: by }]],
      ['first', [{ input: 0, why: { kind: 'data' } }]],
    ]);
  });

  it('an update says why the gradient that it would read is none', async () => {
    const { session } = await debug(
      documentOf(
        [
          ...layers([], []).nodes.filter(({ id }) => id !== 'opt'),
          node('cut', 'Detach'),
          node('opt', 'SGD', { parameters: ['first', 'last'] }),
        ],
        [
          ...layers([], []).wires.map(({ from, to }) => `${from} > ${to}`),
          'first.output > cut.input',
          'cut.output > last.input',
        ],
      ),
    );
    session.run((cursor) => cursor.phase === 'batch' && cursor.iteration === 1);
    const position = session.moment()?.entries.start.update ?? 0;
    const by = { kind: 'detached', by: 'cut' };
    expect(session.view.entry(position)?.inputs.map(({ why }) => why)).toEqual([by, by, undefined, undefined]);
  });
});
