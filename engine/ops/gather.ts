import { formatShape, normalizeAxis, ShapeError } from '../tensor/shape.ts';
import { defineOp } from './op.ts';
import { operand, present } from './shared.ts';
import { type DimAttributes, dimAttributes, dimSetting } from './softmax_family.ts';

const labels = (shape: readonly number[], values: readonly number[]) => ({ shape, values, dtype: 'i32' as const });

export const gather = defineOp<DimAttributes>({
  name: 'gather',
  shape(inputs, { dim = -1 }) {
    const x = operand(inputs[0], 'input');
    const index = operand(inputs[1], 'index');
    const axis = normalizeAxis(dim, x.length);
    if (index.length !== x.length || index.some((d, i) => i !== axis && d > (x[i] ?? 1)))
      throw new ShapeError(
        'gather: the index does not fit the input',
        `an index of ${x.length} axes, no longer than ${formatShape(x)} but along axis ${axis}`,
        formatShape(index),
      );
    return [index];
  },
  saves: ['input1'],
  forward: (k, [x, index], { dim = -1 }) => [k.gather(present(x), dim, present(index))],
  backward: (k, [g], { input1: index }, { dim = -1 }, _needs, [shape]) => [
    k.scatterAdd(present(shape), dim, present(index), present(g)),
    undefined,
  ],
  formula: {
    forward: 'Y_{ij} = A_{i, B_{ij}}',
    backward: ['\\bar A_{i, B_{ij}} \\mathrel{+}= \\bar Y_{ij}'],
  },
  why: {
    en: 'Each output is a copy of one input element, so its gradient goes back to that element. An element that was picked several times collects a sum; one that was never picked gets 0.',
    zh: '每个输出是某个输入元素的副本，所以梯度回到那个元素。被多次选中的元素累加，从未被选中的得 0。',
  },
  torch: ([x, index], { dim = -1 }) => `torch.gather(${x}, ${dim}, ${index})`,
  cases: [
    { inputs: [{ shape: [3, 4] }, labels([3, 1], [0, 3, 1])], attrs: { dim: 1 } },
    { inputs: [{ shape: [3, 4] }, labels([2, 4], [0, 2, 1, 0, 2, 2, 1, 0])], attrs: { dim: 0 } },
    { inputs: [{ shape: [3, 4] }, labels([2, 2], [1, 1, 0, 3])], attrs: { dim: -1 } },
    { inputs: [{ shape: [2, 3, 2] }, labels([2, 1, 2], [2, 0, 1, 1])], attrs: { dim: 1 } },
    { inputs: [{ shape: [4] }, labels([6], [0, 0, 1, 3, 3, 3])], attrs: { dim: 0 } },
    { inputs: [{ shape: [0, 3] }, labels([0, 1], [])], attrs: { dim: 1 } },
    {
      inputs: [{ shape: [1, 3], values: ['nan', 'inf', '-0'] }, labels([1, 3], [2, 0, 1])],
      attrs: { dim: 1 },
      gradcheck: false,
    },
  ],
  node: {
    kind: 'Gather',
    help: { en: 'Picks elements along an axis by index.', zh: '按索引沿一个轴取元素。' },
    inputs: [
      { name: 'input', type: 'tensor' },
      { name: 'index', type: 'labels' },
    ],
    settings: { dim: dimSetting },
    attributes: dimAttributes,
  },
});
