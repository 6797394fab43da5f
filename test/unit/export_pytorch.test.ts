import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns } from '../../engine/export/layout/columns.ts';
import { exportPyTorch } from '../../engine/export/pytorch/index.ts';
import { docstring, number, pascal, snake } from '../../engine/export/pytorch/words.ts';
import { checkDocument } from '../../engine/graph/check.ts';
import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { TracedFunctions } from '../../engine/program/traced_functions.ts';
import { manyBlocks, nodes, oddNames, tiedAndUntied, wires, withEverything } from '../parity/exported_cases.ts';
import { beside, byHandAndNot, globalNames, longNames, skipped, widths } from '../parity/exported_hard_cases.ts';
import { longNames as names, renamed } from '../property/long_names.ts';
import { networks } from '../property/networks.ts';

async function exported(document: GraphDocument) {
  const traced = new TracedFunctions();
  expect((await traced.check(document)).diagnostics).toEqual([]);
  return exportPyTorch(document, traced.lookup);
}
const textOf = async (document: GraphDocument): Promise<string> =>
  (await exported(document)).files?.get('train.py')?.text ?? expect.fail('nothing was written');
const codesOf = async (document: GraphDocument) =>
  (await exported(document)).diagnostics?.map(({ code, node }) => [code, node]);

describe('names in Python', () => {
  it.each([
    ['linear1', 'linear1'],
    ['dIn', 'd_in'],
    ['MyReLU', 'my_relu'],
    ['my layer!', 'my_layer'],
    ['隐藏层', '隐藏层'],
    ['Скрытый слой', 'скрытый_слой'],
    ['ﬁnal', 'final'],
    ['2nd', '_2nd'],
    ['lambda', 'lambda_'],
    ['لایه‌پنهان', 'لایهپنهان'],
    ['register_forward_hook', 'register_forward_hook'],
    ['→ ★', ''],
    ['', ''],
  ])('of a value: %j → %j', (text, name) => expect(snake(text)).toBe(name));

  it.each([
    ['dynamic-net', 'DynamicNet'],
    ['MyReLU', 'MyReLU'],
    ['2 nets', '_2Nets'],
    ['none', 'None_'],
    ['★', ''],
  ])('of a class: %j → %j', (text, name) => expect(pascal(text)).toBe(name));

  it.each([
    [0.0001, '1e-4'],
    [0.9, '0.9'],
    [-3, '-3'],
    [0, '0'],
    [1e21, '1e21'],
    [-0, '-0.0'],
  ])('numbers: %d → %s', (value, text) => expect(number(value)).toBe(text));
});

describe('odd documents', () => {
  it('gives every thing a name of its own, near to the user’s', async () => {
    const text = await textOf(oddNames);
    for (const line of [
      'class Class(torch.nn.Module):',
      '    def __init__(self, lambda_):',
      '        self.forward_2 = torch.nn.Linear(4, lambda_)',
      '    def forward(self, self_2):',
      'class _2OddNamesTM(torch.nn.Module):',
      '        self.隐藏层_1 = torch.nn.Linear(4, 4)',
      '        self.lambda_ = torch.nn.Linear(4, 4)',
      '        self.隐藏层_1_2 = torch.nn.Linear(4, 4)',
      '        self.last = torch.nn.Linear(4, 4)',
      'torch_2 = torch.randn(12, 4)',
      'rows_2 = torch.randn(12, 4)',
      'step_fn = torch.nn.MSELoss()',
      '    step_2 = step_fn(y_pred, rows_2[rows])',
      '        # A "quoted" note',
      'It ends in a quote and a backslash: \\"\\"\\" \\\\',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('leaves out what nothing reads, but draws the numbers that it draws', async () => {
    const text = await textOf(oddNames);
    expect(text).toContain('self.dangling = torch.nn.Linear(4, 4)');
    expect(text).not.toContain('self.dangling(');
    expect(text).toContain('random.randint(1, 3)');
    expect(text.match(/random\.randint/g)).toHaveLength(2);
  });

  it('with parameters between the layers that the class cannot hold, writes the layers without one', async () => {
    const text = await textOf(interleaved);
    expect(text).not.toContain('class');
    const order = [
      'first = torch.nn.Linear(3, 3)',
      'w = torch.randn(3, requires_grad=True)',
      'second = torch.nn.Linear(3, 1)',
    ];
    const places = order.map((line) => text.split('\n').indexOf(line));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(text).toContain('optimizer = torch.optim.SGD([*first.parameters(), *second.parameters()], lr=0.001)');
  });

  it('has its quotes apart from those of a text that ends in some', async () => {
    expect((await textOf(globalNames)).split('\n')[0]).toBe('"""\\"global\\" names: \\"all\\" """');
    expect(docstring(['"', 'b"'])).toEqual(['"""\\"', '', 'b\\"', '"""']);
    // With the space it is longer than a line may be.
    const words = (letters: number) => `${'word '.repeat(15)}${'a'.repeat(letters)}"`;
    expect(docstring([words(4)])).toEqual([`"""${words(4).replace('"', '\\"')} """`]);
    expect(docstring([words(5)])).toHaveLength(3);
  });

  it('makes what nothing reads without a name, for the numbers that it draws', async () => {
    const text = await textOf(beside);
    expect(text).toContain(`
# Unused, but drawn in their turn, for what follows to be drawn alike.
torch.nn.Linear(4, 4)
torch.nn.Linear(4, 4)
torch.randn(3)
torch.nn.Sequential(
    torch.nn.Linear(4, 4096, bias=False),
    torch.nn.LeakyReLU(negative_slope=0.125),
    torch.nn.Linear(4096, 2, bias=False),
)
Block()

network = torch.nn.Linear(4, 4)
`);
    for (const name of ['side', 'drawn', 'zeros', 'other']) expect(text).not.toMatch(new RegExp(`\\b${name}\\b.* = `));
  });

  it('is refused where a block has nothing in it: the check says it, and where', () => {
    const { nodes, wires } = oddNames;
    const broken = {
      ...oddNames,
      nodes: nodes.filter(({ id }) => id !== 'inside'),
      wires: wires.filter(({ from, to }) => !`${from} ${to}`.includes('inside')),
    };
    expect(checkDocument(broken).diagnostics.map(({ severity, node }) => [severity, node])).toContainEqual([
      'error',
      'nowhere',
    ]);
  });

  it('without a loss is refused', async () => {
    const lone = { ...emptyDocument(), nodes: [{ id: 'x', kind: 'RandomTensor', settings: { shape: [2] } }] };
    expect(await codesOf(lone)).toEqual([['no-loss', undefined]]);
  });
});

describe('lines', () => {
  it('are no longer than 88 columns, however long names are', async () => {
    const written = [manyBlocks, tiedAndUntied, withEverything, byHandAndNot, skipped, widths];
    const documents = fc.sample(fc.tuple(fc.oneof(networks, fc.constantFrom(...written)), names), {
      seed: 1,
      numRuns: 40,
    });
    const short = documents.map(([document, given]) =>
      renamed(
        document,
        given.map((name) => name.slice(0, 30)),
      ),
    );
    for (const document of [...short, longNames])
      for (const line of (await textOf(document)).split('\n')) expect(columns(line), line).toBeLessThanOrEqual(88);
  });
});

describe('what no code can be written for', () => {
  it('data in files of the user’s own', async () => {
    const document = {
      ...oddNames,
      nodes: oddNames.nodes.map((node) =>
        node.id === 'unused' ? { ...node, kind: 'IDXDataset', settings: { samples: 12 } } : node,
      ),
    };
    expect(await codesOf(document)).toEqual([['export-data', 'unused']]);
  });

  it('more loops in each other than Python lets stand', async () => {
    const deep = (depth: number): GraphDocument => {
      const loops = Array.from({ length: depth }, (_, i) => `loop${i}`);
      const [outer = ''] = loops;
      const inner = loops.at(-1);
      const within = (i: number) => (i === 0 ? {} : { parent: `loop${i - 1}` });
      return {
        ...oddNames,
        nodes: [
          ...oddNames.nodes.filter(({ id }) => !['nowhere', 'inside'].includes(id)),
          ...loops.map((id, i) => ({ id, kind: 'Repeat', settings: { times: 1 }, ...within(i) })),
          { id: 'act', kind: 'Tanh', settings: {}, ...(inner === undefined ? {} : { parent: inner }) },
        ],
        wires: [
          ...oddNames.wires.filter(({ from, to }) => !/nowhere|inside/.test(`${from} ${to}`) && to !== 'last.input'),
          { from: 'loop.result', to: `${outer}.start` },
          ...loops.slice(1).flatMap((id, i) => [
            { from: `loop${i}.current`, to: `${id}.start` },
            { from: `${id}.result`, to: `loop${i}.next` },
          ]),
          { from: `${inner}.current`, to: 'act.input' },
          { from: 'act.output', to: `${inner}.next` },
          { from: `${outer}.result`, to: 'last.input' },
        ],
      };
    };
    expect(await codesOf(deep(18))).toBeUndefined();
    expect(await codesOf(deep(19))).toEqual([['export-nesting', 'loop18']]);
  });

  it.each([
    ['a loop over the rows', 'for (let i = 0; i < n; i++) y = y.add(1);', true],
    ['a number that no simple rule makes of them', 'y = y.mul(Math.sqrt(n));', true],
    ['an operation that only a whole batch has', 'if (n === 5) y = y.exp();', true],
    ['an operand that only a whole batch has', 'y = y.exp(); y = y.add(n === 5 ? input : y);', true],
    ['a number that is saved', 'ctx.saveForBackward(full([], n));', true],
    [
      'numbers that follow from the rows',
      'y = y.mul(2 * n - 1).div(n).reshape([n, input.shape[1]]).sub(1 / n);',
      false,
    ],
    ['none of that', 'y = y.abs();', false],
  ])('of a function that has to do with a smaller last batch, %s', async (_, line, isRefused) => {
    const source = `function forward(ctx, input) { const n = input.shape[0]; let y = input; ${line} return y; }
      function backward(ctx, g) { return g; }`;
    const document = {
      ...oddNames,
      nodes: oddNames.nodes.map((node) =>
        node.id === 'relu' ? { ...node, kind: 'CustomFunction', settings: { source } } : node,
      ),
    };
    const codes = await codesOf(document);
    expect(codes).toEqual(isRefused ? [['export-uneven', 'relu']] : undefined);
  });

  it.each([
    ['a loop whose count is drawn', { count: 'drawn', min: 0, max: 3 }, false, [['export-absent', 'late']]],
    ['a loop that carries another gradient, too', { times: 2, carried: 2 }, true, [['export-absent', 'late']]],
    ['a loop of one', { times: 2 }, false, undefined],
  ] as const)('with a gradient that some passes lack: %s', async (_, settings, isTwo, codes) => {
    const second = ['v.grad → late.start2', 'late.current2 → late.next2', 'late.result2 → up_v.gradient'];
    const document: GraphDocument = {
      ...emptyDocument('absent'),
      nodes: nodes(
        ['x', 'RandomTensor', { shape: [5, 4] }],
        ['w', 'Parameter', { shape: [4, 4] }],
        ['v', 'Parameter', { shape: [4, 4] }],
        ['sometimes', 'Repeat', { count: 'drawn', min: 0, max: 1 }],
        ['by_w', 'MatMul', {}, 'sometimes'],
        ['by_v', 'MatMul'],
        ['loss', 'Mean'],
        ['late', 'Repeat', settings],
        ['half', 'Constant', { value: 0.5 }],
        ['halved', 'Mul', {}, 'late'],
        ['up', 'Update', { parameter: 'w', lr: 0.05 }],
        ['up_v', 'Update', { parameter: 'v', lr: 0.05 }],
      ),
      wires: wires(
        'x.output → sometimes.start',
        'sometimes.current → by_w.input',
        'w.value → by_w.other',
        'by_w.output → sometimes.next',
        'sometimes.result → by_v.input',
        'v.value → by_v.other',
        'by_v.output → loss.input',
        'w.grad → late.start',
        'late.current → halved.input',
        'half.output → halved.other',
        'halved.output → late.next',
        'late.result → up.gradient',
        ...(isTwo ? second : ['v.grad → up_v.gradient']),
      ),
      run: { mode: 'dynamic', seed: 0, steps: 3, losses: ['loss.output'] },
    };
    expect(await codesOf(document)).toEqual(codes);
  });

  it('copies of an untied loop that are cleared by hand', async () => {
    const loop = { id: 'loop', kind: 'Repeat', settings: { weights: 'untied' } };
    const cleared = { id: 'clear', kind: 'ZeroGrad', settings: {} };
    const nodes = oddNames.nodes.map((node) =>
      node.id === 'loop' ? loop : node.id === 'relu' ? { ...node, kind: 'Linear', settings: { outFeatures: 4 } } : node,
    );
    const few = nodes.map((node) => (node.id === 'sgd' ? { ...node, settings: { parameters: ['n1'] } } : node));
    expect(await codesOf({ ...oddNames, nodes: [...nodes, cleared] })).toBeUndefined();
    expect(await codesOf({ ...oddNames, nodes: [...few, cleared] })).toEqual([['export-untied', 'clear']]);
  });

  it('an order of draws that no class has', async () => {
    const data = ['torch', 'rows', 'unused'];
    const two = {
      ...oddNames,
      modules: {
        ...oddNames.modules,
        Two: {
          params: {},
          ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
          nodes: [
            { id: 'a', kind: 'Linear', settings: { outFeatures: 4 } },
            { id: 'b', kind: 'Linear', settings: { outFeatures: 4 } },
          ],
          wires: [
            { from: 'inputs.x', to: 'a.input' },
            { from: 'a.output', to: 'b.input' },
            { from: 'b.output', to: 'outputs.y' },
          ],
        },
      },
      nodes: oddNames.nodes.map((node) => (node.id === 'net' ? { ...node, kind: 'module:Two', settings: {} } : node)),
      wires: oddNames.wires.map(({ from, to }) => ({
        from: from.replace('net.return', 'net.y'),
        to: to.replace('net.self', 'net.x'),
      })),
      run: { ...oddNames.run, draws: [...data, 'net/a', 'n1', 'net/b'] },
    };
    expect(await codesOf(two)).toEqual([['export-draws', 'n1']]);
    const possible = { ...two, run: { ...two.run, draws: [...data, 'net/b', 'net/a', 'n1'] } };
    const lines = (await textOf(possible)).split('\n').map((line) => line.trim());
    expect(lines.indexOf('self.b = torch.nn.Linear(4, 4)')).toBeLessThan(
      lines.indexOf('self.a = torch.nn.Linear(4, 4)'),
    );
  });
});

const interleaved: GraphDocument = {
  ...emptyDocument('interleaved'),
  nodes: [
    { id: 'x', kind: 'RandomTensor', settings: { shape: [4, 3] } },
    { id: 'y', kind: 'RandomTensor', settings: { shape: [4, 1] } },
    { id: 'first', kind: 'Linear', settings: { outFeatures: 3 } },
    { id: 'w', kind: 'Parameter', settings: { shape: [3] } },
    { id: 'scaled', kind: 'Mul', settings: {} },
    { id: 'second', kind: 'Linear', settings: { outFeatures: 1 } },
    { id: 'loss', kind: 'MSELoss', settings: {} },
    { id: 'sgd', kind: 'SGD', settings: { parameters: ['first', 'second'] } },
    { id: 'update', kind: 'Update', settings: { parameter: 'w' } },
  ],
  wires: [
    { from: 'x.output', to: 'first.input' },
    { from: 'first.output', to: 'scaled.input' },
    { from: 'w.value', to: 'scaled.other' },
    { from: 'scaled.output', to: 'second.input' },
    { from: 'second.output', to: 'loss.input' },
    { from: 'y.output', to: 'loss.target' },
    { from: 'loss.loss', to: 'sgd.loss' },
    { from: 'w.grad', to: 'update.gradient' },
  ],
};
