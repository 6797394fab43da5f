import { countAlong, normalizeAxes } from '../tensor/shape.ts';
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

export const mean = defineOp<ReductionAttributes>({
  name: 'mean',
  shape: reductionShape,
  saves: [],
  forward: (k, [x], { axes, keepDims = false }) => [k.mean(present(x), axes, keepDims)],
  backward: (k, [g], _saved, { axes, keepDims = false }, _needs, shapes) => {
    const shape = present(shapes[0]);
    const count = countAlong(shape, normalizeAxes(axes ?? undefined, shape.length));
    return [k.expandReduced(k.div(present(g), count), shape, axes, keepDims)];
  },
  formula: {
    forward: 'Y = \\frac1n \\sum_{\\text{axes}} X',
    backward: ['\\bar X = \\tfrac1n \\bar Y \\text{ expanded}'],
  },
  formulaFor: (attrs) => ({
    forward: `Y = \\frac1n \\sum${reducedAxes(attrs)} X`,
    backward: ['\\bar X = \\tfrac1n \\bar Y \\text{ expanded}'],
  }),
  why: {
    en: 'Every element counts with weight 1/n in the mean of n. So each receives 1/n of the gradient.',
    zh: '在 n 个元素的均值中，每个元素的权重是 1/n。所以每个元素得到梯度的 1/n。',
  },
  torch: ([x], attrs) => torchReduction('mean', x, attrs),
  cases: [...reductionCases, ...emptyReduction],
  node: {
    kind: 'Mean',
    help: { en: 'Mean over the given axes, or of everything.', zh: '沿指定的轴求平均，或对全部元素求平均。' },
    inputs: oneInput,
    settings: reductionSettings,
    attributes: reductionAttributes,
  },
});
