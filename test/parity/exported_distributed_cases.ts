import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { nodes, tiedAndUntied, wires } from './exported_cases.ts';

const WEIGHTED = `function forward(ctx, input, weight) {
  ctx.saveForBackward(input, weight);
  return input.mul(weight).sum([1], true);
}
function backward(ctx, gradOutput) {
  const [input, weight] = ctx.savedTensors;
  return [gradOutput.mul(weight), gradOutput.mul(input).sum([0])];
}`;

/** Operations that leave rows to themselves, and means over them: of all numbers, along axes, and of the rows of a function. */
export const operationsOnRows: GraphDocument = {
  ...emptyDocument('operations on rows'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [10, 4] }],
    ['y', 'RandomTensor', { shape: [10, 4] }],
    ['w', 'Parameter', { shape: [4, 4] }],
    ['scale', 'Parameter', { shape: [4], init: 'ones' }],
    ['turned', 'Transpose'],
    ['columns', 'MatMul'],
    ['back', 'Transpose'],
    ['soft', 'Softmax'],
    ['most', 'Max', { axes: [1], keepDims: true }],
    ['quotient', 'Div'],
    ['shaped', 'Reshape', { shape: [-1, 2, 2] }],
    ['flat', 'Flatten'],
    ['own', 'CustomFunction', { source: WEIGHTED }],
    ['difference', 'Sub'],
    ['square', 'Pow'],
    ['columnMeans', 'Mean', { axes: [0] }],
    ['loss', 'Sum'],
    ['ownSquare', 'Pow'],
    ['ownLoss', 'Mean'],
    ['adam', 'Adam', { lr: 0.01 }],
    ['total', 'Add'],
  ),
  wires: wires(
    'x.output → turned.input',
    'w.value → columns.input',
    'turned.output → columns.other',
    'columns.output → back.input',
    'back.output → soft.input',
    'back.output → most.input',
    'soft.output → quotient.input',
    'most.output → quotient.other',
    'quotient.output → shaped.input',
    'shaped.output → flat.input',
    'flat.output → difference.input',
    'y.output → difference.other',
    'difference.output → square.input',
    'square.output → columnMeans.input',
    'columnMeans.output → loss.input',
    'flat.output → own.input',
    'scale.value → own.weight',
    'own.output → ownSquare.input',
    'ownSquare.output → ownLoss.input',
    'loss.output → total.input',
    'ownLoss.output → total.other',
    'total.output → adam.loss',
  ),
  run: { mode: 'dynamic', seed: 7, steps: 20, losses: ['total.output'] },
};

/** Losses of several kinds, added up, in batches of 4, 4 and 2 rows. */
export const allLosses: GraphDocument = {
  ...emptyDocument('losses'),
  nodes: nodes(
    ['data', 'TwoMoons', { samples: 10 }],
    ['hidden', 'Linear', { outFeatures: 6 }],
    ['tanh', 'Tanh'],
    ['scores', 'Linear', { outFeatures: 2 }],
    ['cross', 'CrossEntropyLoss'],
    ['numbers', 'Linear', { outFeatures: 2 }],
    ['squared', 'MSELoss'],
    ['absolute', 'L1Loss', { reduction: 'none' }],
    ['absolutes', 'Mean'],
    ['optimizer', 'SGD', { lr: 0.1 }],
    ['both', 'Add'],
    ['all', 'Add'],
  ),
  wires: wires(
    'data.x → hidden.input',
    'hidden.output → tanh.input',
    'tanh.output → scores.input',
    'tanh.output → numbers.input',
    'scores.output → cross.input',
    'data.labels → cross.target',
    'numbers.output → squared.input',
    'data.x → squared.target',
    'numbers.output → absolute.input',
    'data.x → absolute.target',
    'absolute.loss → absolutes.input',
    'cross.loss → both.input',
    'squared.loss → both.other',
    'both.output → all.input',
    'absolutes.output → all.other',
    'all.output → optimizer.loss',
  ),
  run: { mode: 'dynamic', seed: 8, epochs: 7, batchSize: 4, losses: ['all.output'] },
};

/** A layer that a drawn loop calls, one of an optimizer's, a Parameter that an Update changes with a decay, and two losses. */
export const byHandAndByModules: GraphDocument = {
  ...emptyDocument('by hand and by modules'),
  nodes: [
    ...nodes(
      ['x', 'RandomTensor', { shape: [7, 4] }],
      ['y', 'RandomTensor', { shape: [7, 4] }],
      ['twice', 'Repeat', { count: 'drawn', min: 0, max: 2 }],
      ['inside', 'Linear', { outFeatures: 4 }, 'twice'],
      ['w', 'Parameter', { shape: [4, 4] }],
      ['product', 'MatMul'],
      ['outer', 'Linear', { outFeatures: 4 }],
      ['loss', 'MSELoss', { reduction: 'sum' }],
      ['other', 'L1Loss'],
      ['decay', 'Constant', { value: 0.01 }],
      ['decayed', 'Mul'],
      ['step', 'Add'],
      ['update', 'Update', { parameter: 'w', lr: 0.01 }],
      ['sgd', 'SGD', { lr: 0.01, momentum: 0.5, parameters: ['inside', 'outer'] }],
      ['zero', 'ZeroGrad'],
    ),
  ],
  wires: wires(
    'x.output → twice.start',
    'twice.current → inside.input',
    'inside.output → twice.next',
    'twice.result → product.input',
    'w.value → product.other',
    'product.output → outer.input',
    'outer.output → loss.input',
    'y.output → loss.target',
    'product.output → other.input',
    'y.output → other.target',
    'w.value → decayed.input',
    'decay.output → decayed.other',
    'w.grad → step.input',
    'decayed.output → step.other',
    'step.output → update.gradient',
    'loss.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 9, steps: 20, losses: ['loss.loss', 'other.loss'] },
};

/** Of every pass others are left out; it learns all the same. */
export const withDropout: GraphDocument = {
  ...emptyDocument('with dropout'),
  nodes: nodes(
    ['data', 'TwoMoons', { samples: 200, noise: 0.1 }],
    ['hidden', 'Linear', { outFeatures: 32 }],
    ['tanh', 'Tanh'],
    ['dropout', 'Dropout', { p: 0.2 }],
    ['output', 'Linear', { outFeatures: 2 }],
    ['loss', 'CrossEntropyLoss'],
    ['adam', 'Adam', { lr: 0.02 }],
  ),
  wires: wires(
    'data.x → hidden.input',
    'hidden.output → tanh.input',
    'tanh.output → dropout.input',
    'dropout.output → output.input',
    'output.output → loss.input',
    'data.labels → loss.target',
    'loss.loss → adam.loss',
  ),
  run: { mode: 'dynamic', seed: 10, epochs: 12, batchSize: 20 },
};

/** A layer before a Detach and one behind which nobody reads: DistributedDataParallel must not wait for their gradients. */
export const halfLearning: GraphDocument = {
  ...emptyDocument('half learning'),
  modules: {
    Two: {
      params: {},
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }, { name: 'z' }] },
      nodes: nodes(
        ['fixed', 'Linear', { outFeatures: 4 }],
        ['cut', 'Detach'],
        ['a', 'Linear', { outFeatures: 4 }],
        ['b', 'Linear', { outFeatures: 4 }],
      ),
      wires: wires(
        'inputs.x → fixed.input',
        'fixed.output → cut.input',
        'cut.output → a.input',
        'a.output → outputs.y',
        'inputs.x → b.input',
        'b.output → outputs.z',
      ),
    },
  },
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [6, 4] }],
    ['y', 'RandomTensor', { shape: [6, 4] }],
    ['two', 'module:Two'],
    ['last', 'Linear', { outFeatures: 4 }],
    ['loss', 'MSELoss'],
    ['sgd', 'SGD', { lr: 0.05, parameters: ['two'] }],
  ),
  wires: wires(
    'x.output → two.x',
    'two.y → last.input',
    'last.output → loss.input',
    'y.output → loss.target',
    'loss.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 11, steps: 20 },
};

/** Gradients that add up over the steps. */
export const accumulating: GraphDocument = {
  ...emptyDocument('accumulating'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [6, 4] }],
    ['y', 'RandomTensor', { shape: [6, 4] }],
    ['w', 'Parameter', { shape: [4, 4] }],
    ['product', 'MatMul'],
    ['loss', 'MSELoss'],
    ['update', 'Update', { parameter: 'w', lr: 0.01 }],
  ),
  wires: wires(
    'x.output → product.input',
    'w.value → product.other',
    'product.output → loss.input',
    'y.output → loss.target',
    'w.grad → update.gradient',
  ),
  run: { mode: 'dynamic', seed: 12, steps: 20, losses: ['loss.loss'] },
};

/** Modules that are called twice, loops with copies, and frozen parameters; the masks leave everything, and there are no minibatches. */
export const tiedWithoutMasks: GraphDocument = {
  ...tiedAndUntied,
  modules: Object.fromEntries(
    Object.entries(tiedAndUntied.modules).map(([name, module]) => [
      name,
      {
        ...module,
        nodes: module.nodes.map((node) => (node.kind === 'Dropout' ? { ...node, settings: { p: 0 } } : node)),
      },
    ]),
  ),
  run: { mode: 'dynamic', seed: 1, steps: 20, losses: ['loss.loss', 'penalty.output'] },
};
