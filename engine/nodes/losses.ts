import { formatShape, ShapeError, sameShape } from '../tensor/shape.ts';
import type { Builder, Value } from './builder.ts';
import type { NodeKind } from './node.ts';
import type { LocalText } from './ports.ts';
import type { Setting, Settings } from './settings.ts';

/** PyTorch's `reduction`: 'mean' and 'sum' give the scalar that backward starts from, 'none' every loss by itself. */
export const reductionSetting = {
  type: 'choice',
  default: 'mean',
  options: ['mean', 'sum', 'none'],
  label: { en: 'reduction', zh: '归约' },
  help: {
    en: 'mean or sum: one number, which training lowers. none: the loss of every element or sample, to go on with.',
    zh: 'mean 或 sum：归约为一个数，训练使其下降。none：保留每个元素或样本各自的损失，供后续节点使用。',
  },
} as const satisfies Setting;

/**
 * What a loss node gives for the losses that `compare` computes: their mean or sum, a loss of the run; or, with 'none', all of
 * them, for the graph to go on with: a run starts backward from scalars only.
 */
export function reducedLoss(b: Builder, kind: string, settings: Settings, compare: (inner: Builder) => Value): Value {
  const { reduction } = settings;
  if (reduction === 'none') return b.module(kind, { reduction }, compare);
  const reducing = reduction === 'sum' ? 'sum' : 'mean';
  return b.loss(b.module(kind, { reduction: reducing }, (inner) => inner.op(reducing, [compare(inner)])));
}

/** A loss that compares element by element: `input`, `target` of one shape → `loss`, a scalar; with 'none' of that shape. */
export function elementwiseLoss(
  kind: string,
  help: LocalText,
  compare: (b: Builder, input: Value, target: Value) => Value,
): NodeKind {
  return {
    kind,
    category: 'loss',
    help,
    inputs: [
      { name: 'input', type: 'tensor' },
      { name: 'target', type: 'tensor' },
    ],
    outputs: [{ name: 'loss', type: 'loss' }],
    settings: { reduction: reductionSetting },
    summary: ['reduction'],
    lower(b, { input, target }, settings) {
      if (input === undefined || target === undefined) return {};
      if (!sameShape(input.shape, target.shape))
        throw new ShapeError(
          `${kind} compares element by element`,
          `a target of ${formatShape(input.shape)}, as the input`,
          formatShape(target.shape),
        );
      return { loss: reducedLoss(b, kind, settings, (inner) => compare(inner, input, target)) };
    },
  };
}
