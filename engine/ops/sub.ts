import { defineOp } from './op.ts';
import { binaryCases, broadcast, present, twoInputs } from './shared.ts';

export const sub = defineOp({
  name: 'sub',
  shape: broadcast,
  saves: [],
  makes: { backward: 0.5 },
  forward: (k, [a, b]) => [k.sub(present(a), present(b))],
  backward: (k, [g], _saved, _attrs, needs, [sa, sb]) => [
    needs[0] ? k.sumTo(present(g), present(sa)) : undefined,
    needs[1] ? k.sumTo(k.neg(present(g)), present(sb)) : undefined,
  ],
  formula: {
    forward: 'Y = A - B',
    backward: ['\\bar A = \\bar Y', '\\bar B = -\\bar Y'],
  },
  why: {
    en: 'The difference grows with the first operand and falls with the second, one for one. So the first receives the gradient and the second its negative.',
    zh: '差随第一个数一比一地增大，随第二个数一比一地减小。所以前者得到梯度，后者得到它的相反数。',
  },
  torch: ([a, b]) => `torch.sub(${a}, ${b})`,
  cases: binaryCases(),
  node: {
    kind: 'Sub',
    help: { en: 'Difference of two tensors, element by element.', zh: '两个张量逐元素相减。' },
    inputs: twoInputs,
  },
});
