import type { Value } from './builder.ts';
import type { Setting, Settings } from './settings.ts';

/** The share of the samples kept for testing. */
export const testFraction = {
  type: 'float',
  default: 0,
  min: 0,
  max: 1,
  exclusiveMax: true,
  label: { en: 'test share', zh: '测试比例' },
  help: { en: 'The share of the samples that is kept for the evaluation.', zh: '留作评估的样本比例。' },
} as const satisfies Setting;

export const noise = (value: number): Setting => ({
  type: 'float',
  default: value,
  min: 0,
  label: { en: 'noise', zh: '噪声' },
});

export const sampleCount = (value: number): Setting => ({
  type: 'int',
  default: value,
  min: 2,
  max: 10_000_000,
  unit: 'rows',
  label: { en: 'samples', zh: '样本数' },
});

/** How many of `samples` are left to train on. */
export const trainingRows = (samples: number, settings: Settings): number =>
  samples - Math.round(samples * Number(settings.testFraction ?? 0));

/** Values by the names of the ports they leave through. */
export function byPort(names: readonly string[], values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(names.flatMap((name, i) => (values[i] === undefined ? [] : [[name, values[i]]])));
}
