import type { Language } from '../stores/preferences.ts';

/** Numbers as cards and the inspector print them: three figures, a true minus sign, no noise. */

const MINUS = '−';

/** `0.0852`, `12.9`, `1,203`, `1.2e-7`, `NaN`, `∞`. */
export function formatFigure(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 1e6 || size < 1e-3
      ? size.toExponential(1).replace('e+', 'e')
      : size >= 1000
        ? Math.round(size).toLocaleString('en-US')
        : String(Number(size.toPrecision(digits)));
  return value < 0 ? MINUS + text : text;
}

/** `51%`; never rounds something to nothing. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '0%';
  const percent = (100 * part) / whole;
  if (percent > 0 && percent < 1) return '<1%';
  if (percent < 100 && percent > 99) return '>99%';
  return `${Math.round(percent)}%`;
}

const en = { on: 'on', off: 'off', all: 'all', zero: 'zero' };
const words: Readonly<Record<Language, typeof en>> = { en, zh: { on: '开', off: '关', all: '全部', zero: '为零' } };

/** `51% zero`: the share of a value that is dead. */
export const formatZeros = (zeros: number, count: number, language: Language): string =>
  `${formatShare(zeros, count)} ${words[language].zero}`;

/** A setting's value on a card: `0.0001` as `1e-4`, lists without brackets; no list stands for all there is. */
export function formatSetting(value: unknown, language: Language): string {
  if (value === null || value === undefined) return words[language].all;
  if (typeof value === 'boolean') return words[language][value ? 'on' : 'off'];
  if (typeof value === 'number')
    return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value).replace('e+', 'e');
  if (value === '') return '–';
  if (Array.isArray(value)) return value.join(typeof value[0] === 'string' ? ', ' : '×');
  return String(value);
}
