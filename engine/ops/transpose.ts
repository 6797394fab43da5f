import { normalizeAxis } from '../tensor/shape.ts';
import { defineOp } from './op.ts';
import { oneInput, operand, present } from './shared.ts';

export type TransposeAttributes = { readonly axis0: number; readonly axis1: number };

export const transpose = defineOp<TransposeAttributes>({
  name: 'transpose',
  shape([input], { axis0, axis1 }) {
    const shape = [...operand(input, 'input')];
    const a = normalizeAxis(axis0, shape.length);
    const b = normalizeAxis(axis1, shape.length);
    return [shape.map((d, i) => (i === a ? (shape[b] ?? 1) : i === b ? (shape[a] ?? 1) : d))];
  },
  saves: [],
  forward: (k, [x], { axis0, axis1 }) => [k.transpose(present(x), axis0, axis1)],
  backward: (k, [g], _saved, { axis0, axis1 }) => [k.transpose(present(g), axis0, axis1)],
  formula: { forward: 'Y = X^{\\mathsf T}', backward: ['\\bar X = \\bar Y^{\\mathsf T}'] },
  why: {
    en: 'Every element only moved to another place. Its gradient moves back the same way.',
    zh: '每个元素只是换了位置。它的梯度按同样的方式换回来。',
  },
  torch: ([x], { axis0, axis1 }) => `torch.transpose(${x}, ${axis0}, ${axis1})`,
  cases: [
    { inputs: [{ shape: [3, 4] }], attrs: { axis0: 0, axis1: 1 } },
    { inputs: [{ shape: [2, 3, 4] }], attrs: { axis0: 0, axis1: -1 } },
    { inputs: [{ shape: [2, 3, 4] }], attrs: { axis0: 1, axis1: 1 } },
    { inputs: [{ shape: [2, 3, 4, 2] }], attrs: { axis0: -3, axis1: -2 } },
    { inputs: [{ shape: [3, 1] }], attrs: { axis0: 0, axis1: 1 } },
    { inputs: [{ shape: [0, 3] }], attrs: { axis0: 0, axis1: 1 } },
  ],
  node: {
    kind: 'Transpose',
    help: { en: 'Swaps two axes.', zh: '交换两个轴。' },
    inputs: oneInput,
    settings: {
      axis0: { type: 'int', default: 0, label: { en: 'first axis', zh: '第一个轴' } },
      axis1: { type: 'int', default: 1, label: { en: 'second axis', zh: '第二个轴' } },
    },
    attributes: ({ axis0, axis1 }) => ({ axis0: Number(axis0), axis1: Number(axis1) }),
  },
});
