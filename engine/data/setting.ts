import { DataError } from './data_error.ts';
import type { DatasetSettings } from './dataset.ts';

interface Bounds {
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
}

const outOfRange = (name: string, expected: string, got: unknown): DataError =>
  new DataError('data-setting', `The setting ${name} is ${JSON.stringify(got)}.`, `Set ${name} to ${expected}.`);

function describe(kind: string, { min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  return min === undefined ? kind : `${kind} of at least ${min}`;
}

/** A number among the settings; absent or null means the default. @throws DataError */
export function numberSetting(settings: DatasetSettings, name: string, bounds: Bounds): number {
  const value = settings[name] ?? bounds.default;
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= (bounds.min ?? -Infinity) &&
    value <= (bounds.max ?? Infinity);
  if (!fits) throw outOfRange(name, describe('a number', bounds), value);
  return value;
}

/** A whole number among the settings. @throws DataError */
export function countSetting(settings: DatasetSettings, name: string, bounds: Bounds): number {
  const value = numberSetting(settings, name, bounds);
  if (!Number.isInteger(value)) throw outOfRange(name, describe('a whole number', bounds), value);
  return value;
}

/** A list of sizes. @throws DataError */
export function shapeSetting(settings: DatasetSettings, name: string): number[] {
  const value = settings[name];
  const isSize = (n: unknown): n is number => typeof n === 'number' && Number.isInteger(n) && n >= 0;
  if (!Array.isArray(value) || !value.every(isSize)) throw outOfRange(name, 'a list of sizes such as 64, 10', value);
  return value;
}

/** The name of a file; undefined where the setting is absent or empty. @throws DataError */
export function fileSetting(settings: DatasetSettings, name: string): string | undefined {
  const value = settings[name] ?? '';
  if (typeof value !== 'string') throw outOfRange(name, 'the name of a file', value);
  return value === '' ? undefined : value;
}
