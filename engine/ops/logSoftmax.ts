import { normalizeAxis, numel } from '../tensor/shape.ts';
import { defineOp } from './op.ts';
import { oneInput, operand, present } from './shared.ts';
import { type DimAttributes, dimAttributes, dimSetting, softmaxCases } from './softmax_family.ts';

export const logSoftmax = defineOp<DimAttributes>({
  name: 'logSoftmax',
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
    const shifted = k.sub(x, k.max(x, [dim], true));
    return [k.sub(shifted, k.log(k.sum(k.exp(shifted), [dim], true)))];
  },
  backward: (k, grads, { output0 }, { dim = -1 }) => {
    const g = present(grads[0]);
    return [k.sub(g, k.mul(k.exp(present(output0)), k.sum(g, [dim], true)))];
  },
  formula: { forward: 'Y_i = X_i - \\ln \\sum_j e^{X_j}', backward: ['\\bar X = \\bar Y - e^{Y} \\sum_j \\bar Y_j'] },
  why: {
    en: 'Each output grows with its own input, and falls with every input in proportion to that one’s probability. For cross-entropy this leaves probability minus target.',
    zh: '每个输出随自己的输入增大，又随每个输入按其概率减小。对交叉熵而言，剩下的就是概率减去目标。',
  },
  torch: ([x], { dim = -1 }) => `torch.log_softmax(${x}, ${dim})`,
  cases: softmaxCases,
  node: {
    kind: 'LogSoftmax',
    category: 'activations',
    help: { en: 'Logarithm of softmax, computed without losing digits.', zh: 'softmax 的对数，计算时不损失精度。' },
    inputs: oneInput,
    settings: { dim: dimSetting },
    attributes: dimAttributes,
  },
});
