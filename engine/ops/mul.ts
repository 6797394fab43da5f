import { defineOp } from './op.ts';
import { binaryCases, broadcast, present, twoInputs } from './shared.ts';

export const mul = defineOp({
  name: 'mul',
  shape: broadcast,
  saves: ['input0', 'input1'],
  reads: [['input1'], ['input0']],
  forward: (k, [a, b]) => [k.mul(present(a), present(b))],
  backward: (k, [g], { input0: a, input1: b }, _attrs, needs, [sa, sb]) => [
    needs[0] ? k.sumTo(k.mul(present(g), present(b)), present(sa)) : undefined,
    needs[1] ? k.sumTo(k.mul(present(g), present(a)), present(sb)) : undefined,
  ],
  formula: {
    forward: 'Y = A \\odot B',
    backward: ['\\bar A = \\bar Y \\odot B', '\\bar B = \\bar Y \\odot A'],
  },
  why: {
    en: 'How much the product reacts to one factor is the other factor. So each factor receives the gradient times the other one.',
    zh: '乘积对一个因子的敏感程度就是另一个因子。所以每个因子得到的是梯度乘以另一个因子。',
  },
  torch: ([a, b]) => `torch.mul(${a}, ${b})`,
  cases: binaryCases(),
  node: {
    kind: 'Mul',
    help: { en: 'Product of two tensors, element by element.', zh: '两个张量逐元素相乘。' },
    inputs: twoInputs,
  },
});
