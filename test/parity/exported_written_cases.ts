import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { nodes, type Rows, wires } from './exported_cases.ts';

/*
 * All is read before anything is written: what an Update or an optimizer writes is another parameter, or was one before it came through
 * a view, a module, a loop or a function.
 */

const STEPS = 12;

/** x · w · v is to be y; `v` is updated by what is wired to `up.gradient`. */
const network = (what: string, more: Rows, wired: readonly string[], rest: Partial<GraphDocument> = {}) => ({
  ...emptyDocument(what),
  ...rest,
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [5, 4] }],
    ['y', 'RandomTensor', { shape: [5, 4] }],
    ['w', 'Parameter', { shape: [4, 4] }],
    ['v', 'Parameter', { shape: [4, 4] }],
    ['by_w', 'MatMul'],
    ['by_v', 'MatMul'],
    ['loss', 'MSELoss'],
    ...more,
    ['up', 'Update', { parameter: 'v', lr: 0.05 }],
    ['clear', 'ZeroGrad'],
  ),
  wires: wires(
    'x.output → by_w.input',
    'w.value → by_w.other',
    'by_w.output → by_v.input',
    'v.value → by_v.other',
    'by_v.output → loss.input',
    'y.output → loss.target',
    ...wired,
  ),
  run: { mode: 'dynamic', seed: 3, steps: STEPS } as const,
});

/** An optimizer writes w. */
const stepped = (what: string, more: Rows, wired: readonly string[]) =>
  network(what, [['sgd', 'SGD', { lr: 0.05, parameters: ['w'] }], ...more], ['loss.loss → sgd.loss', ...wired]);

/** An Update before the one of v writes w. */
const updated = (what: string, more: Rows, wired: readonly string[], rest: Partial<GraphDocument> = {}) =>
  network(
    what,
    [...more, ['up_w', 'Update', { parameter: 'w', lr: 0.05 }]],
    ['w.grad → up_w.gradient', ...wired],
    rest,
  );

const inLoop = (settings: NonNullable<Rows[number][2]>, within: Rows, wired: readonly string[]) =>
  updated(
    `through a loop of ${within.length}, ${JSON.stringify(settings)}`,
    [['loop', 'Repeat', settings], ...within],
    ['w.value → loop.start', ...wired, 'loop.result → up.gradient'],
  );
const turning: readonly [Rows, readonly string[]] = [
  [['turn', 'Transpose', {}, 'loop']],
  ['loop.current → turn.input', 'turn.output → loop.next'],
];

const throughModule = (inside: Rows, wired: readonly string[]) =>
  updated(`through a module of ${inside.length}`, [['m', 'module:Between']], ['w.value → m.a', 'm.b → up.gradient'], {
    modules: {
      Between: {
        params: {},
        ports: { inputs: [{ name: 'a' }], outputs: [{ name: 'b' }] },
        nodes: nodes(...inside),
        wires: wires(...wired),
      },
    },
  });

const throughFunction = (result: string) =>
  updated(
    `through a function that gives ${result}`,
    [
      [
        'own',
        'CustomFunction',
        { source: `function forward(ctx, a) { return ${result}; }\nfunction backward(ctx, g) { return g; }` },
      ],
    ],
    ['w.value → own.a', 'own.output → up.gradient'],
  );

export const readBeforeWritten: readonly GraphDocument[] = [
  stepped(
    'read with a gradient',
    [['product', 'Mul']],
    ['w.value → product.input', 'v.grad → product.other', 'product.output → up.gradient'],
  ),
  stepped('read as it is', [], ['w.value → up.gradient']),
  stepped('turned', [['turn', 'Transpose']], ['w.value → turn.input', 'turn.output → up.gradient']),
  throughModule([['turn', 'Transpose']], ['inputs.a → turn.input', 'turn.output → outputs.b']),
  throughModule([], ['inputs.a → outputs.b']),
  inLoop({ times: 1 }, ...turning),
  inLoop({ count: 'drawn', min: 0, max: 2 }, ...turning),
  inLoop({ times: 2, weights: 'untied' }, ...turning),
  inLoop({ count: 'drawn', min: 0, max: 2 }, [], ['loop.current → loop.next']),
  ...['a.t()', 'a.t().t()', 'a', 'a.reshape([4, 4])'].map(throughFunction),
  updated(
    'in the same shape',
    [['same', 'Reshape', { shape: [4, 4] }]],
    ['w.value → same.input', 'same.output → up.gradient'],
  ),
  updated('flattened', [['flat', 'Flatten']], ['w.value → flat.input', 'flat.output → up.gradient']),
  updated(
    'with nothing dropped',
    [['drop', 'Dropout', { p: 0 }]],
    ['w.value → drop.input', 'drop.output → up.gradient'],
  ),
];

/** Masks where PyTorch wants floats, and where it wants masks that went through something else. */
export const masks: GraphDocument = {
  ...emptyDocument('masks'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [4, 4] }],
    ['y', 'RandomTensor', { shape: [4, 4] }],
    ['first', 'Linear', { outFeatures: 4 }],
    ['zero', 'Constant', { value: 0 }],
    ['mask', 'Greater'],
    ['turned', 'Transpose'],
    ['shaped', 'Reshape', { shape: [4, 4] }],
    ['apart', 'Detach'],
    ['most', 'Max', { axes: [0], keepDims: true }],
    ['chosen', 'Where'],
    ['chosen_row', 'Where'],
    ['layer', 'Linear', { outFeatures: 4 }],
    ['sum', 'Add'],
    ['loss', 'MSELoss'],
    ['of_mask', 'MSELoss'],
    ['distance', 'L1Loss'],
    ['entropy', 'BCEWithLogitsLoss'],
    ['a', 'Add'],
    ['b', 'Add'],
    ['all', 'Add'],
    ['adam', 'Adam', { lr: 0.01 }],
  ),
  wires: wires(
    'x.output → first.input',
    'first.output → mask.input',
    'zero.output → mask.other',
    'mask.output → turned.input',
    'turned.output → shaped.input',
    'shaped.output → apart.input',
    'apart.output → chosen.condition',
    'first.output → chosen.input',
    'y.output → chosen.other',
    'mask.output → most.input',
    'most.output → chosen_row.condition',
    'chosen.output → chosen_row.input',
    'y.output → chosen_row.other',
    'mask.output → layer.input',
    'layer.output → sum.input',
    'chosen_row.output → sum.other',
    'sum.output → loss.input',
    'y.output → loss.target',
    'first.output → of_mask.input',
    'mask.output → of_mask.target',
    'first.output → distance.input',
    'mask.output → distance.target',
    'first.output → entropy.input',
    'mask.output → entropy.target',
    'loss.loss → a.input',
    'of_mask.loss → a.other',
    'distance.loss → b.input',
    'entropy.loss → b.other',
    'a.output → all.input',
    'b.output → all.other',
    'all.output → adam.loss',
  ),
  run: { mode: 'dynamic', seed: 3, steps: 30, losses: ['all.output'] },
};

/** Settings that PyTorch refuses where they mean nothing: Nesterov's form without momentum, and a Clamp without limits. */
export const withoutMeaning: GraphDocument = {
  ...emptyDocument('without meaning'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [4, 3] }],
    ['y', 'RandomTensor', { shape: [4, 3] }],
    ['layer', 'Linear', { outFeatures: 3 }],
    ['clamp', 'Clamp', { lower: false, upper: false }],
    ['loss', 'MSELoss'],
    ['sgd', 'SGD', { lr: 0.1, nesterov: true }],
  ),
  wires: wires(
    'x.output → layer.input',
    'layer.output → clamp.input',
    'clamp.output → loss.input',
    'y.output → loss.target',
    'loss.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 3, steps: 10 },
};
