import { defineOp } from './op.ts';
import {
  emptyReduction,
  type ReductionAttributes,
  reducedAxes,
  reductionAttributes,
  reductionCases,
  reductionSettings,
  reductionShape,
  torchReduction,
} from './reduction.ts';
import { oneInput, present } from './shared.ts';

export const sum = defineOp<ReductionAttributes>({
  name: 'sum',
  shape: reductionShape,
  saves: [],
  forward: (k, [x], { axes, keepDims = false }) => [k.sum(present(x), axes, keepDims)],
  backward: (k, [g], _saved, { axes, keepDims = false }, _needs, [shape]) => [
    k.expandReduced(present(g), present(shape), axes, keepDims),
  ],
  formula: { forward: 'Y = \\sum_{\\text{axes}} X', backward: ['\\bar X = \\bar Y \\text{ expanded}'] },
  formulaFor: (attrs) => ({
    forward: `Y = \\sum${reducedAxes(attrs)} X`,
    backward: ['\\bar X = \\bar Y \\text{ expanded}'],
  }),
  why: {
    en: 'Every element counts once in the sum. So each receives the gradient of the sum it went into.',
    zh: '每个元素在和中各算一次。所以每个元素都得到它所参与的那个和的梯度。',
  },
  torch: ([x], attrs) => torchReduction('sum', x, attrs),
  cases: [...reductionCases, ...emptyReduction],
  node: {
    kind: 'Sum',
    help: { en: 'Sum over the given axes, or of everything.', zh: '沿指定的轴求和，或对全部元素求和。' },
    inputs: oneInput,
    settings: reductionSettings,
    attributes: reductionAttributes,
  },
});
