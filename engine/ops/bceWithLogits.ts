import { formatShape, ShapeError, sameShape } from '../tensor/shape.ts';
import { defineOp } from './op.ts';
import { operand, present } from './shared.ts';

export const bceWithLogits = defineOp({
  name: 'bceWithLogits',
  shape([x, y]) {
    const input = operand(x, 'input');
    const target = operand(y, 'target');
    if (!sameShape(input, target))
      throw new ShapeError('the target has another shape than the input', formatShape(input), formatShape(target));
    return [input];
  },
  saves: ['input0', 'input1'],
  reads: [['input0', 'input1'], ['input0']],
  makes: { forward: 7, backward: 3 },
  forward(k, [first, second]) {
    const x = present(first);
    const y = present(second);
    // max(x, 0) − xy + log(1 + e^−|x|): no power of e can overflow.
    return [k.add(k.sub(k.maximum(x, 0), k.mul(x, y)), k.log1p(k.exp(k.neg(k.abs(x)))))];
  },
  backward(k, [g], { input0: x, input1: y }, _attrs, needs) {
    const gradient = present(g);
    return [
      needs[0] ? k.mul(gradient, k.sub(k.sigmoid(present(x)), present(y))) : undefined,
      needs[1] ? k.neg(k.mul(gradient, present(x))) : undefined,
    ];
  },
  formula: {
    forward: 'Y = -T \\log\\sigma(X) - (1-T)\\log(1-\\sigma(X))',
    backward: ['\\bar X = \\bar Y \\odot (\\sigma(X) - T)', '\\bar T = -\\bar Y \\odot X'],
  },
  why: {
    en: 'The derivative of the logarithm cancels that of the sigmoid. What is left is the probability minus the truth: how wrong the network is, and in which direction.',
    zh: '对数的导数与 sigmoid 的导数相抵消。剩下的是概率减去真值：网络错了多少、朝哪个方向错。',
  },
  torch: ([x, y]) => `torch.nn.functional.binary_cross_entropy_with_logits(${x}, ${y}, reduction='none')`,
  cases: [
    {
      inputs: [
        { shape: [3, 4], from: -2, to: 2 },
        { shape: [3, 4], from: 0, to: 1 },
      ],
    },
    {
      inputs: [
        { shape: [5, 1], from: -2, to: 2 },
        { shape: [5, 1], values: [0, 1, 1, 0, 1] },
      ],
    },
    { inputs: [{ shape: [0, 3] }, { shape: [0, 3] }] },
    {
      inputs: [
        { shape: [4], values: [0, 40, -40, 100] },
        { shape: [4], values: [1, 0, 1, 1] },
      ],
      gradcheck: false,
    },
  ],
});
