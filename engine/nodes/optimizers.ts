import type { NodeKind } from './node.ts';
import type { LocalText } from './ports.ts';
import type { Setting, Settings, SettingsSchema } from './settings.ts';

const rate = { type: 'float', min: 0, live: true } as const;

/** Settings that several optimizers share; all but flags may change during a run. */
export const learningRate = (value: number): Setting => ({
  ...rate,
  default: value,
  label: { en: 'learning rate', zh: '学习率' },
});
export const weightDecay = (value: number): Setting => ({
  ...rate,
  default: value,
  label: { en: 'weight decay', zh: '权重衰减' },
});
export const momentum = { ...rate, default: 0, label: { en: 'momentum', zh: '动量' } } as const satisfies Setting;
export const epsilon = (value: number): Setting => ({ ...rate, default: value, label: { en: 'eps', zh: 'eps' } });
/** A decay rate of a running average, in [0, 1). */
export const decay = (value: number, label: LocalText): Setting => ({
  ...rate,
  default: value,
  max: 1,
  exclusiveMax: true,
  label,
});

/** PyTorch's first argument. */
const optimized = {
  type: 'parameters',
  default: null,
  label: { en: 'parameters', zh: '参数' },
  help: { en: 'Empty: all that reach its loss.', zh: '留空：所有影响其损失的参数。' },
} as const satisfies Setting;

/**
 * An optimizer's node: it takes the loss whose parameters it updates. The rule stands in `engine/optim` under the same name; it
 * keeps `remembers` arrays of the size of each. `requires` throws where settings do not go together.
 */
export function optimizerNode(
  kind: string,
  help: LocalText,
  settings: SettingsSchema,
  { remembers, requires }: { readonly remembers: number; readonly requires?: (settings: Settings) => void },
): NodeKind {
  return {
    kind,
    category: 'optimizer',
    help,
    remembers,
    inputs: [{ name: 'loss', type: 'loss' }],
    outputs: [],
    settings: { ...settings, parameters: optimized },
    summary: ['lr', ...('momentum' in settings ? ['momentum'] : [])],
    lower(b, { loss }, given) {
      requires?.(given);
      if (loss !== undefined) b.optimizer(kind, loss, given);
      return {};
    },
  };
}
