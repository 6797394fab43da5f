import type { Setting, SettingValue } from '../../engine/nodes/settings.ts';

/** A value as a text field shows it: `1e-4` and `64, 1000`. */
export function printSetting(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3) return value.toExponential();
  return String(value);
}

/** `60,000` and `60_000` without what groups their digits. */
const ungrouped = (text: string): string =>
  /^[+-]?\d{1,3}([,_]\d{3})+$/.test(text) ? text.replaceAll(/[,_]/g, '') : text;

/** What typed text means to `setting`; what it cannot mean comes back as text, for the setting's check to refuse. */
export function parseSetting(setting: Setting, text: string): SettingValue {
  const trimmed = text.trim();
  switch (setting.type) {
    case 'int':
    case 'float':
      if (trimmed === '') return setting.default === null ? null : text;
      return Number.isNaN(Number(ungrouped(trimmed))) ? text : Number(ungrouped(trimmed));
    case 'ints': {
      if (trimmed === '') return setting.default === null ? null : [];
      const parts = trimmed.split(/[\s,×x]+/).filter((part) => part !== '');
      return parts.map(Number);
    }
    default:
      return text;
  }
}
