import { formatShape, numel, ShapeError } from '../../tensor/shape.ts';
import { defineNode } from '../node.ts';

/** `nn.Flatten`: joins all axes from `startDim` on, (N, a, b, …) → (N, a·b·…). */
export const flatten = defineNode({
  kind: 'Flatten',
  category: 'layers',
  help: {
    en: 'Joins all axes from the given one on into a single axis; the batch stays.',
    zh: '把从指定维开始的所有维合并为一维；批次维保持不变。',
  },
  inputs: [{ name: 'input', type: 'tensor' }],
  outputs: [{ name: 'output', type: 'tensor' }],
  settings: { startDim: { type: 'int', default: 1, min: 0, max: 8, label: { en: 'start axis', zh: '起始维' } } },
  summary: ['startDim'],
  lower(b, { input }, settings) {
    if (input === undefined) return {};
    const startDim = Number(settings.startDim);
    const axes = input.shape.length;
    // A number counts as one axis, as in PyTorch.
    if (startDim >= Math.max(1, axes))
      throw new ShapeError(
        'nothing to join: there is no such axis',
        `${startDim + 1} axes or more`,
        `${formatShape(input.shape)}, ${axes} of them`,
      );
    const shape = [...input.shape.slice(0, startDim), numel(input.shape.slice(startDim))];
    return { output: b.module('Flatten', { startDim }, (inner) => inner.op('reshape', [input], { shape })) };
  },
});
