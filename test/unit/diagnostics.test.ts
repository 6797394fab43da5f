import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import { type DiagnosticCode, diagnosticTable } from '../../engine/graph/diagnostics.ts';
import {
  type Diagnostic,
  type DocumentNode,
  emptyDocument,
  type GraphDocument,
  type Mode,
  type ModuleDefinition,
  type RunSettings,
} from '../../engine/graph/document.ts';

type Expected = Pick<Diagnostic, 'module' | 'node' | 'port'> & {
  /** What the message names: the culprit. */
  readonly says: readonly string[];
};
type Row = readonly [code: DiagnosticCode, document: GraphDocument, expected: Expected];

/** `linear1: Linear` in `repeat1`. */
const node = (
  id: string,
  kind: string,
  settings: DocumentNode['settings'] = {},
  more: Pick<DocumentNode, 'parent' | 'tiedTo'> = {},
): DocumentNode => ({ id, kind, settings, ...more });

/** `a.output > b.input`. */
const wires = (list: readonly string[]) =>
  list.map((text) => {
    const [from = '', to = ''] = text.split(' > ');
    return { from, to };
  });

function document(
  nodes: readonly DocumentNode[],
  list: readonly string[] = [],
  { run = {}, modules = {} }: { run?: Partial<RunSettings>; modules?: GraphDocument['modules'] } = {},
): GraphDocument {
  const empty = emptyDocument('test');
  return { ...empty, nodes, wires: wires(list), modules, run: { ...empty.run, ...run } };
}

const inMode = (mode: Mode, one: GraphDocument): GraphDocument => ({ ...one, run: { ...one.run, mode } });

const data = node('x', 'RandomTensor', { shape: [4, 3] });

/** A module from x to y: `body` between `inputs.x` and `outputs.y`. */
const definition = (
  nodes: readonly DocumentNode[],
  list: readonly string[],
  params: ModuleDefinition['params'] = {},
): ModuleDefinition => ({
  params,
  ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
  nodes,
  wires: wires(list),
});
const layer = definition(
  [node('linear1', 'Linear', { outFeatures: 3 })],
  ['inputs.x > linear1.input', 'linear1.output > outputs.y'],
);
const Layer = { Layer: layer };

/** A Layer with a loss beside what it gives. */
const judged = definition(
  [...layer.nodes, node('loss', 'MSELoss')],
  ['inputs.x > linear1.input', 'linear1.output > outputs.y', 'linear1.output > loss.input', 'inputs.x > loss.target'],
);
/** A Layer whose bias its instances choose. */
const biased = definition(
  [node('linear1', 'Linear', { outFeatures: 3, bias: { param: 'bias' } })],
  ['inputs.x > linear1.input', 'linear1.output > outputs.y'],
  { bias: { type: 'bool', default: true } },
);
/** A Layer in an untied loop whose count its instances choose. */
const deep = definition(
  [
    node('repeat1', 'Repeat', { times: { param: 'n' }, weights: 'untied' }),
    node('linear1', 'Linear', { outFeatures: 3 }, { parent: 'repeat1' }),
  ],
  [
    'inputs.x > repeat1.start',
    'repeat1.current > linear1.input',
    'linear1.output > repeat1.next',
    'repeat1.result > outputs.y',
  ],
  { n: { type: 'int', default: 2 } },
);
/** Two instances of Layer, of which `b` has the weights of `a`. */
const tied = (modules: GraphDocument['modules'], a: DocumentNode['settings'], b: DocumentNode['settings']) =>
  document(
    [data, node('a', 'module:Layer', a), node('b', 'module:Layer', b, { tiedTo: 'a' })],
    ['x.output > a.x', 'a.y > b.x'],
    { modules },
  );

/** x into a Repeat that holds `inside`, which leads `current` to `next` by `list`. */
const loop = (settings: DocumentNode['settings'], inside: readonly DocumentNode[], list: readonly string[]) =>
  document(
    [data, node('repeat1', 'Repeat', settings), ...inside.map((one) => ({ parent: 'repeat1', ...one }))],
    ['x.output > repeat1.start', ...list],
  );

/** A weight of (3, 2), learned by hand: its gradient is there in the update phase. */
const weight = [data, node('w', 'Parameter', { shape: [3, 2] }), node('mm1', 'MatMul'), node('sum1', 'Sum')];
const forward = ['x.output > mm1.input', 'w.value > mm1.other', 'mm1.output > sum1.input'];
const byHand = { run: { losses: ['sum1.output'] } };

const rows: readonly Row[] = [
  ['duplicate-id', document([data, data]), { node: 'x', says: ['x'] }],
  ['unknown-kind', document([node('a', 'Liner')]), { node: 'a', says: ['Liner'] }],
  ['unknown-parent', document([node('a', 'RandomTensor', {}, { parent: 'gone' })]), { node: 'a', says: ['a', 'gone'] }],
  [
    'unknown-parent',
    document([data, node('net1', 'module:Layer'), node('r', 'ReLU', {}, { parent: 'net1' })], ['x.output > net1.x'], {
      modules: Layer,
    }),
    { node: 'r', says: ['net1'] },
  ],
  [
    'nested-cycle',
    document([node('a', 'Repeat', {}, { parent: 'b' }), node('b', 'Repeat', {}, { parent: 'a' })]),
    { node: 'a', says: ['a', 'b'] },
  ],
  [
    'nested-too-deep',
    document(
      Array.from({ length: 203 }, (_, i) => node(`r${i}`, 'Sequential', {}, i === 0 ? {} : { parent: `r${i - 1}` })),
    ),
    { node: 'r201', says: ['r201', '201'] },
  ],
  [
    'outside-only',
    loop({}, [node('loss', 'MSELoss')], ['repeat1.current > loss.input', 'x.output > loss.target']),
    { node: 'loss', says: ['MSELoss'] },
  ],
  // In a definition whoever changes parameters would know only its nodes, and there would be one for each instance.
  ...['SGD', 'Update', 'ZeroGrad'].map((kind): Row => {
    const update = node('late', kind, kind === 'Update' ? { parameter: 'linear1' } : {});
    const wire = { SGD: ['sum1.output > late.loss'], Update: ['linear1.output > late.gradient'] }[kind] ?? [];
    const Trained = definition(
      [...layer.nodes, node('sum1', 'Sum'), update],
      ['inputs.x > linear1.input', 'linear1.output > outputs.y', 'linear1.output > sum1.input', ...wire],
    );
    return [
      'outside-only',
      document([data, node('net1', 'module:Trained')], ['x.output > net1.x'], { modules: { Trained } }),
      { module: 'Trained', node: 'late', says: [kind, 'a module'] },
    ];
  }),
  [
    'outside-only',
    // The loss comes into the loop with an instance, here within another one.
    {
      ...loop({}, [node('net1', 'module:Outer')], ['repeat1.current > net1.x', 'net1.y > repeat1.next']),
      modules: {
        Outer: definition([node('inner', 'module:Judged')], ['inputs.x > inner.x', 'inner.y > outputs.y']),
        Judged: judged,
      },
    },
    { node: 'net1', says: ['Outer', 'a block'] },
  ],
  [
    'not-chainable',
    document([data, node('s', 'Sequential'), node('add1', 'Add', {}, { parent: 's' })], ['x.output > s.input']),
    { node: 'add1', says: ['Add'] },
  ],
  ['unknown-setting', document([node('a', 'RandomTensor', { size: 3 })]), { node: 'a', says: ['size'] }],
  ['invalid-setting', document([node('a', 'RandomTensor', { shape: [0] })]), { node: 'a', says: ['shape', '[0]'] }],
  [
    'invalid-setting',
    // What an instance gives reaches the node in the body, and is wrong for that.
    document([data, node('net1', 'module:Layer', { h: 0 })], ['x.output > net1.x'], {
      modules: {
        Layer: definition(
          [node('linear1', 'Linear', { outFeatures: { param: 'h' } })],
          ['inputs.x > linear1.input', 'linear1.output > outputs.y'],
          { h: { type: 'int', default: 3 } },
        ),
      },
    }),
    { module: 'Layer', node: 'linear1', says: ['outFeatures', '0'] },
  ],
  [
    'unknown-param',
    document([], [], {
      modules: {
        Layer: { ...layer, nodes: [node('linear1', 'Linear', { outFeatures: { param: 'width' } })] },
      },
    }),
    { module: 'Layer', node: 'linear1', says: ['outFeatures', 'width'] },
  ],
  [
    'recursive-module',
    document([], [], {
      modules: {
        A: definition([node('b1', 'module:B')], ['inputs.x > b1.x', 'b1.y > outputs.y']),
        B: definition([node('a1', 'module:A')], ['inputs.x > a1.x', 'a1.y > outputs.y']),
      },
    }),
    { module: 'A', says: ['A → B → A'] },
  ],
  [
    'missing-output',
    document([], [], { modules: { Layer: { ...layer, wires: wires(['inputs.x > linear1.input']) } } }),
    { module: 'Layer', says: ['y'] },
  ],
  [
    'cannot-tie',
    document([data, node('r', 'ReLU', {}, { tiedTo: 'x' })], ['x.output > r.input']),
    { node: 'r', says: ['r', 'x', 'only instances of a module'] },
  ],
  [
    'cannot-tie',
    document([data, node('a', 'module:Layer', {}, { tiedTo: 'gone' })], ['x.output > a.x'], { modules: Layer }),
    { node: 'a', says: ['gone', 'no such node'] },
  ],
  [
    'cannot-tie',
    document(
      [data, node('a', 'module:Layer', {}, { tiedTo: 'b' }), node('b', 'module:Other')],
      ['x.output > a.x', 'x.output > b.x'],
      { modules: { ...Layer, Other: { ...layer } } },
    ),
    { node: 'a', says: ['b', 'another module'] },
  ],
  [
    'cannot-tie',
    document(
      [data, node('a', 'module:Layer', {}, { tiedTo: 'b' }), node('b', 'module:Layer', {}, { tiedTo: 'a' })],
      ['x.output > a.x', 'x.output > b.x'],
      { modules: Layer },
    ),
    { node: 'a', says: ['b', 'name each other'] },
  ],
  [
    'cannot-tie',
    document(
      [
        data,
        node('repeat1', 'Repeat', { weights: 'untied' }),
        node('a', 'module:Layer', {}, { parent: 'repeat1' }),
        node('b', 'module:Layer', {}, { tiedTo: 'a' }),
      ],
      ['x.output > repeat1.start', 'repeat1.current > a.x', 'a.y > repeat1.next', 'x.output > b.x'],
      { modules: Layer },
    ),
    { node: 'b', says: ['a', 'weights of their own'] },
  ],
  [
    'cannot-tie',
    document(
      [
        data,
        node('wide', 'Linear', { outFeatures: 5 }),
        node('a', 'module:Layer'),
        node('b', 'module:Layer', {}, { tiedTo: 'a' }),
      ],
      ['x.output > a.x', 'x.output > wide.input', 'wide.output > b.x'],
      { modules: Layer },
    ),
    { node: 'b', says: ['a', 'weight', '3×5', '3×3'] },
  ],
  [
    'cannot-tie',
    // One of them has weights that the other has not.
    tied({ Layer: biased }, { bias: true }, { bias: false }),
    { node: 'b', says: ['a', 'linear1.bias'] },
  ],
  ['cannot-tie', tied({ Layer: biased }, { bias: false }, { bias: true }), { node: 'b', says: ['a', 'linear1.bias'] }],
  [
    'cannot-tie',
    tied({ Layer: deep }, { n: 2 }, { n: 3 }),
    { node: 'b', says: ['a', 'repeat1/linear1.weight', '3 copies', '2'] },
  ],
  [
    'cannot-tie',
    // The copies of the loop around it would be told apart, too.
    document(
      [
        data,
        node('a', 'module:Layer', { n: 2 }),
        node('loop', 'Repeat', { weights: 'untied' }),
        node('b', 'module:Layer', { n: 2 }, { parent: 'loop', tiedTo: 'a' }),
      ],
      ['x.output > a.x', 'a.y > loop.start', 'loop.current > b.x', 'b.y > loop.next'],
      { modules: { Layer: deep } },
    ),
    { node: 'b', says: ['a', '3×2 copies'] },
  ],
  [
    'cannot-tie',
    // In a definition it stands there, whoever comes first.
    document([data, node('net1', 'module:Pair')], ['x.output > net1.x'], {
      modules: {
        Layer: deep,
        Pair: definition(
          [node('b', 'module:Layer', { n: 3 }, { tiedTo: 'a' }), node('a', 'module:Layer', { n: 2 })],
          ['inputs.x > b.x', 'b.y > a.x', 'a.y > outputs.y'],
        ),
      },
    }),
    { module: 'Pair', node: 'b', says: ['a', '3 copies', '2'] },
  ],
  ['unknown-port', document([data], ['x.output > gone.input']), { node: 'x', says: ['gone.input'] }],
  [
    'inside-chain',
    document(
      [data, node('s', 'Sequential'), node('r', 'ReLU', {}, { parent: 's' })],
      ['x.output > s.input', 'x.output > r.input'],
    ),
    { node: 'r', says: ['x.output → r.input'] },
  ],
  [
    'leaves-block',
    {
      ...loop(
        {},
        [node('r', 'ReLU')],
        ['repeat1.current > r.input', 'r.output > repeat1.next', 'r.output > out.input'],
      ),
      nodes: [...loop({}, [node('r', 'ReLU')], []).nodes, node('out', 'Tanh')],
    },
    { node: 'out', says: ['r.output → out.input', 'repeat1'] },
  ],
  [
    'late-inside',
    document(
      [...weight, node('repeat1', 'Repeat'), node('r', 'ReLU', {}, { parent: 'repeat1' })],
      [...forward, 'x.output > repeat1.start', 'w.grad > r.input', 'r.output > repeat1.next'],
      byHand,
    ),
    { node: 'r', port: 'input', says: ['w.grad → r.input'] },
  ],
  [
    'late-loss',
    document([...weight, node('l1', 'L1Loss')], [...forward, 'w.grad > l1.input', 'w.grad > l1.target'], byHand),
    { node: 'l1', says: ['L1Loss'] },
  ],
  [
    'type-mismatch',
    document([node('d', 'Spiral'), node('r', 'ReLU')], ['d.labels > r.input']),
    { node: 'r', port: 'input', says: ['d.labels', 'labels', 'a tensor'] },
  ],
  [
    'several-wires',
    document([data, node('y', 'RandomTensor'), node('r', 'ReLU')], ['x.output > r.input', 'y.output > r.input']),
    { node: 'r', port: 'input', says: ['r.input', 'x.output, y.output'] },
  ],
  ['missing-input', document([node('r', 'ReLU')]), { node: 'r', port: 'input', says: ['ReLU', 'input'] }],
  ['missing-input', loop({}, [], []), { node: 'repeat1', port: 'next', says: ['Repeat', 'next'] }],
  [
    'missing-input',
    document([node('net1', 'module:Layer')], [], { modules: Layer }),
    { node: 'net1', port: 'x', says: ['Nothing is wired to x of Layer'] },
  ],
  [
    'cycle',
    document(
      [data, node('a', 'Add'), node('b', 'ReLU')],
      ['x.output > a.input', 'b.output > a.other', 'a.output > b.input'],
    ),
    { node: 'b', says: ['a.output → b.input', 'b.output → a.other'] },
  ],
  [
    'shape-mismatch',
    document([data, node('l', 'Linear', { inFeatures: 7 })], ['x.output > l.input']),
    { node: 'l', port: 'input', says: ['7', '3'] },
  ],
  [
    'carried-shape',
    loop({}, [node('l', 'Linear', { outFeatures: 5 })], ['repeat1.current > l.input', 'l.output > repeat1.next']),
    { node: 'repeat1', port: 'next', says: ['l.output', '4×5', '4×3'] },
  ],
  [
    'carried-shape',
    // Of two carried values the one that changes is named, in a definition too.
    document([data, node('net1', 'module:Loop')], ['x.output > net1.x'], {
      modules: {
        Loop: definition(
          [
            node('repeat1', 'Repeat', { carried: 2 }),
            node('same', 'Tanh', {}, { parent: 'repeat1' }),
            node('wider', 'Linear', { outFeatures: 6 }, { parent: 'repeat1' }),
          ],
          [
            'inputs.x > repeat1.start',
            'inputs.x > repeat1.start2',
            'repeat1.current > same.input',
            'same.output > repeat1.next',
            'repeat1.current2 > wider.input',
            'wider.output > repeat1.next2',
            'repeat1.result > outputs.y',
          ],
        ),
      },
    }),
    { module: 'Loop', node: 'repeat1', port: 'next2', says: ['wider.output', '4×6', '4×3'] },
  ],
  [
    'loop-bounds',
    loop({ count: 'drawn', min: 5, max: 2 }, [], ['repeat1.current > repeat1.next']),
    { node: 'repeat1', says: ['repeat1', 'at least 5', 'at most 2'] },
  ],
  [
    'loop-untied',
    loop({ count: 'drawn', weights: 'untied' }, [], ['repeat1.current > repeat1.next']),
    { node: 'repeat1', says: ['repeat1', 'untied', 'drawn'] },
  ],
  [
    'nesterov-dampening',
    document(
      [data, node('sum', 'Sum'), node('sgd', 'SGD', { nesterov: true, momentum: 0.9, dampening: 0.5 })],
      ['x.output > sum.input', 'sum.output > sgd.loss'],
    ),
    { node: 'sgd', says: ['sgd', 'Nesterov', 'dampening'] },
  ],
  [
    'shape-mismatch',
    document([data, node('shaped', 'Reshape', { shape: [3, 3] })], ['x.output > shaped.input'], {
      run: { mode: 'dynamic', seed: 0, steps: 1, batchSize: 3 },
    }),
    { node: 'shaped', port: 'input', says: ['With the last batch of an epoch, of 1: cannot reshape 1×3 to 3×3'] },
  ],
  [
    'shape-mismatch',
    document([data, node('flat', 'Flatten', { startDim: 2 })], ['x.output > flat.input']),
    { node: 'flat', port: 'input', says: ['3 axes or more', '4×3, 2 of them'] },
  ],
  [
    'loop-untied',
    // In a definition it stands there.
    document([data, node('net1', 'module:Loop', { most: 1 })], ['x.output > net1.x'], {
      modules: {
        Loop: definition(
          [node('repeat1', 'Repeat', { count: 'drawn', min: 1, max: { param: 'most' }, weights: 'untied' })],
          ['inputs.x > repeat1.start', 'repeat1.current > repeat1.next', 'repeat1.result > outputs.y'],
          { most: { type: 'int', default: 2 } },
        ),
      },
    }),
    { module: 'Loop', node: 'repeat1', says: ['repeat1'] },
  ],
  [
    'too-many-iterations',
    {
      ...loop(
        { times: 200 },
        [node('inner', 'Repeat', { times: 200 }), node('r', 'ReLU', {}, { parent: 'inner' })],
        [
          'repeat1.current > inner.start',
          'inner.current > r.input',
          'r.output > inner.next',
          'inner.result > repeat1.next',
        ],
      ),
    },
    { node: 'inner', says: ['Repeat', '40,000', '10,000'] },
  ],
  ['many-plans', inMode('static', manyWays()), { node: 'repeat1', says: ['156', 'repeat1', '64'] }],
  ['too-many-nodes', doubling(60), { says: ['100,000'] }],
  [
    'too-large',
    document([node('a', 'RandomTensor', { shape: [100_000, 100_000] })]),
    { node: 'a', says: ['100000×100000', '10,000,000,000'] },
  ],
  [
    'exceeds-memory',
    document(
      [
        node('x', 'RandomTensor', { shape: [100_000, 500] }),
        node('wide', 'Linear', { outFeatures: 1_000 }),
        node('gelu1', 'GELU'),
      ],
      ['x.output > wide.input', 'wide.output > gelu1.input'],
    ),
    { node: 'gelu1', says: ['7.08 GB', '3.75 GB', 'gelu1', '5.96 GB', '100000×1000'] },
  ],
  [
    'exceeds-memory',
    document(
      [node('x', 'RandomTensor', { shape: [4000, 256] }), node('net1', 'module:Looped')],
      ['x.output > net1.x'],
      {
        modules: {
          Looped: definition(
            [
              node('repeat1', 'Repeat', { count: 'drawn', min: 1, max: 1000 }),
              node('tanh1', 'Tanh', {}, { parent: 'repeat1' }),
            ],
            [
              'inputs.x > repeat1.start',
              'repeat1.current > tanh1.input',
              'tanh1.output > repeat1.next',
              'repeat1.result > outputs.y',
            ],
          ),
        },
      },
    ),
    { module: 'Looped', node: 'tanh1', says: ['3.81 GB', '4000×256'] },
  ],
  [
    'two-owners',
    document(
      [...weight, node('sgd', 'SGD'), node('update1', 'Update', { parameter: 'w' })],
      [...forward, 'sum1.output > sgd.loss', 'w.grad > update1.gradient'],
    ),
    { node: 'sgd', port: 'loss', says: ['w', 'sgd and update1'] },
  ],
  [
    'unknown-parameter',
    document(
      [...weight, node('update1', 'Update', { parameter: 'x' })],
      [...forward, 'w.grad > update1.gradient'],
      byHand,
    ),
    { node: 'update1', says: ['Update', '"x"'] },
  ],
  [
    'unknown-parameter',
    document([...weight, node('sgd', 'SGD', { parameters: ['w', 'gone'] })], [...forward, 'sum1.output > sgd.loss']),
    { node: 'sgd', says: ['SGD', '"gone"'] },
  ],
  [
    'update-shape',
    document(
      [...weight, node('update1', 'Update', { parameter: 'w' })],
      [...forward, 'x.output > update1.gradient'],
      byHand,
    ),
    { node: 'update1', port: 'gradient', says: ['w.value', '4×3', '3×2'] },
  ],
  [
    'loss-not-scalar',
    document([...weight, node('sgd', 'SGD')], [...forward, 'mm1.output > sgd.loss']),
    { node: 'sgd', port: 'loss', says: ['mm1.output', '4×2'] },
  ],
  [
    'loss-not-scalar',
    document(weight, forward, { run: { losses: ['mm1.output'] } }),
    { node: 'mm1', port: 'output', says: ['mm1.output', '4×2'] },
  ],
  [
    'no-parameters',
    document([data, node('sum1', 'Sum'), node('sgd', 'SGD')], ['x.output > sum1.input', 'sum1.output > sgd.loss']),
    { node: 'sgd', says: ['SGD'] },
  ],
  [
    'no-gradient',
    document(
      [
        ...weight.map((one) => (one.id === 'w' ? { ...one, settings: { ...one.settings, requiresGrad: false } } : one)),
        node('clip', 'Clamp'),
        node('update1', 'Update', { parameter: 'w' }),
      ],
      [...forward, 'w.grad > clip.input', 'clip.output > update1.gradient'],
      byHand,
    ),
    { node: 'update1', port: 'gradient', says: ['Update', 'w'] },
  ],
  [
    'batch-rows',
    document([node('a', 'RandomTensor', { shape: [4] }), node('b', 'RandomTensor', { shape: [5] })], [], {
      run: { batchSize: 2 },
    }),
    { node: 'b', says: ['4 and 5'] },
  ],
  ['batch-size', document([data], [], { run: { batchSize: 5 } }), { node: 'x', says: ['5', '4'] }],
  ['unknown-loss', document([data], [], { run: { losses: ['x.gone'] } }), { says: ['x.gone'] }],
  [
    'unknown-loss',
    // Inside of a block there are as many as iterations.
    {
      ...loop({}, [node('sum1', 'Sum')], ['repeat1.current > sum1.input', 'repeat1.current > repeat1.next']),
      run: { mode: 'dynamic', seed: 0, steps: 1, losses: ['sum1.output'] },
    },
    { says: ['sum1.output'] },
  ],
  [
    'duplicate-loss',
    document(weight, forward, { run: { losses: ['sum1.output', 'sum1.output'] } }),
    { node: 'sum1', port: 'output', says: ['sum1.output', '2'] },
  ],
  [
    'loss-not-trained',
    document(
      [...weight, node('mean1', 'Mean'), node('sgd', 'SGD')],
      [...forward, 'mm1.output > mean1.input', 'sum1.output > sgd.loss'],
      { run: { losses: ['mean1.output'] } },
    ),
    { node: 'sgd', port: 'loss', says: ['SGD', 'sum1.output'] },
  ],
  ['unknown-draw', document(weight, forward, { run: { draws: ['w', 'gone'] } }), { says: ['"gone"'] }],
  // A node that draws nothing, and a block that is no entry of the list.
  ['unknown-draw', document(weight, forward, { run: { draws: ['sum1', 'x'] } }), { says: ['"sum1"'] }],
  [
    'unknown-draw',
    {
      ...loop({}, layer.nodes, ['repeat1.current > linear1.input', 'linear1.output > repeat1.next']),
      run: { mode: 'dynamic', seed: 0, steps: 1, draws: ['repeat1'] },
    },
    { says: ['"repeat1"'] },
  ],
  ['duplicate-draw', document(weight, forward, { run: { draws: ['w', 'x', 'w'] } }), { says: ['w', '2 times'] }],
  ['run-length', document([data], [], { run: { steps: 3, epochs: 3 } }), { says: ['both steps and epochs'] }],
];

/** From 0 to 3 times a loop that runs from 0 to 4 times: 1 + 5 + 25 + 125 ways. */
function manyWays(): GraphDocument {
  return loop(
    { count: 'drawn', min: 0, max: 3 },
    [node('inner', 'Repeat', { count: 'drawn', min: 0, max: 4 }), node('r', 'ReLU', {}, { parent: 'inner' })],
    [
      'repeat1.current > inner.start',
      'inner.current > r.input',
      'r.output > inner.next',
      'inner.result > repeat1.next',
    ],
  );
}

/** Each module holds two instances of the one before: 2ⁿ nodes, which nobody must wait for. */
function doubling(levels: number): GraphDocument {
  const modules: Record<string, ModuleDefinition> = {
    M0: definition([node('r', 'ReLU')], ['inputs.x > r.input', 'r.output > outputs.y']),
  };
  for (let n = 1; n <= levels; n++)
    modules[`M${n}`] = definition(
      [node('a', `module:M${n - 1}`), node('b', `module:M${n - 1}`)],
      ['inputs.x > a.x', 'a.y > b.x', 'b.y > outputs.y'],
    );
  return document([data, node('net1', `module:M${levels}`)], ['x.output > net1.x'], { modules });
}

/** What a check of a document cannot find, by the test that provokes it. */
const elsewhere: Readonly<Partial<Record<DiagnosticCode, string>>> = {
  'export-nesting': 'unit/export_pytorch.test.ts',
  'export-unwritable': 'contract/cli/export.test.ts',
  'file-not-found': 'contract/cli/refusals.test.ts',
  'file-is-folder': 'contract/cli/refusals.test.ts',
  'file-unreadable': 'contract/cli/refusals.test.ts',
  'file-too-large': 'contract/cli/refusals.test.ts',
  'malformed-json': 'unit/graph.test.ts',
  'not-a-document': 'unit/graph.test.ts',
  'newer-version': 'unit/graph.test.ts',
  'invalid-field': 'unit/graph.test.ts',
  'no-loss': 'unit/program.test.ts',
  'label-range': 'unit/session.test.ts',
  'loss-not-finite': 'unit/session.test.ts',
  'run-failed': 'unit/session.test.ts',
  'out-of-memory': 'unit/out_of_memory.test.ts',
  'cannot-save': 'contract/cli/weights.test.ts',
  'weights-unreadable': 'contract/cli/weights.test.ts',
  'weights-missing': 'contract/cli/weights.test.ts',
  'weights-unexpected': 'contract/cli/weights.test.ts',
  'weights-shape': 'contract/cli/weights.test.ts',
  'internal-error': 'contract/cli/refusals.test.ts',
  'no-gpu': 'contract/cli/device.test.ts',
  'gpu-failed': 'parity/webgpu_sessions.test.ts',
  'unsupported-option': 'contract/cli/refusals.test.ts',
  'function-failed': 'unit/custom_function.test.ts',
  'function-outputs': 'unit/custom_function.test.ts',
  'export-data': 'unit/export_pytorch.test.ts',
  'export-distributed': 'unit/export_distributed.test.ts',
  'export-distributed-loss': 'unit/export_distributed.test.ts',
  'export-distributed-rows': 'unit/export_distributed.test.ts',
  'export-draws': 'unit/export_pytorch.test.ts',
  'export-exists': 'contract/cli/export.test.ts',
  'export-format': 'contract/cli/export.test.ts',
  'export-absent': 'unit/export_pytorch.test.ts',
  'export-untied': 'unit/export_pytorch.test.ts',
  'export-uneven': 'unit/export_pytorch.test.ts',
  'function-pending': 'unit/custom_function.test.ts',
  'function-unchecked': 'contract/cli/functions.test.ts',
  'function-wrong': 'contract/cli/functions.test.ts',
};

describe('a diagnostic', () => {
  it.each(rows.map(([code, d, expected]) => ({ code, d, expected, at: expected.node ?? 'the document' })))(
    '$code stands at $at and names what is wrong',
    ({ code, d, expected: { says, ...place } }) => {
      const all = checkDocument(d).diagnostics;
      const [found = expect.fail(`found ${all.map((one) => one.code).join()}`)] = all.filter(
        (one) => one.code === code,
      );
      const { module, node: at, port } = found;
      expect({ module, node: at, port }).toEqual({ module: undefined, node: undefined, port: undefined, ...place });
      for (const words of says) expect(found.message).toContain(words);
      // Nothing was left to fill in, and nothing is called as only files call it.
      expect(found.message + found.hint).not.toMatch(/\{\w+\}|module:/);
    },
    30_000,
  );

  it('of every code is provoked by a test', () => {
    const provoked = new Set<string>(rows.map(([code]) => code));
    for (const [code, file] of Object.entries(elsewhere))
      if (readFileSync(new URL(`../${file}`, import.meta.url), 'utf8').includes(code)) provoked.add(code);
    expect(Object.keys(diagnosticTable).filter((code) => !provoked.has(code))).toEqual([]);
  });

  it('says one thing of what stands outside and does not', () => {
    const inModule = definition(
      [...layer.nodes, node('sum1', 'Sum'), node('sgd', 'SGD')],
      [
        'inputs.x > linear1.input',
        'linear1.output > outputs.y',
        'linear1.output > sum1.input',
        'sum1.output > sgd.loss',
      ],
    );
    // The document has nodes of the same names, which the optimizer of the module is no owner of.
    const twins = document(
      [data, node('net1', 'module:Trained'), ...layer.nodes, node('sum1', 'Sum'), node('sgd', 'SGD')],
      ['x.output > net1.x', 'net1.y > linear1.input', 'linear1.output > sum1.input', 'sum1.output > sgd.loss'],
      { modules: { Trained: inModule } },
    );
    const looped = loop(
      {},
      [node('sum1', 'Sum'), node('sgd', 'SGD')],
      ['repeat1.current > sum1.input', 'sum1.output > sgd.loss', 'repeat1.current > repeat1.next'],
    );
    for (const one of [twins, looped])
      expect(checkDocument(one).diagnostics.map(({ code }) => code)).toEqual(['outside-only']);
    // A module with a loss stands where a pass comes by once.
    const once = document([data, node('net1', 'module:Judged')], ['x.output > net1.x'], {
      modules: { Judged: judged },
    });
    expect(checkDocument(once).diagnostics).toEqual([]);
  });

  it('says nothing of a list of draws that names what is drawn, or may be once the wires are there', () => {
    const untied = loop({ weights: 'untied' }, layer.nodes, [
      'repeat1.current > linear1.input',
      'linear1.output > repeat1.next',
    ]);
    const list = (one: GraphDocument, draws: readonly string[]) =>
      checkDocument({ ...one, run: { ...one.run, draws } }).diagnostics.filter(({ code }) => code.endsWith('-draw'));
    expect(list(untied, ['repeat1', 'x'])).toEqual([]);
    expect(list(document([data, node('net1', 'module:Layer')], [], { modules: Layer }), ['net1/linear1'])).toEqual([]);
    expect(list(document([data, ...layer.nodes], []), ['linear1'])).toEqual([]);
  });

  it('says nothing of the ways through loops where the mode is not one that was chosen for the sake of plans', () => {
    for (const mode of ['auto', 'dynamic'] as const)
      expect(checkDocument(inMode(mode, manyWays())).diagnostics).toEqual([]);
  });

  it('says nothing of instances that share all of their weights', () => {
    const sound = [
      tied({ Layer: deep }, { n: 2 }, { n: 2 }),
      tied({ Layer: biased }, { bias: false }, { bias: false }),
      // What is there once is used in every iteration of a loop around.
      document(
        [
          data,
          node('a', 'module:Layer'),
          node('loop', 'Repeat', { weights: 'untied' }),
          node('b', 'module:Layer', {}, { parent: 'loop', tiedTo: 'a' }),
        ],
        ['x.output > a.x', 'a.y > loop.start', 'loop.current > b.x', 'b.y > loop.next'],
        { modules: Layer },
      ),
    ];
    for (const one of sound) expect(checkDocument(one).diagnostics).toEqual([]);
    // Where the pair itself is wrong, its weights are not compared.
    const strange = document(
      [data, node('a', 'module:Layer', {}, { tiedTo: 'b' }), node('b', 'module:Other')],
      ['x.output > a.x', 'x.output > b.x'],
      { modules: { Layer: biased, Other: deep } },
    );
    expect(checkDocument(strange).diagnostics.map(({ code }) => code)).toEqual(['cannot-tie']);
  });

  it('calls an instance by the name of its module', () => {
    const misspelt = document([node('net1', 'module:Layr')], [], { modules: Layer });
    const [found] = checkDocument(misspelt).diagnostics;
    expect(found).toMatchObject({ code: 'unknown-kind', message: 'There is no kind of node named Layr' });
    expect(found?.hint).toContain('Did you mean Layer?');
    expect(found?.values).toMatchObject({ kind: 'Layr' });
  });
});
