import type { NDArray } from '../backends/backend.ts';
import { defineOp } from './op.ts';
import {
  type ReductionAttributes,
  reducedAxes,
  reductionAttributes,
  reductionCases,
  reductionSettings,
  reductionShape,
  torchReduction,
} from './reduction.ts';
import { oneInput, present } from './shared.ts';

export const max = defineOp<ReductionAttributes>({
  name: 'max',
  shape: reductionShape,
  saves: ['input0', 'output0'],
  makes: { backward: 3.25 },
  forward: (k, [x], { axes, keepDims = false }) => [k.max(present(x), axes, keepDims)],
  backward: (k, grads, { input0, output0 }, { axes, keepDims = false }, _needs, shapes) => {
    const shape = present(shapes[0]);
    const wide = (v: NDArray) => k.keptDims(v, shape, axes, keepDims);
    const winners = k.toFloat(k.eq(present(input0), wide(present(output0))));
    return [k.div(k.mul(wide(present(grads[0])), winners), k.sum(winners, axes, true))];
  },
  formula: { forward: 'Y = \\max_{\\text{axes}} X', backward: ['\\bar X = \\bar Y \\odot [X = Y] / \\#[X = Y]'] },
  formulaFor: (attrs) => ({
    forward: `Y = \\max${reducedAxes(attrs)} X`,
    backward: ['\\bar X = \\bar Y \\odot [X = Y] / \\#[X = Y]'],
  }),
  why: {
    en: 'Only the largest element decides the result, so it alone receives the gradient. Where several tie, they share it equally, as torch.amax does.',
    zh: '只有最大的元素决定结果，所以只有它得到梯度。若有并列，则像 torch.amax 那样平分。',
  },
  torch: ([x], attrs) => torchReduction('amax', x, attrs),
  cases: [
    ...reductionCases,
    { inputs: [{ shape: [2, 4], values: [3, 1, 3, 3, 0, '-0', -1, -1] }], attrs: { axes: [1] }, gradcheck: false },
    { inputs: [{ shape: [2, 3], values: [5, 5, 1, 2, 5, 5] }], attrs: { axes: null }, gradcheck: false },
  ],
  node: {
    kind: 'Max',
    help: {
      en: 'Largest element along the given axes, or of everything.',
      zh: '沿指定的轴取最大值，或取全部元素的最大值。',
    },
    inputs: oneInput,
    settings: reductionSettings,
    attributes: reductionAttributes,
  },
});
