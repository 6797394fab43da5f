import { describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../engine/export/exported.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import {
  manyBlocks,
  nodes,
  oddNames,
  type Rows,
  tiedAndUntied,
  wires,
  withEverything,
} from '../parity/exported_cases.ts';
import { allLosses, byHandAndByModules, operationsOnRows, withDropout } from '../parity/exported_distributed_cases.ts';

async function exported(document: GraphDocument, options: ExportOptions = {}) {
  const traced = new TracedFunctions();
  expect((await traced.check(document)).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return exportPyTorch(document, traced.lookup, { distributed: true, ...options });
}
const textOf = async (document: GraphDocument, options: ExportOptions = {}): Promise<string> =>
  (await exported(document, options)).files?.get('train.py')?.text ?? expect.fail('nothing was written');
const refusalsOf = async (document: GraphDocument) =>
  (await exported(document)).diagnostics?.map(({ code, node }) => `${code} ${node}`) ?? [];

/** `x`, 8 rows of 4, and what is made of it; the last of these losses is what is trained. */
const of = (loss: string, rows: Rows, pairs: readonly string[], run: Partial<GraphDocument['run']> = {}) => ({
  ...emptyDocument('rows'),
  nodes: nodes(['x', 'RandomTensor', { shape: [8, 4] }], ['w', 'Parameter', { shape: [4, 4] }], ...rows),
  wires: wires('x.output → xw.input', 'w.value → xw.other', ...pairs),
  run: { mode: 'dynamic' as const, seed: 0, steps: 3, losses: [loss], ...run },
});
const product: Rows[number] = ['xw', 'MatMul'];

/** One node between the product and its sum. */
const through = (kind: string, settings: Rows[number][2] = {}, more: readonly string[] = []) =>
  of(
    'loss.output',
    [product, ['node', kind, settings], ['loss', 'Sum']],
    ['xw.output → node.input', 'node.output → loss.input', ...more],
  );

describe('what needs rows of other processes', () => {
  it('a function that counts the rows, of which the last batch has fewer', async () => {
    const plain = `function forward(ctx, x) { return x.mul(2); }
      function backward(ctx, g) { return g.mul(2); }`;
    const counting = `function forward(ctx, x) { return x.div(x.shape[0]); }
      function backward(ctx, g) { return g.div(g.shape[0]); }`;
    const batches = (source: string, batchSize: number) => {
      const wired = ['xw.output → own.x', 'own.output → loss.input'];
      const rows: Rows = [product, ['own', 'CustomFunction', { source }], ['loss', 'Mean']];
      return of('loss.output', rows, wired, { batchSize });
    };
    expect(await refusalsOf(batches(plain, 3))).toEqual([]);
    expect(await refusalsOf(batches(counting, 4))).toEqual([]);
    expect(await refusalsOf(batches(counting, 3))).toEqual(['export-distributed own']);
  });

  it.each([
    [
      'a sum over the rows that is squared',
      of(
        'loss.output',
        [product, ['rows', 'Sum', { axes: [0] }], ['square', 'Pow'], ['loss', 'Sum']],
        ['xw.output → rows.input', 'rows.output → square.input', 'square.output → loss.input'],
      ),
      'square',
    ],
    ['the largest of all rows', through('Max', { axes: [0] }), 'node'],
    ['the largest of everything', through('Max'), 'node'],
    ['softmax down the rows', through('Softmax', { dim: 0 }), 'node'],
    ['a shape that names the number of rows', through('Reshape', { shape: [8, 2, 2] }), 'node'],
    ['a shape that joins rows', through('Reshape', { shape: [-1] }), 'node'],
    ['a product of rows with rows', through('MatMul', { transposeB: true }, ['x.output → node.other']), 'node'],
    [
      'features that are rows',
      of(
        'loss.output',
        [product, ['turned', 'Transpose'], ['layer', 'Linear', { outFeatures: 2 }], ['loss', 'Sum']],
        ['xw.output → turned.input', 'turned.output → layer.input', 'layer.output → loss.input'],
      ),
      'layer',
    ],
    [
      'a Parameter with a value for each row',
      of(
        'loss.output',
        [product, ['each', 'Parameter', { shape: [8, 1] }], ['sum', 'Add'], ['loss', 'Sum']],
        ['xw.output → sum.input', 'each.value → sum.other', 'sum.output → loss.input'],
      ),
      'sum',
    ],
    [
      'the mean in a module, which knows no number of rows',
      {
        ...of('loss.y', [product, ['loss', 'module:Averaging']], ['xw.output → loss.x']),
        modules: {
          Averaging: {
            params: {},
            ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
            nodes: nodes(['mean', 'Mean']),
            wires: wires('inputs.x → mean.input', 'mean.output → outputs.y'),
          },
        },
      },
      'mean',
    ],
    [
      'dropout of what has no rows',
      of(
        'loss.output',
        [product, ['drop', 'Dropout'], ['sum', 'MatMul'], ['loss', 'Sum']],
        ['w.value → drop.input', 'xw.output → sum.input', 'drop.output → sum.other', 'sum.output → loss.input'],
      ),
      'drop',
    ],
  ] satisfies readonly (readonly [string, GraphDocument, string])[])(
    '%s: is said at the node',
    async (_what, document, node) => {
      expect(await refusalsOf(document)).toEqual([`export-distributed ${node}`]);
    },
  );

  it.each([
    ['the mean over the rows', 'return input.mean()'],
    ['zeros for a whole batch', 'return where(input.lt(0), zerosLike(input), input).sum()'],
  ])('a function that makes %s: is said at its node', async (_what, forward) => {
    const source = `function forward(ctx, input) { ctx.saveForBackward(input); ${forward}; }
function backward(ctx, gradOutput) { const [input] = ctx.savedTensors; return input.mul(0).add(gradOutput); }`;
    const document = of('own.output', [product, ['own', 'CustomFunction', { source }]], ['xw.output → own.input']);
    expect(await refusalsOf(document)).toEqual(['export-distributed own']);
  });

  it('a backward that gives every process the whole gradient of a weight: is said at its node', async () => {
    const source = `function forward(ctx, input, weight) { return input.mul(weight); }
function backward(ctx, gradOutput) { return [gradOutput, zeros([4])]; }`;
    const document = of(
      'loss.output',
      [product, ['v', 'Parameter', { shape: [4] }], ['own', 'CustomFunction', { source }], ['loss', 'Sum']],
      ['xw.output → own.input', 'v.value → own.weight', 'own.output → loss.input'],
    );
    expect(await refusalsOf(document)).toEqual(['export-distributed own']);
  });

  it('a penalty on weights is no loss of rows, neither by itself nor added to one', async () => {
    const penalty: Rows = [product, ['fit', 'Sum'], ['square', 'Pow'], ['penalty', 'Sum'], ['both', 'Add']];
    const pairs = [
      'xw.output → fit.input',
      'w.value → square.input',
      'square.output → penalty.input',
      'fit.output → both.input',
      'penalty.output → both.other',
    ];
    expect(await refusalsOf(of('penalty.output', penalty, pairs))).toEqual(['export-distributed-loss penalty']);
    expect(await refusalsOf(of('both.output', penalty, pairs))).toEqual(['export-distributed both']);
  });

  it('data of unlike numbers of rows', async () => {
    const document = of(
      'loss.output',
      [product, ['y', 'RandomTensor', { shape: [1, 4] }], ['sum', 'Add'], ['loss', 'Sum']],
      ['xw.output → sum.input', 'y.output → sum.other', 'sum.output → loss.input'],
    );
    expect(await refusalsOf(document)).toEqual(['export-distributed-rows y']);
  });

  it('is said once, whatever is made of it', async () => {
    expect(await refusalsOf(withEverything)).toEqual(['export-distributed shaped']);
  });
});

describe('how processes come together', () => {
  it('every kind of document is written', async () => {
    for (const document of [manyBlocks, oddNames, tiedAndUntied, allLosses, byHandAndByModules, operationsOnRows])
      expect(await textOf(document)).toContain('dist.destroy_process_group()');
  });

  it('a mean is a sum, divided by what the whole batch has', async () => {
    const text = await textOf(allLosses);
    for (const line of [
      "cross_fn = torch.nn.CrossEntropyLoss(reduction='sum')",
      '    for rows in torch.randperm(10).split(4):',
      '        mine = rows[rank::world_size]',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).toContain('/ len(rows)');
    expect(text).toContain('/ (len(rows) * 2)');
    expect(await textOf(operationsOnRows)).toContain('.sum(dim=0) / 10');
  });

  it('what is not one module called once is averaged by the script; a loop may leave what it calls without a gradient', async () => {
    const text = await textOf(byHandAndByModules);
    expect(text).toContain('parallel = DistributedDataParallel(outer)\n');
    expect(text).toContain('    for parameter in [*inside.parameters(), w]:\n        if parameter.grad is not None:\n');
    expect(await textOf(manyBlocks)).toContain('DistributedDataParallel(model, find_unused_parameters=True)');
  });

  it('trained weights are there before the processes look at them', async () => {
    const text = await textOf(allLosses, { withWeights: true });
    expect(text).toMatch(/model\.load_state_dict\(.*\)\nparallel = DistributedDataParallel\(model\)\n/);
    expect(text).toContain('from safetensors.torch import load_file\nfrom torch.nn.parallel import Distrib');
  });

  it('masks are drawn by each process, batches alike', async () => {
    const text = await textOf(withDropout);
    expect(text).toContain('torch.randperm(200, generator=order).split(20)');
    expect(text).toContain('order.set_state(torch.get_rng_state())\ntorch.manual_seed(11 + rank)\n');
  });
});
