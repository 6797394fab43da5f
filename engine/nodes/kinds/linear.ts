import { formatShape, ShapeError } from '../../tensor/shape.ts';
import { defineNode } from '../node.ts';

/** `nn.Linear`: (…, inFeatures) → (…, outFeatures), y = x Wᵀ + b. Weight [out, in] and bias start uniform in ±1/√inFeatures. */
export const linear = defineNode({
  kind: 'Linear',
  category: 'layers',
  help: {
    en: 'A fully connected layer: every output is a weighted sum of all inputs plus a bias. y = x Wᵀ + b.',
    zh: '全连接层：每个输出都是所有输入的加权和再加偏置。y = x Wᵀ + b。',
  },
  inputs: [{ name: 'input', type: 'tensor' }],
  outputs: [{ name: 'output', type: 'tensor' }],
  settings: {
    inFeatures: {
      type: 'int',
      default: null,
      min: 1,
      max: 1_000_000,
      label: { en: 'in features', zh: '输入特征数' },
      help: { en: 'Empty: taken from what is wired.', zh: '留空：由连线推断。' },
    },
    outFeatures: { type: 'int', default: 10, min: 1, max: 1_000_000, label: { en: 'out features', zh: '输出特征数' } },
    bias: { type: 'bool', default: true, label: { en: 'bias', zh: '偏置' } },
  },
  summary: ['inFeatures', 'outFeatures'],
  lower(b, { input }, settings) {
    if (input === undefined) return {};
    const width = input.shape.at(-1);
    if (width === undefined)
      throw new ShapeError(
        'Linear needs an axis of features',
        'a shape of at least one axis',
        formatShape(input.shape),
      );
    const inFeatures = typeof settings.inFeatures === 'number' ? settings.inFeatures : width;
    if (inFeatures !== width)
      throw new ShapeError(
        `Linear was told ${inFeatures} input features, but its input has ${width}`,
        `a last axis of ${inFeatures}`,
        formatShape(input.shape),
      );
    const outFeatures = Number(settings.outFeatures);
    const bias = settings.bias !== false;
    const bound = 1 / Math.sqrt(inFeatures);
    const init = { kind: 'uniform', low: -bound, high: bound } as const;
    return {
      output: b.module('Linear', { inFeatures, outFeatures, bias }, (inner) => {
        const weight = inner.parameter('weight', [outFeatures, inFeatures], init);
        const product = inner.op('matmul', [input, weight], { transposeA: false, transposeB: true });
        return bias ? inner.op('add', [product, inner.parameter('bias', [outFeatures], init)]) : product;
      }),
    };
  },
});
