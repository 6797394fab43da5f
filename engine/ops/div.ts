import { defineOp } from './op.ts';
import { binaryCases, broadcast, present, twoInputs } from './shared.ts';

export const div = defineOp({
  name: 'div',
  shape: broadcast,
  saves: ['input0', 'input1'],
  reads: [['input1'], ['input0', 'input1']],
  makes: { backward: 2.5 },
  forward: (k, [a, b]) => [k.div(present(a), present(b))],
  backward: (k, [g], { input0: a, input1: b }, _attrs, needs, [sa, sb]) => [
    needs[0] ? k.sumTo(k.div(present(g), present(b)), present(sa)) : undefined,
    needs[1]
      ? k.sumTo(k.mul(k.neg(present(g)), k.div(k.div(present(a), present(b)), present(b))), present(sb))
      : undefined,
  ],
  hazards: [{ input: 1, isBad: (x) => x === 0, cause: { en: 'a division by zero', zh: '除以零' } }],
  formula: {
    forward: 'Y = A \\oslash B',
    backward: ['\\bar A = \\bar Y \\oslash B', '\\bar B = -\\bar Y \\odot A \\oslash B^2'],
  },
  why: {
    en: 'The quotient is linear in A with slope 1/B. In B it falls with slope A/B², which is why small divisors make large gradients.',
    zh: '商对 A 是线性的，斜率为 1/B。对 B 则以 A/B² 的斜率下降，所以除数小时梯度会很大。',
  },
  torch: ([a, b]) => `torch.div(${a}, ${b})`,
  cases: binaryCases(-2, 2, 0.5, 2),
  node: {
    kind: 'Div',
    help: { en: 'Quotient of two tensors, element by element.', zh: '两个张量逐元素相除。' },
    inputs: twoInputs,
  },
});
