import { type Setting, type SettingValue, settingProblem } from '../../engine/nodes/settings.ts';
import type { TypedProblem } from '../stores/refusal.ts';

/** A value as a text field shows it: `1e-4` and `64, 1000`. */
export function printSetting(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3) return value.toExponential();
  return String(value);
}

/** Digits as people write them, so no `0x10`. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A group after a leading 0 is none: `0,500` is a half to half of the world. */
const GROUPED = { int: /^[+-]?[1-9]\d{0,2}((,\d{3})+|(_\d{3})+)$/, float: /^[+-]?[1-9]\d{0,2}(_\d{3})+$/ };
const COMMA = /[,，]/;

/** The number that `text` writes, `60,000` and `60_000` included; undefined if it writes none. */
function numberOf(text: string, type: 'int' | 'float'): number | undefined {
  const digits = GROUPED[type].test(text) ? text.replaceAll(/[,_]/g, '') : text;
  return DECIMAL.test(digits) ? Number(digits) : undefined;
}

/** What typed text means to `setting`; what it cannot mean comes back as text, for the setting's check to refuse. */
export function parseSetting(setting: Setting, text: string): SettingValue {
  const trimmed = text.trim();
  switch (setting.type) {
    case 'int':
    case 'float':
      if (trimmed === '') return setting.default === null ? null : text;
      return numberOf(trimmed, setting.type) ?? text;
    case 'ints': {
      if (trimmed === '') return setting.default === null ? null : [];
      const parts = trimmed.split(/[\s,×x]+/).filter((part) => part !== '');
      return parts.map((part) => numberOf(part, 'int') ?? Number.NaN);
    }
    default:
      return text;
  }
}

/** Why `setting` does not take `text`, or undefined if it does. */
export function typedProblem(setting: Setting, text: string): TypedProblem | undefined {
  const value = parseSetting(setting, text);
  if (typeof value === 'string' && COMMA.test(value)) {
    // A comma is a decimal point to some and groups digits to others: no guess is safe.
    if (setting.type === 'float') return { reason: 'decimal-point' };
    if (setting.type === 'int') return { reason: 'whole' };
  }
  return settingProblem(setting, value);
}
