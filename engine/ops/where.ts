import { isFloat } from '../tensor/dtype.ts';
import { defineOp } from './op.ts';
import { broadcast, present, twoInputs } from './shared.ts';

const mask = (shape: readonly number[], values: readonly number[]) => ({ shape, values, dtype: 'bool' as const });

export const where = defineOp({
  name: 'where',
  shape: broadcast,
  dtype: ([, a, b]) => [a !== undefined && isFloat(a) ? a : present(b)],
  saves: ['input0'],
  forward: (k, [c, a, b]) => [k.where(present(c), present(a), present(b))],
  backward: (k, [g], { input0: c }, _attrs, needs, [, sa, sb]) => [
    undefined,
    needs[1] ? k.sumTo(k.where(present(c), present(g), 0), present(sa)) : undefined,
    needs[2] ? k.sumTo(k.where(present(c), 0, present(g)), present(sb)) : undefined,
  ],
  formula: {
    forward: 'Y = C \\mathbin{?} A : B',
    backward: ['', '\\bar A = C \\mathbin{?} \\bar Y : 0', '\\bar B = C \\mathbin{?} 0 : \\bar Y'],
  },
  why: {
    en: 'Each output is one of the two inputs. The one that was chosen receives the gradient, the other one 0; the condition is not differentiable.',
    zh: '每个输出是两个输入之一。被选中的得到梯度，另一个得到 0；条件不可求导。',
  },
  torch: ([c, a, b]) => `torch.where(${c}, ${a}, ${b})`,
  cases: [
    { inputs: [mask([2, 3], [1, 0, 1, 0, 0, 1]), { shape: [2, 3] }, { shape: [2, 3] }] },
    { inputs: [mask([2, 1], [1, 0]), { shape: [3] }, { shape: [2, 3] }] },
    { inputs: [mask([3], [1, 0, 1]), { shape: [] }, { shape: [2, 3] }] },
    { inputs: [mask([1, 3], [1, 0, 1]), { shape: [0, 3] }, { shape: [1, 1] }] },
    {
      inputs: [
        mask([3], [1, 0, 1]),
        { shape: [3], values: ['nan', 'nan', 1] },
        { shape: [3], values: [0, '-0', 'inf'] },
      ],
      gradcheck: false,
    },
  ],
  node: {
    kind: 'Where',
    help: {
      en: 'Takes from input where the condition holds, else from other.',
      zh: '条件成立处取 input，否则取 other。',
    },
    inputs: [{ name: 'condition', type: 'mask' }, ...twoInputs],
  },
});
