import { normalizeAxis, numel } from '../tensor/shape.ts';
import { defineOp } from './op.ts';
import { oneInput, operand, present } from './shared.ts';
import { type DimAttributes, dimAttributes, dimSetting, softmaxCases } from './softmax_family.ts';

export const softmax = defineOp<DimAttributes>({
  name: 'softmax',
  shape([input], { dim = -1 }) {
    const shape = operand(input, 'input');
    normalizeAxis(dim, shape.length);
    return [shape];
  },
  saves: ['output0'],
  makes: { forward: 2, backward: 3 },
  forward: (k, inputs, { dim = -1 }) => {
    const x = present(inputs[0]);
    if (numel(x.shape) === 0) return [k.copy(x)];
    const powers = k.exp(k.sub(x, k.max(x, [dim], true)));
    return [k.div(powers, k.sum(powers, [dim], true))];
  },
  backward: (k, grads, { output0 }, { dim = -1 }) => {
    const g = present(grads[0]);
    const y = present(output0);
    return [k.mul(k.sub(g, k.sum(k.mul(g, y), [dim], true)), y)];
  },
  formula: {
    forward: 'Y_i = e^{X_i} / \\sum_j e^{X_j}',
    backward: ['\\bar X = Y \\odot \\Bigl(\\bar Y - \\sum_j \\bar Y_j Y_j\\Bigr)'],
  },
  why: {
    en: 'The outputs always add up to 1, so raising one lowers the others. Taking away the average gradient, weighted by the outputs, expresses just that.',
    zh: '输出之和恒为 1，抬高一个就压低其余。减去以输出为权重的平均梯度，正表达了这一点。',
  },
  torch: ([x], { dim = -1 }) => `torch.softmax(${x}, ${dim})`,
  cases: softmaxCases,
  node: {
    kind: 'Softmax',
    category: 'activations',
    help: {
      en: 'Turns the numbers along an axis into probabilities that add up to 1.',
      zh: '把一个轴上的数变成和为 1 的概率。',
    },
    inputs: oneInput,
    settings: { dim: dimSetting },
    attributes: dimAttributes,
  },
});
