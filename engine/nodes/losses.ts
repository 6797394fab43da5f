import { formatShape, ShapeError, sameShape } from '../tensor/shape.ts';
import type { Builder, Value } from './builder.ts';
import type { NodeKind } from './node.ts';
import type { LocalText } from './ports.ts';
import type { Setting, Settings } from './settings.ts';

/** PyTorch's `reduction`. 'none' is left out: a node's loss is the scalar that backward starts from. */
export const reductionSetting = {
  type: 'choice',
  default: 'mean',
  options: ['mean', 'sum'],
  label: { en: 'reduction', zh: '归约' },
} as const satisfies Setting;

/** The operation that reduces. */
export const reductionOf = (settings: Settings): 'mean' | 'sum' => (settings.reduction === 'sum' ? 'sum' : 'mean');

/** A loss that compares input and target element by element: `input`, `target` of one shape → `loss`, a scalar. */
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
      const reduction = reductionOf(settings);
      const loss = b.module(kind, { reduction }, (inner) => inner.op(reduction, [compare(inner, input, target)]));
      return { loss: b.loss(loss) };
    },
  };
}
