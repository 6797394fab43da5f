import { emptyDocument, type GraphDocument } from '../../engine/graph/document.ts';
import { nodes, wires } from './exported_cases.ts';

/** Documents whose code needs what few others do. */

const TWO_OUTPUTS = `function forward(ctx, x, w) {
  const s = x.sigmoid();
  ctx.saveForBackward(s, w, x);
  return [s.mul(w), x.add(1)];
}

function backward(ctx, first, second) {
  const [s, w] = ctx.savedTensors;
  return [first.mul(w).mul(s).mul(s.neg().add(1)).add(second), null];
}
`;

/** A function of two outputs, with an input that gets no gradient, saved tensors of which one is not read, and a label that is one-hot. */
export const twoOutputs: GraphDocument = {
  ...emptyDocument('two outputs'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [6, 4] }],
    ['w', 'Parameter', { shape: [6, 4], requiresGrad: false, init: 'uniform' }],
    ['first', 'Linear', { outFeatures: 4 }],
    ['own', 'CustomFunction', { source: TWO_OUTPUTS, outputs: 2 }],
    ['both', 'Mul'],
    ['loss', 'Mean'],
    ['adagrad', 'Adagrad', { lr: 0.05 }],
  ),
  wires: wires(
    'x.output → first.input',
    'first.output → own.x',
    'w.value → own.w',
    'own.output → both.input',
    'own.output2 → both.other',
    'both.output → loss.input',
    'loss.output → adagrad.loss',
  ),
  run: { mode: 'dynamic', seed: 7, steps: 30, losses: ['loss.output'] },
};

/** A link of a chain is trained, another updated by hand, a third left as it is; one Update reads what another writes. */
export const byHandAndNot: GraphDocument = {
  ...emptyDocument('by hand and not'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [8, 5] }],
    ['y', 'RandomTensor', { shape: [8, 5] }],
    ['chain', 'Sequential'],
    ['trained', 'Linear', { outFeatures: 5 }, 'chain'],
    ['act', 'LeakyReLU', { negativeSlope: 0.1 }, 'chain'],
    ['left', 'Linear', { outFeatures: 5 }, 'chain'],
    ['drop', 'Dropout', { p: 0.1 }, 'chain'],
    ['u', 'Parameter', { shape: [5], init: 'ones' }],
    ['v', 'Parameter', { shape: [5], init: 'uniform' }],
    ['scaled', 'Mul'],
    ['moved', 'Add'],
    ['loss', 'MSELoss'],
    ['adamw', 'AdamW', { lr: 0.01, parameters: ['trained'] }],
    ['update_u', 'Update', { parameter: 'u', lr: 0.05 }],
    ['update_v', 'Update', { parameter: 'v', lr: 0.02 }],
    ['clear', 'ZeroGrad', { parameters: ['u', 'v'] }],
  ),
  wires: wires(
    'x.output → chain.input',
    'chain.output → scaled.input',
    'u.value → scaled.other',
    'scaled.output → moved.input',
    'v.value → moved.other',
    'moved.output → loss.input',
    'y.output → loss.target',
    'loss.loss → adamw.loss',
    'u.grad → update_u.gradient',
    'u.value → update_v.gradient',
  ),
  run: { mode: 'dynamic', seed: 8, steps: 30 },
};

/** A value that is read by several in an order which a class would change: its gradient is a sum of many. */
export const readByMany: GraphDocument = {
  ...emptyDocument('read by many'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [7, 6] }],
    ['y', 'RandomTensor', { shape: [7, 6] }],
    ['first', 'Linear', { outFeatures: 6 }],
    ['early', 'MSELoss'],
    ['square', 'Pow'],
    ['second', 'Linear', { outFeatures: 6 }],
    ['third', 'Linear', { outFeatures: 6 }],
    ['plus', 'Add'],
    ['more', 'Add'],
    ['late', 'L1Loss'],
    ['penalty', 'Mean'],
    ['sgd', 'SGD', { lr: 0.05 }],
  ),
  wires: wires(
    'x.output → first.input',
    'first.output → early.input',
    'y.output → early.target',
    'first.output → square.input',
    'first.output → second.input',
    'first.output → third.input',
    'second.output → plus.input',
    'third.output → plus.other',
    'plus.output → more.input',
    'first.output → more.other',
    'more.output → late.input',
    'y.output → late.target',
    'square.output → penalty.input',
    'late.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 9, steps: 30, losses: ['late.loss', 'early.loss', 'penalty.output'] },
};

/** A loop that may not run at all, over a parameter that an Update computes with. */
export const skipped: GraphDocument = {
  ...emptyDocument('skipped'),
  nodes: nodes(
    ['data', 'RandomTensor', { shape: [5, 4] }],
    ['w', 'Parameter', { shape: [4, 4] }],
    ['v', 'Parameter', { shape: [4], init: 'zeros' }],
    ['loop', 'Repeat', { count: 'drawn', min: 0, max: 1 }],
    ['product', 'MatMul', {}, 'loop'],
    ['tanh', 'Tanh', {}, 'loop'],
    ['shifted', 'Add'],
    ['loss', 'Mean'],
    ['update_w', 'Update', { parameter: 'w', lr: 0.1 }],
    ['update_v', 'Update', { parameter: 'v', lr: 0.1 }],
    ['clear', 'ZeroGrad'],
  ),
  wires: wires(
    'data.output → loop.start',
    'loop.current → product.input',
    'w.value → product.other',
    'product.output → tanh.input',
    'tanh.output → loop.next',
    'loop.result → shifted.input',
    'v.value → shifted.other',
    'shifted.output → loss.input',
    'w.grad → update_w.gradient',
    'v.grad → update_v.gradient',
  ),
  run: { mode: 'dynamic', seed: 10, steps: 30, losses: ['loss.output'] },
};

/** The same, where the parameter that may have no gradient is not updated by it as it is; an offset always has one. */
export const skippedAndScaled: GraphDocument = {
  ...skipped,
  name: 'skipped and scaled',
  nodes: [...skipped.nodes, ...nodes(['half', 'Constant', { value: 0.5 }], ['scaled', 'Mul'])],
  wires: [
    ...skipped.wires.filter(({ to }) => to !== 'update_w.gradient'),
    ...wires('w.grad → scaled.input', 'half.output → scaled.other', 'scaled.output → update_w.gradient'),
  ],
};

/** Nothing else has a gradient: where the loop does not run, the loss follows from no parameter at all. */
export const skippedWhole: GraphDocument = {
  ...skippedAndScaled,
  name: 'skipped whole',
  nodes: skippedAndScaled.nodes.filter(({ id }) => !['v', 'shifted', 'update_v'].includes(id)),
  wires: [
    ...skippedAndScaled.wires.filter(({ from, to }) => ![from, to].some((end) => /^(v|shifted|update_v)\./.test(end))),
    ...wires('loop.result → loss.input'),
  ],
};

/** Such gradients add up, as only others are cleared. */
export const skippedAndKept: GraphDocument = {
  ...skippedAndScaled,
  name: 'skipped and kept',
  nodes: skippedAndScaled.nodes.map((node) =>
    node.id === 'clear' ? { ...node, settings: { parameters: ['v'] } } : node,
  ),
};

/**
 * Two loops that may not run. Updates need the gradient of the first, the second or of both, share what they are computed with, and
 * read parameters that others write, one of them transposed; a decay would change a parameter whose gradient is not there but zero. One parameter has no
 * gradient ever.
 */
export const skippedApart: GraphDocument = {
  ...emptyDocument('skipped apart'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [5, 4] }],
    ['y', 'RandomTensor', { shape: [5, 4] }],
    ['v', 'Parameter', { shape: [4, 4] }],
    ['w', 'Parameter', { shape: [4, 4] }],
    ['a', 'Parameter', { shape: [4, 4], init: 'zeros' }],
    ['b', 'Parameter', { shape: [4], init: 'zeros' }],
    ['c', 'Parameter', { shape: [4, 4], init: 'ones' }],
    ['d', 'Parameter', { shape: [4, 4], init: 'zeros' }],
    ['unused', 'Parameter', { shape: [4, 4] }],
    ['first', 'Repeat', { count: 'drawn', min: 0, max: 1 }],
    ['by_v', 'MatMul', {}, 'first'],
    ['tanh_v', 'Tanh', {}, 'first'],
    ['second', 'Repeat', { count: 'drawn', min: 0, max: 2 }],
    ['by_w', 'MatMul', {}, 'second'],
    ['tanh_w', 'Tanh', {}, 'second'],
    ['by_a', 'MatMul'],
    ['by_c', 'MatMul'],
    ['by_d', 'MatMul'],
    ['turned', 'Transpose'],
    ['sum', 'Add'],
    ['shifted', 'Add'],
    ['loss', 'MSELoss'],
    ['tenth', 'Constant', { value: 0.1 }],
    ['decay', 'Mul'],
    ['decayed', 'Add'],
    ['both', 'Mul'],
    ['with_v', 'Add'],
    ['with_decay', 'Add'],
    ['update_v', 'Update', { parameter: 'v', lr: 0.1 }],
    ['update_w', 'Update', { parameter: 'w', lr: 0.1 }],
    ['update_b', 'Update', { parameter: 'b', lr: 0.2 }],
    ['update_a', 'Update', { parameter: 'a', lr: 0.2 }],
    ['update_c', 'Update', { parameter: 'c', lr: 0.1 }],
    ['update_d', 'Update', { parameter: 'd', lr: 0.01 }],
    ['update_unused', 'Update', { parameter: 'unused', lr: 0.1 }],
    ['clear', 'ZeroGrad'],
  ),
  wires: wires(
    'x.output → first.start',
    'first.current → by_v.input',
    'v.value → by_v.other',
    'by_v.output → tanh_v.input',
    'tanh_v.output → first.next',
    'first.result → second.start',
    'second.current → by_w.input',
    'w.value → by_w.other',
    'by_w.output → tanh_w.input',
    'tanh_w.output → second.next',
    'second.result → by_a.input',
    'a.value → by_a.other',
    'second.result → by_c.input',
    'c.value → by_c.other',
    'by_a.output → sum.input',
    'by_c.output → sum.other',
    'sum.output → shifted.input',
    'b.value → shifted.other',
    'shifted.output → by_d.input',
    'd.value → by_d.other',
    'by_d.output → loss.input',
    'w.value → turned.input',
    'turned.output → update_d.gradient',
    'y.output → loss.target',
    'w.value → decay.input',
    'tenth.output → decay.other',
    'w.grad → decayed.input',
    'decay.output → decayed.other',
    'decayed.output → update_w.gradient',
    'v.grad → update_v.gradient',
    'decayed.output → both.input',
    'v.grad → both.other',
    'both.output → with_v.input',
    'v.value → with_v.other',
    'with_v.output → update_a.gradient',
    'v.grad → with_decay.input',
    'w.value → with_decay.other',
    'with_decay.output → update_c.gradient',
    'b.grad → update_b.gradient',
    'unused.grad → update_unused.gradient',
  ),
  run: { mode: 'dynamic', seed: 14, steps: 30 },
};

/** A loop that always runs, but whose second iteration gives up what a first alone learns from. */
export const givenUp: GraphDocument = {
  ...emptyDocument('given up'),
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [5, 4] }],
    ['y', 'RandomTensor', { shape: [5, 4] }],
    ['w', 'Parameter', { shape: [4, 4] }],
    ['v', 'Parameter', { shape: [4, 4] }],
    ['b', 'Parameter', { shape: [4], init: 'zeros' }],
    ['by_w', 'MatMul'],
    ['by_v', 'MatMul'],
    ['loop', 'Repeat', { count: 'drawn', min: 1, max: 2, carried: 2 }],
    ['tanh', 'Tanh', {}, 'loop'],
    ['cut', 'Detach', {}, 'loop'],
    ['shifted', 'Add'],
    ['loss', 'MSELoss'],
    ['decayed', 'Add'],
    ['update_w', 'Update', { parameter: 'w', lr: 0.05 }],
    ['update_v', 'Update', { parameter: 'v', lr: 0.1 }],
    ['update_b', 'Update', { parameter: 'b', lr: 0.1 }],
    ['clear', 'ZeroGrad'],
  ),
  wires: wires(
    'x.output → by_w.input',
    'w.value → by_w.other',
    'x.output → by_v.input',
    'v.value → by_v.other',
    'by_v.output → loop.start',
    'by_w.output → loop.start2',
    'loop.current2 → tanh.input',
    'tanh.output → loop.next',
    'loop.current → cut.input',
    'cut.output → loop.next2',
    'loop.result → shifted.input',
    'b.value → shifted.other',
    'shifted.output → loss.input',
    'y.output → loss.target',
    'w.grad → decayed.input',
    'w.value → decayed.other',
    'decayed.output → update_w.gradient',
    'v.grad → update_v.gradient',
    'b.grad → update_b.gradient',
  ),
  run: { mode: 'dynamic', seed: 15, steps: 30 },
};

/** A definition whose inner layer takes what a param gives it, used with two values of the param. */
export const widths: GraphDocument = {
  ...emptyDocument('widths'),
  modules: {
    Residual: {
      params: { hidden: { type: 'int', default: 16 } },
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: nodes(
        ['wide', 'Linear', { outFeatures: { param: 'hidden' } }],
        ['tanh', 'Tanh'],
        ['drop', 'Dropout', { p: 0.1 }],
        ['narrow', 'Linear', { outFeatures: 4 }],
        ['sum', 'Add'],
      ),
      wires: wires(
        'inputs.x → wide.input',
        'wide.output → tanh.input',
        'tanh.output → drop.input',
        'drop.output → narrow.input',
        'narrow.output → sum.input',
        'inputs.x → sum.other',
        'sum.output → outputs.y',
      ),
    },
  },
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [6, 4] }],
    ['y', 'RandomTensor', { shape: [6, 4] }],
    ['first', 'module:Residual', { hidden: 8 }],
    ['second', 'module:Residual', { hidden: 5 }],
    ['loss', 'MSELoss'],
    ['adam', 'Adam', { lr: 0.01 }],
  ),
  wires: wires(
    'x.output → first.x',
    'first.y → second.x',
    'second.y → loss.input',
    'y.output → loss.target',
    'loss.loss → adam.loss',
  ),
  run: { mode: 'dynamic', seed: 11, steps: 30 },
};

/** Minus zero and numbers that are whole and large, as constants; names that a script or a project has for its own things. */
export const ownNames: GraphDocument = {
  ...emptyDocument('own names\u0000'),
  nodes: nodes(
    ['len', 'RandomTensor', { shape: [6, 4] }],
    ['loadData', 'Linear', { outFeatures: 4 }],
    ['zero', 'Constant', { value: -0 }],
    ['large', 'Constant', { value: 1e19 }],
    ['quotient', 'Div'],
    ['negative', 'Mul'],
    ['sum', 'Add'],
    ['loss', 'Mean'],
    ['sgd', 'SGD', { lr: 0.1 }],
  ),
  wires: wires(
    'len.output → loadData.input',
    'loadData.output → quotient.input',
    'large.output → quotient.other',
    'loadData.output → negative.input',
    'zero.output → negative.other',
    'quotient.output → sum.input',
    'negative.output → sum.other',
    'sum.output → loss.input',
    'loss.output → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 12, steps: 30, losses: ['loss.output'] },
  view: {
    nodes: { loadData: { x: 0, y: 0, label: 'load data' }, quotient: { x: 0, y: 0, label: 'لایه‌پنهان' } },
    notes: [{ id: 'a', x: 0, y: 0, text: { en: 'a \u0007 bell \u2028 and */ more' } }],
  },
};

const COMBINED = `function forward(ctx, sequenceOfEverythingSoFar, weightOfEverythingSoFar, offsetOfEverythingSoFar) {
  const s = sequenceOfEverythingSoFar.sigmoid();
  ctx.saveForBackward(s, weightOfEverythingSoFar, offsetOfEverythingSoFar, sequenceOfEverythingSoFar);
  return s.mul(weightOfEverythingSoFar).add(offsetOfEverythingSoFar).mul(sequenceOfEverythingSoFar);
}

function backward(ctx, gradient) {
  const [s, w, o, x] = ctx.savedTensors;
  return [gradient.mul(s.mul(w).add(o)).add(gradient.mul(x).mul(s).mul(s.neg().add(1)).mul(w)), gradient.mul(s).mul(x), gradient.mul(x)];
}
`;

/** Names that no line has room for: of layers in modules in modules, of loops in loops, of a function and of what is updated by hand. */
export const longNames: GraphDocument = {
  ...emptyDocument(
    'a network whose name alone is longer than what a line of code should be long at all, and 它的名字很长',
  ),
  modules: {
    ResidualBlockWhichComesBackToWhereItStarted: {
      params: { widthOfTheHiddenLayerInsideOfTheBlock: { type: 'int', default: 5 } },
      ports: {
        inputs: [
          { name: 'whatTheBlockComputesWithFromItsBeginning' },
          { name: 'whatTheBlockAddsToThatWhenItComesToItsEnd' },
        ],
        outputs: [{ name: 'everythingTakenTogether' }, { name: 'theFirstHalfAlone' }],
      },
      nodes: nodes(
        ['chainOfLayersThatWidenAndThenNarrowAgain', 'Sequential'],
        [
          'layerThatWidensWhatItIsGiven',
          'Linear',
          { outFeatures: { param: 'widthOfTheHiddenLayerInsideOfTheBlock' } },
          'chainOfLayersThatWidenAndThenNarrowAgain',
        ],
        ['slopeBelowZero', 'LeakyReLU', { negativeSlope: 0.1 }, 'chainOfLayersThatWidenAndThenNarrowAgain'],
        ['layerThatNarrowsAgain', 'Linear', { outFeatures: 4 }, 'chainOfLayersThatWidenAndThenNarrowAgain'],
        ['sumOfWhatWasComputedAndOfWhatIsAddedAtTheEnd', 'Add'],
        ['valueThatIsHeldWithinItsBounds', 'Clamp', { min: -0.5, max: 1.5 }],
        ['squareRootOfTheSquare', 'Pow'],
      ),
      wires: wires(
        'inputs.whatTheBlockComputesWithFromItsBeginning → chainOfLayersThatWidenAndThenNarrowAgain.input',
        'chainOfLayersThatWidenAndThenNarrowAgain.output → sumOfWhatWasComputedAndOfWhatIsAddedAtTheEnd.input',
        'inputs.whatTheBlockAddsToThatWhenItComesToItsEnd → sumOfWhatWasComputedAndOfWhatIsAddedAtTheEnd.other',
        'sumOfWhatWasComputedAndOfWhatIsAddedAtTheEnd.output → valueThatIsHeldWithinItsBounds.input',
        'valueThatIsHeldWithinItsBounds.output → squareRootOfTheSquare.input',
        'squareRootOfTheSquare.output → outputs.everythingTakenTogether',
        'chainOfLayersThatWidenAndThenNarrowAgain.output → outputs.theFirstHalfAlone',
      ),
    },
    ModuleAroundTwoBlocksOfWhichTheSecondFollowsTheFirst: {
      params: {},
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: nodes(
        [
          'firstOfTheTwoBlocks',
          'module:ResidualBlockWhichComesBackToWhereItStarted',
          { widthOfTheHiddenLayerInsideOfTheBlock: 7 },
        ],
        [
          'secondOfTheTwoBlocks',
          'module:ResidualBlockWhichComesBackToWhereItStarted',
          { widthOfTheHiddenLayerInsideOfTheBlock: 3 },
        ],
      ),
      wires: wires(
        'inputs.x → firstOfTheTwoBlocks.whatTheBlockComputesWithFromItsBeginning',
        'inputs.x → firstOfTheTwoBlocks.whatTheBlockAddsToThatWhenItComesToItsEnd',
        'firstOfTheTwoBlocks.everythingTakenTogether → secondOfTheTwoBlocks.whatTheBlockComputesWithFromItsBeginning',
        'firstOfTheTwoBlocks.theFirstHalfAlone → secondOfTheTwoBlocks.whatTheBlockAddsToThatWhenItComesToItsEnd',
        'secondOfTheTwoBlocks.everythingTakenTogether → outputs.y',
      ),
    },
  },
  nodes: nodes(
    ['sequencesThatAreDrawnAtRandom', 'RandomTensor', { shape: [6, 4] }],
    ['answersThatAreDrawnAtRandom', 'RandomTensor', { shape: [6, 4] }],
    ['moduleAroundTheBlocks', 'module:ModuleAroundTwoBlocksOfWhichTheSecondFollowsTheFirst'],
    ['loopAroundTheLoopWithinIt', 'Repeat', { count: 'drawn', min: 1, max: 2 }],
    ['loopWithinTheLoopAroundIt', 'Repeat', { count: 'drawn', min: 1, max: 3 }, 'loopAroundTheLoopWithinIt'],
    ['layerThatIsUsedAgainAndAgainInBothOfTheLoops', 'Linear', { outFeatures: 4 }, 'loopWithinTheLoopAroundIt'],
    ['sumOfTheLoopAndOfWhatCameBeforeTheLoopsBegan', 'Add', {}, 'loopWithinTheLoopAroundIt'],
    ['hyperbolicTangentOfTheSum', 'Tanh', {}, 'loopWithinTheLoopAroundIt'],
    ['weightThatIsUpdatedByHandAfterEveryIteration', 'Parameter', { shape: [6, 4] }],
    ['offsetThatIsUpdatedByHandAfterEveryIteration', 'Parameter', { shape: [6, 4], init: 'zeros' }],
    ['functionOfMyOwnThatCombinesAllThreeOfThem', 'CustomFunction', { source: COMBINED }],
    ['meanOfTheSquaresOfAllDifferences', 'MSELoss'],
    ['sumOfTheAbsoluteDifferences', 'L1Loss', { reduction: 'sum' }],
    [
      'optimizerOfAllThatIsNotUpdatedByHand',
      'AdamW',
      {
        lr: 0.0123,
        beta1: 0.85,
        beta2: 0.995,
        weightDecay: 0.0001,
        parameters: ['moduleAroundTheBlocks', 'layerThatIsUsedAgainAndAgainInBothOfTheLoops'],
      },
    ],
    ['updateOfTheWeight', 'Update', { parameter: 'weightThatIsUpdatedByHandAfterEveryIteration', lr: 0.05 }],
    ['updateOfTheOffset', 'Update', { parameter: 'offsetThatIsUpdatedByHandAfterEveryIteration', lr: 0.02 }],
    ['sumOfTheGradientAndOfSomeDecay', 'Add'],
    [
      'clear',
      'ZeroGrad',
      { parameters: ['weightThatIsUpdatedByHandAfterEveryIteration', 'offsetThatIsUpdatedByHandAfterEveryIteration'] },
    ],
  ),
  wires: wires(
    'sequencesThatAreDrawnAtRandom.output → moduleAroundTheBlocks.x',
    'moduleAroundTheBlocks.y → loopAroundTheLoopWithinIt.start',
    'loopAroundTheLoopWithinIt.current → loopWithinTheLoopAroundIt.start',
    'loopWithinTheLoopAroundIt.current → layerThatIsUsedAgainAndAgainInBothOfTheLoops.input',
    'layerThatIsUsedAgainAndAgainInBothOfTheLoops.output → sumOfTheLoopAndOfWhatCameBeforeTheLoopsBegan.input',
    'moduleAroundTheBlocks.y → sumOfTheLoopAndOfWhatCameBeforeTheLoopsBegan.other',
    'sumOfTheLoopAndOfWhatCameBeforeTheLoopsBegan.output → hyperbolicTangentOfTheSum.input',
    'hyperbolicTangentOfTheSum.output → loopWithinTheLoopAroundIt.next',
    'loopWithinTheLoopAroundIt.result → loopAroundTheLoopWithinIt.next',
    'loopAroundTheLoopWithinIt.result → functionOfMyOwnThatCombinesAllThreeOfThem.sequenceOfEverythingSoFar',
    'weightThatIsUpdatedByHandAfterEveryIteration.value → functionOfMyOwnThatCombinesAllThreeOfThem.weightOfEverythingSoFar',
    'offsetThatIsUpdatedByHandAfterEveryIteration.value → functionOfMyOwnThatCombinesAllThreeOfThem.offsetOfEverythingSoFar',
    'functionOfMyOwnThatCombinesAllThreeOfThem.output → meanOfTheSquaresOfAllDifferences.input',
    'answersThatAreDrawnAtRandom.output → meanOfTheSquaresOfAllDifferences.target',
    'functionOfMyOwnThatCombinesAllThreeOfThem.output → sumOfTheAbsoluteDifferences.input',
    'answersThatAreDrawnAtRandom.output → sumOfTheAbsoluteDifferences.target',
    'meanOfTheSquaresOfAllDifferences.loss → optimizerOfAllThatIsNotUpdatedByHand.loss',
    'weightThatIsUpdatedByHandAfterEveryIteration.grad → sumOfTheGradientAndOfSomeDecay.input',
    'weightThatIsUpdatedByHandAfterEveryIteration.value → sumOfTheGradientAndOfSomeDecay.other',
    'sumOfTheGradientAndOfSomeDecay.output → updateOfTheWeight.gradient',
    'offsetThatIsUpdatedByHandAfterEveryIteration.grad → updateOfTheOffset.gradient',
  ),
  run: {
    mode: 'dynamic',
    seed: 13,
    steps: 30,
    losses: ['meanOfTheSquaresOfAllDifferences.loss', 'sumOfTheAbsoluteDifferences.loss'],
  },
  view: {
    nodes: {},
    notes: [
      {
        id: 'a',
        node: 'hyperbolicTangentOfTheSum',
        x: 0,
        y: 0,
        text: {
          en: '这一层在两个循环中一次又一次地被使用，它的输出与循环开始之前的值相加，然后取双曲正切，再作为下一次迭代的输入，如此往复直到循环结束。',
        },
      },
    ],
  },
};

/** An untied loop in an untied loop, within a module that stands in a third; beside them one whose copies share what is in it. */
export const untiedInUntied: GraphDocument = {
  ...emptyDocument('untied in untied'),
  modules: {
    Net: {
      params: {},
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: nodes(
        ['outer', 'Repeat', { times: 2, weights: 'untied' }],
        ['inner', 'Repeat', { times: 3, weights: 'untied' }, 'outer'],
        ['chain', 'Sequential', {}, 'inner'],
        ['wide', 'Linear', { outFeatures: 4 }, 'chain'],
        ['tanh', 'Tanh', {}, 'chain'],
        ['last', 'Linear', { outFeatures: 4, bias: false }, 'outer'],
        ['scale', 'Parameter', { shape: [4], init: 'uniform' }, 'outer'],
        ['scaled', 'Mul', {}, 'outer'],
      ),
      wires: wires(
        'inputs.x → outer.start',
        'outer.current → inner.start',
        'inner.current → chain.input',
        'chain.output → inner.next',
        'inner.result → last.input',
        'last.output → scaled.input',
        'scale.value → scaled.other',
        'scaled.output → outer.next',
        'outer.result → outputs.y',
      ),
    },
  },
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [6, 4] }],
    ['y', 'RandomTensor', { shape: [6, 4] }],
    ['copies', 'Repeat', { times: 2, weights: 'untied' }],
    ['net', 'module:Net', {}, 'copies'],
    ['shared', 'Repeat', { times: 2 }, 'copies'],
    ['both', 'Linear', { outFeatures: 4 }, 'shared'],
    ['end', 'Linear', { outFeatures: 4 }],
    ['loss', 'MSELoss'],
    ['sgd', 'SGD', { lr: 0.1 }],
  ),
  wires: wires(
    'x.output → copies.start',
    'copies.current → net.x',
    'net.y → shared.start',
    'shared.current → both.input',
    'both.output → shared.next',
    'shared.result → copies.next',
    'copies.result → end.input',
    'end.output → loss.input',
    'y.output → loss.target',
    'loss.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 13, steps: 10 },
};

/** Ids that are made of what parts words alone, in a definition as well. */
export const noLetters: GraphDocument = {
  ...emptyDocument('_'),
  modules: {
    __: {
      params: { _: { type: 'int', default: 4 } },
      ports: { inputs: [{ name: '_' }], outputs: [{ name: '__' }] },
      nodes: nodes(
        ['_', 'Linear', { outFeatures: { param: '_' } }],
        ['__', 'Linear', { outFeatures: 4 }],
        ['_-_', 'Parameter', { shape: [4], init: 'uniform' }],
        ['___', 'Mul'],
      ),
      wires: wires(
        'inputs._ → _.input',
        '_.output → __.input',
        '__.output → ___.input',
        '_-_.value → ___.other',
        '___.output → outputs.__',
      ),
    },
  },
  nodes: nodes(
    ['_', 'RandomTensor', { shape: [6, 4] }],
    ['__', 'RandomTensor', { shape: [6, 4] }],
    ['___', 'module:__', { _: 4 }],
    ['_-_', 'Linear', { outFeatures: 4 }],
    ['_--_', 'Parameter', { shape: [4], init: 'uniform' }],
    ['____', 'Repeat', { times: 2, weights: 'untied' }],
    ['_____', 'Linear', { outFeatures: 4 }, '____'],
    ['______', 'Mul'],
    ['_______', 'MSELoss'],
    ['________', 'SGD', { lr: 0.1, parameters: ['___', '_-_', '____'] }],
    ['_________', 'Update', { parameter: '_--_', lr: 0.1 }],
  ),
  wires: wires(
    '_.output → ___._',
    '___.__ → _-_.input',
    '_-_.output → ____.start',
    '____.current → _____.input',
    '_____.output → ____.next',
    '____.result → ______.input',
    '_--_.value → ______.other',
    '______.output → _______.input',
    '__.output → _______.target',
    '_______.loss → ________.loss',
    '_--_.grad → _________.gradient',
  ),
  run: { mode: 'dynamic', seed: 14, steps: 10 },
};

/** Parts beside the network, which nothing reads: of all kinds that draw numbers, and of some that draw none. */
export const beside: GraphDocument = {
  ...emptyDocument('beside'),
  modules: {
    Block: {
      params: {},
      ports: { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] },
      nodes: nodes(['inner', 'Linear', { outFeatures: 3 }]),
      wires: wires('inputs.x → inner.input', 'inner.output → outputs.y'),
    },
  },
  nodes: nodes(
    ['x', 'RandomTensor', { shape: [6, 4] }],
    ['y', 'RandomTensor', { shape: [6, 4] }],
    ['unread', 'RandomTensor', { shape: [3] }],
    ['alpha', 'Linear', { outFeatures: 4 }],
    ['side', 'Linear', { outFeatures: 4 }],
    ['tanh', 'Tanh'],
    ['drawn', 'Parameter', { shape: [3] }],
    ['zeros', 'Parameter', { shape: [3], init: 'zeros' }],
    ['w', 'Parameter', { shape: [4], init: 'ones' }],
    ['scaled', 'Mul'],
    ['chain', 'Sequential'],
    ['wide', 'Linear', { outFeatures: 4096, bias: false }, 'chain'],
    ['relu', 'LeakyReLU', { negativeSlope: 0.125 }, 'chain'],
    ['narrow', 'Linear', { outFeatures: 2, bias: false }, 'chain'],
    ['block', 'module:Block'],
    ['network', 'Linear', { outFeatures: 4 }],
    ['shared', 'Repeat', { times: 2 }],
    ['again', 'Linear', { outFeatures: 4 }, 'shared'],
    ['untied', 'Repeat', { times: 3, weights: 'untied' }],
    ['copied', 'Linear', { outFeatures: 4 }, 'untied'],
    ['last', 'Linear', { outFeatures: 4 }],
    ['loss', 'MSELoss'],
    ['other', 'L1Loss'],
    ['sgd', 'SGD', { lr: 0.1, parameters: ['network', 'last'] }],
    ['update', 'Update', { parameter: 'w', lr: 0.1 }],
  ),
  wires: wires(
    'x.output → network.input',
    'x.output → alpha.input',
    'x.output → side.input',
    'side.output → tanh.input',
    'x.output → chain.input',
    'x.output → block.x',
    'x.output → shared.start',
    'shared.current → again.input',
    'again.output → shared.next',
    'x.output → untied.start',
    'untied.current → copied.input',
    'copied.output → untied.next',
    'network.output → last.input',
    'last.output → scaled.input',
    'w.value → scaled.other',
    'scaled.output → loss.input',
    'y.output → loss.target',
    'last.output → other.input',
    'y.output → other.target',
    'loss.loss → sgd.loss',
    'w.grad → update.gradient',
  ),
  run: { mode: 'dynamic', seed: 15, steps: 10, losses: ['loss.loss'] },
};

/** Names of things that JavaScript has, for layers, values and a definition; a name of the whole that is quoted. */
export const globalNames: GraphDocument = {
  ...emptyDocument('"global" names: "all"'),
  modules: {
    Map: {
      params: { escape: { type: 'int', default: 4 } },
      ports: { inputs: [{ name: 'valueOf' }], outputs: [{ name: 'y' }] },
      nodes: nodes(
        ['toString', 'Linear', { outFeatures: { param: 'escape' } }],
        ['isPrototypeOf', 'Tanh'],
        ['constructor', 'Linear', { outFeatures: 4 }],
      ),
      wires: wires(
        'inputs.valueOf → toString.input',
        'toString.output → isPrototypeOf.input',
        'isPrototypeOf.output → constructor.input',
        'constructor.output → outputs.y',
      ),
    },
  },
  nodes: nodes(
    ['toLocaleString', 'RandomTensor', { shape: [6, 4] }],
    ['hasOwnProperty', 'RandomTensor', { shape: [6, 4] }],
    ['map', 'module:Map', { escape: 4 }],
    ['constructor', 'Linear', { outFeatures: 4 }],
    ['parseFloat', 'Parameter', { shape: [4], init: 'ones' }],
    ['isNaN', 'Mul'],
    ['globalThis', 'MSELoss'],
    ['sgd', 'SGD', { lr: 0.1 }],
  ),
  wires: wires(
    'toLocaleString.output → map.valueOf',
    'map.y → constructor.input',
    'constructor.output → isNaN.input',
    'parseFloat.value → isNaN.other',
    'isNaN.output → globalThis.input',
    'hasOwnProperty.output → globalThis.target',
    'globalThis.loss → sgd.loss',
  ),
  run: { mode: 'dynamic', seed: 16, steps: 10 },
};
