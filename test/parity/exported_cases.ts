import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';

export type Nodes = GraphDocument['nodes'];
export type Rows = readonly (readonly [
  id: string,
  kind: string,
  settings?: Nodes[number]['settings'],
  parent?: string,
])[];

export const nodes = (...rows: Rows): Nodes =>
  rows.map(([id, kind, settings = {}, parent]) => ({
    id,
    kind,
    settings,
    ...(parent === undefined ? {} : { parent }),
  }));
export const wires = (...pairs: readonly string[]): GraphDocument['wires'] =>
  pairs.map((pair) => {
    const [from = '', to = ''] = pair.split(' → ');
    return { from, to };
  });

/** A loop in a loop, both counts drawn; in it a definition that uses another; two carried values. */
export const manyBlocks: GraphDocument = {
  ...emptyDocument('many blocks'),
  modules: {
    Half: {
      params: { size: { type: 'int', default: 6 } },
      ports: { inputs: [{ name: 'in' }], outputs: [{ name: 'out' }] },
      nodes: nodes(['linear', 'Linear', { outFeatures: { param: 'size' } }], ['relu', 'ReLU']),
      wires: wires('inputs.in → linear.input', 'linear.output → relu.input', 'relu.output → outputs.out'),
    },
    Whole: {
      params: { size: { type: 'int', default: 6 }, alsoBias: { type: 'bool', default: true } },
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }, { name: 'z' }] },
      nodes: nodes(
        ['half1', 'module:Half', { size: { param: 'size' } }],
        ['half2', 'module:Half', { size: { param: 'size' } }],
        ['last', 'Linear', { outFeatures: { param: 'size' }, bias: { param: 'alsoBias' } }],
      ),
      wires: wires(
        'inputs.x → half1.in',
        'half1.out → half2.in',
        'half2.out → last.input',
        'last.output → outputs.y',
        'half1.out → outputs.z',
      ),
    },
  },
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [16, 6] }],
    ['y', 'RandomTensor', { shape: [16, 6] }],
    ['outer', 'Repeat', { count: 'drawn', min: 1, max: 2, carried: 2 }],
    ['inner', 'Repeat', { count: 'drawn', min: 0, max: 2 }, 'outer'],
    ['whole', 'module:Whole', { size: 6, alsoBias: false }, 'inner'],
    ['both', 'Add', {}, 'inner'],
    ['sum', 'Add', {}, 'outer'],
    ['end', 'Linear', { outFeatures: 6 }],
    ['loss', 'MSELoss'],
    ['adam', 'Adam', { lr: 0.01, beta2: 0.99, weightDecay: 0.01 }],
  ),
  wires: wires(
    'x.output → outer.start',
    'x.output → outer.start2',
    'outer.current → inner.start',
    'inner.current → whole.x',
    'whole.y → both.input',
    'whole.z → both.other',
    'both.output → inner.next',
    'inner.result → sum.input',
    'outer.current2 → sum.other',
    'sum.output → outer.next2',
    'outer.current2 → outer.next',
    'outer.result2 → end.input',
    'end.output → loss.input',
    'y.output → loss.target',
    'loss.loss → adam.loss',
  ),
  run: { mode: 'dynamic', seed: 3, steps: 30 },
};

/** Two instances with one set of weights, a loop whose iterations have their own, and a part of the parameters frozen. */
export const tiedAndUntied: GraphDocument = {
  ...emptyDocument('tied & untied'),
  modules: {
    Net: {
      params: {},
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: nodes(
        ['chain', 'Sequential'],
        ['a', 'Linear', { outFeatures: 5 }, 'chain'],
        ['act', 'GELU', {}, 'chain'],
        ['drop', 'Dropout', { p: 0.25 }, 'chain'],
        ['scale', 'Parameter', { shape: [5], init: 'ones' }],
        ['scaled', 'Mul'],
      ),
      wires: wires(
        'inputs.x → chain.input',
        'chain.output → scaled.input',
        'scale.value → scaled.other',
        'scaled.output → outputs.y',
      ),
    },
  },
  nodes: [
    ...nodes(
      ['x', 'RandomTensor', { shape: [40, 5] }],
      ['y', 'RandomTensor', { shape: [40, 5] }],
      ['net', 'module:Net'],
      ['loop', 'Repeat', { times: 3, weights: 'untied' }],
      ['first', 'Linear', { outFeatures: 5 }, 'loop'],
      ['second', 'Linear', { outFeatures: 5, bias: false }, 'loop'],
      ['tanh', 'Tanh', {}, 'loop'],
      ['plus', 'Add', {}, 'loop'],
      ['offset', 'Parameter', { shape: [5] }, 'loop'],
      ['moved', 'Add', {}, 'loop'],
    ),
    { id: 'again', kind: 'module:Net', settings: {}, tiedTo: 'net' },
    ...nodes(
      ['frozen', 'Linear', { outFeatures: 5 }],
      ['loss', 'L1Loss', { reduction: 'sum' }],
      ['square', 'Pow'],
      ['penalty', 'Mean'],
      ['sgd', 'SGD', { lr: 0.001, momentum: 0.9, nesterov: true, parameters: ['net', 'loop'] }],
    ),
  ],
  wires: wires(
    'x.output → net.x',
    'net.y → loop.start',
    'loop.current → first.input',
    'first.output → second.input',
    'second.output → tanh.input',
    'tanh.output → plus.input',
    'net.y → plus.other',
    'plus.output → moved.input',
    'offset.value → moved.other',
    'moved.output → loop.next',
    'loop.result → again.x',
    'again.y → frozen.input',
    'frozen.output → loss.input',
    'y.output → loss.target',
    'loop.result → square.input',
    'square.output → penalty.input',
    'loss.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 1, steps: 30, batchSize: 16, losses: ['loss.loss', 'penalty.output'] },
};

/** Modules in a chain, in each of which a loop may run no iteration: an optimizer passes over what got no gradient. */
export const skippedInChain: GraphDocument = {
  ...emptyDocument('skipped in a chain'),
  modules: {
    Some: {
      params: {},
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: nodes(
        ['loop', 'Repeat', { count: 'drawn', min: 0, max: 1 }],
        ['linear', 'Linear', { outFeatures: 4 }, 'loop'],
      ),
      wires: wires(
        'inputs.x → loop.start',
        'loop.current → linear.input',
        'linear.output → loop.next',
        'loop.result → outputs.y',
      ),
    },
  },
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [6, 4] }],
    ['y', 'RandomTensor', { shape: [6, 4] }],
    ['chain', 'Sequential'],
    ['first', 'module:Some', {}, 'chain'],
    ['second', 'module:Some', {}, 'chain'],
    ['last', 'Linear', { outFeatures: 4 }, 'chain'],
    ['loss', 'MSELoss'],
    ['adam', 'Adam', { lr: 0.05 }],
  ),
  wires: wires(
    'x.output → chain.input',
    'chain.output → loss.input',
    'y.output → loss.target',
    'loss.loss → adam.loss',
  ),
  run: { mode: 'dynamic', seed: 6, steps: 30 },
};

/** Operations as people write them, beside those that are written as their record says; parameters updated by hand. */
export const withEverything: GraphDocument = {
  ...emptyDocument('everything'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [8, 6] }],
    ['w', 'Parameter', { shape: [6, 6] }],
    ['b', 'Parameter', { shape: [6], init: 'zeros' }],
    ['product', 'MatMul', { transposeB: true }],
    ['shifted', 'Add'],
    ['gelu', 'GELU'],
    ['leaky', 'LeakyReLU', { negativeSlope: 0.2 }],
    ['soft', 'Softmax'],
    ['logs', 'LogSoftmax'],
    ['most', 'Max', { axes: [1], keepDims: true }],
    ['flat', 'Flatten'],
    ['root', 'Sqrt'],
    ['one', 'Constant', { value: 1 }],
    ['squares', 'Pow'],
    ['more', 'Add'],
    ['quotient', 'Div'],
    ['negative', 'Neg'],
    ['compared', 'Greater'],
    ['chosen', 'Where'],
    ['turned', 'Transpose'],
    ['shaped', 'Reshape', { shape: [-1] }],
    ['difference', 'Sub'],
    ['exp', 'Exp'],
    ['loss', 'Mean'],
    ['decay', 'Constant', { value: 0.01 }],
    ['decayed', 'Mul'],
    ['step', 'Add'],
    ['update', 'Update', { parameter: 'w', lr: 0.05 }],
    ['update_b', 'Update', { parameter: 'b', lr: 0.05 }],
    ['zero', 'ZeroGrad'],
  ),
  wires: wires(
    'x.output → product.input',
    'w.value → product.other',
    'product.output → shifted.input',
    'b.value → shifted.other',
    'shifted.output → gelu.input',
    'gelu.output → leaky.input',
    'leaky.output → soft.input',
    'leaky.output → logs.input',
    'logs.output → most.input',
    'soft.output → flat.input',
    'flat.output → squares.input',
    'squares.output → more.input',
    'one.output → more.other',
    'more.output → root.input',
    'root.output → quotient.input',
    'most.output → quotient.other',
    'quotient.output → negative.input',
    'leaky.output → compared.input',
    'soft.output → compared.other',
    'compared.output → chosen.condition',
    'negative.output → chosen.input',
    'one.output → chosen.other',
    'chosen.output → turned.input',
    'turned.output → shaped.input',
    'shaped.output → difference.input',
    'one.output → difference.other',
    'difference.output → exp.input',
    'exp.output → loss.input',
    'w.value → decayed.input',
    'decay.output → decayed.other',
    'w.grad → step.input',
    'decayed.output → step.other',
    'step.output → update.gradient',
    'b.grad → update_b.gradient',
  ),
  run: { mode: 'dynamic', seed: 2, steps: 30, losses: ['loss.output'] },
};

/** Names in other scripts, reserved words, names that are one in Python, names that the script needs, no letters at all. */
export const oddNames: GraphDocument = {
  ...emptyDocument('2 «odd» names™'),
  modules: {
    class: {
      params: { lambda: { type: 'int', default: 4 } },
      ports: { inputs: [{ name: 'self' }], outputs: [{ name: 'return' }] },
      nodes: nodes(['forward', 'Linear', { outFeatures: { param: 'lambda' } }]),
      wires: wires('inputs.self → forward.input', 'forward.output → outputs.return'),
    },
  },
  nodes: nodes(
    ['torch', 'RandomTensor', { shape: [12, 4] }],
    ['rows', 'RandomTensor', { shape: [12, 4] }],
    ['unused', 'RandomTensor', { shape: [12, 3] }],
    ['n1', 'Linear', { outFeatures: 4 }],
    ['n2', 'Linear', { outFeatures: 4 }],
    ['n3', 'Linear', { outFeatures: 4 }],
    ['net', 'module:class', { lambda: 4 }],
    ['dangling', 'Linear', { outFeatures: 4 }],
    ['nowhere', 'Repeat', { count: 'drawn', min: 1, max: 3 }],
    ['inside', 'Linear', { outFeatures: 4 }, 'nowhere'],
    ['loop', 'Repeat', { count: 'drawn', min: 1, max: 3 }],
    ['relu', 'ReLU', {}, 'loop'],
    ['last', 'Linear', { outFeatures: 4 }],
    ['loss', 'MSELoss'],
    ['sgd', 'SGD', { lr: 0.1 }],
  ),
  wires: wires(
    'torch.output → n1.input',
    'n1.output → n2.input',
    'n2.output → n3.input',
    'n3.output → net.self',
    'net.return → loop.start',
    'n1.output → dangling.input',
    'n1.output → nowhere.start',
    'nowhere.current → inside.input',
    'inside.output → nowhere.next',
    'loop.current → relu.input',
    'relu.output → loop.next',
    'loop.result → last.input',
    'last.output → loss.input',
    'rows.output → loss.target',
    'loss.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 5, steps: 30, batchSize: 5 },
  view: {
    nodes: {
      n1: { x: 0, y: 0, label: '隐藏层 1' },
      n2: { x: 0, y: 0, label: 'lambda' },
      n3: { x: 0, y: 0, label: '隐藏层-1' },
      last: { x: 0, y: 0, label: '→ ★' },
      loss: { x: 0, y: 0, label: 'step' },
    },
    notes: [
      { id: 'a', node: 'n2', x: 0, y: 0, text: { en: 'A "quoted" note\nof two lines' } },
      { id: 'b', x: 0, y: 0, text: { en: 'It ends in a quote and a backslash: """ \\' } },
    ],
  },
};

/** One network on some data, cut into batches; a share of the samples is kept for tests. */
const learning = (
  kind: string,
  settings: Nodes[number]['settings'],
  loss: string,
  outFeatures: number,
): GraphDocument => {
  const [input, target] = loss === 'CrossEntropyLoss' ? ['x', 'labels'] : ['x', 'y'];
  return {
    ...emptyDocument(kind),
    nodes: nodes(
      ['data', kind, settings],
      ['hidden', 'Linear', { outFeatures: 8 }],
      ['tanh', 'Tanh'],
      ['output', 'Linear', { outFeatures }],
      ['loss', loss],
      ['optimizer', 'RMSprop', { lr: 0.01, alpha: 0.9, centered: true }],
    ),
    wires: wires(
      `data.${input} → hidden.input`,
      'hidden.output → tanh.input',
      'tanh.output → output.input',
      'output.output → loss.input',
      `data.${target} → loss.target`,
      'loss.loss → optimizer.loss',
    ),
    run: { mode: 'dynamic', seed: 4, epochs: 5, batchSize: 7 },
  };
};

/** Every data set that is drawn. */
export const dataSets = [
  learning('XOR', { repeats: 6, noise: 0.1, testFraction: 0.25 }, 'BCEWithLogitsLoss', 1),
  learning('Spiral', { samplesPerClass: 11, testFraction: 0.2 }, 'CrossEntropyLoss', 3),
  learning('TwoMoons', { samples: 31, testFraction: 0.3 }, 'CrossEntropyLoss', 2),
  learning('NoisyLine', { samples: 30 }, 'L1Loss', 1),
] as const;
