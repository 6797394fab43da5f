import { formatShape, numel, type Shape, ShapeError } from '../tensor/shape.ts';
import { defineOp } from './op.ts';
import { oneInput, operand, present } from './shared.ts';

/** One size may be −1: it is computed from the others. */
export type ReshapeAttributes = { readonly shape: Shape };

function resolve(from: Shape, to: Shape): Shape {
  const known = to.filter((d) => d !== -1).reduce((n, d) => n * d, 1);
  const open = to.length - to.filter((d) => d !== -1).length;
  const total = numel(from);
  const fits = open === 0 ? known === total : open === 1 && (known === 0 ? false : total % known === 0);
  if (!fits || to.some((d) => !Number.isInteger(d) || d < -1))
    throw new ShapeError(
      `cannot reshape ${formatShape(from)} to ${formatShape(to)}`,
      `sizes whose product is ${total}, at most one of them −1`,
      formatShape(to),
    );
  return to.map((d) => (d === -1 ? total / known : d));
}

export const reshape = defineOp<ReshapeAttributes>({
  name: 'reshape',
  shape: ([input], { shape }) => [[...resolve(operand(input, 'input'), shape)]],
  dtype: ([type]) => [present(type)],
  saves: [],
  mayPassOn: true,
  forward: (k, [x], { shape }) => [k.reshape(present(x), resolve(present(x).shape, shape))],
  backward: (k, [g], _saved, _attrs, _needs, [shape]) => [k.reshape(present(g), present(shape))],
  formula: {
    forward: 'Y = \\operatorname{reshape} X',
    backward: ['\\bar X = \\operatorname{reshape} \\bar Y'],
  },
  why: {
    en: 'The elements stay the same in the same order. The gradient only takes the old shape again.',
    zh: '元素及其顺序都不变。梯度只是恢复原来的形状。',
  },
  torch: ([x], { shape }) => `torch.reshape(${x}, (${shape.map((d) => `${d},`).join(' ')}))`,
  cases: [
    { inputs: [{ shape: [3, 4] }], attrs: { shape: [2, 6] } },
    { inputs: [{ shape: [2, 3, 4] }], attrs: { shape: [-1, 4] } },
    { inputs: [{ shape: [2, 3] }], attrs: { shape: [2, 3] } },
    { inputs: [{ shape: [1] }], attrs: { shape: [] } },
    { inputs: [{ shape: [] }], attrs: { shape: [1, 1] } },
    { inputs: [{ shape: [0, 3] }], attrs: { shape: [3, 0] } },
  ],
  node: {
    kind: 'Reshape',
    help: {
      en: 'The same elements in another shape; −1 stands for the size that fits.',
      zh: '同样的元素，换一个形状；−1 代表自动算出的大小。',
    },
    inputs: oneInput,
    settings: { shape: { type: 'ints', default: [-1], min: -1, label: { en: 'shape', zh: '形状' } } },
    attributes: ({ shape }) => ({ shape: Array.isArray(shape) ? shape : [-1] }),
  },
});
