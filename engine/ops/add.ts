import { defineOp } from './op.ts';
import { binaryCases, broadcast, present, twoInputs } from './shared.ts';

export const add = defineOp({
  name: 'add',
  shape: broadcast,
  saves: [],
  makes: { backward: 0 },
  forward: (k, [a, b]) => [k.add(present(a), present(b))],
  backward: (k, [g], _saved, _attrs, needs, [sa, sb]) => [
    needs[0] ? k.sumTo(present(g), present(sa)) : undefined,
    needs[1] ? k.sumTo(present(g), present(sb)) : undefined,
  ],
  formula: {
    forward: 'Y = A + B',
    backward: ['\\bar A = \\bar Y', '\\bar B = \\bar Y'],
  },
  why: {
    en: 'A change of either operand changes the sum by as much, so both receive the gradient as it is. Where an operand was broadcast, one element served many outputs and their gradients are summed.',
    zh: '任一加数变化多少，和就变化多少，所以两者都原样得到梯度。若某个加数被广播，一个元素参与了多个输出，它们的梯度相加。',
  },
  torch: ([a, b]) => `torch.add(${a}, ${b})`,
  cases: binaryCases(),
  node: {
    kind: 'Add',
    help: { en: 'Sum of two tensors, element by element.', zh: '两个张量逐元素相加。' },
    inputs: twoInputs,
  },
});
