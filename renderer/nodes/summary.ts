import { isUnfolded, paramOf } from '../../engine/graph/kinds.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { type SettingValue, withDefaults } from '../../engine/nodes/settings.ts';
import type { Language } from '../stores/preferences.ts';
import { formatSetting } from './figures.ts';
import { LINE, widthOf } from './measure.ts';

const isValue = (value: unknown): value is SettingValue =>
  value === null || ['number', 'boolean', 'string'].includes(typeof value) || Array.isArray(value);

/**
 * The lines a card shows where nothing is computed yet: `784 → 128` for a pair of features, else `lr 0.05, momentum 0.9`.
 * Inferred sizes are those of what is wired; what stands for a setting of a module without a value has its name. English uses
 * PyTorch's own names, which are the shorter ones.
 */
export function summaryOf(
  kind: NodeKind,
  settings: Readonly<Record<string, unknown>>,
  inferred: number | undefined,
  language: Language,
): string[] {
  const valueOfSetting = (name: string) => {
    const value = settings[name] ?? kind.settings[name]?.default;
    const param = paramOf(value);
    if (param !== undefined) return param;
    const isInferred = value === null && kind.settings[name]?.type === 'int';
    return isInferred || !isValue(value) ? (inferred?.toString() ?? '?') : formatSetting(value, language);
  };
  const names = kind.summary ?? [];
  if (names.join() === 'inFeatures,outFeatures')
    return [`${valueOfSetting('inFeatures')} → ${valueOfSetting('outFeatures')}`];
  const labelOf = (name: string) => (language === 'en' ? name : (kind.settings[name]?.label?.[language] ?? name));
  const lines: string[] = [];
  for (const name of names) {
    const when = kind.settings[name]?.when;
    if (when !== undefined && (settings[when.setting] ?? kind.settings[when.setting]?.default) !== when.is) continue;
    const part = `${labelOf(name)} ${valueOfSetting(name)}`;
    const last = lines.at(-1);
    // A file's name takes a line of its own.
    const joins = last !== undefined && kind.settings[name]?.type !== 'file' && widthOf(`${last}, ${part}`) <= LINE;
    if (joins) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  return lines;
}

const usual = new WeakMap<NodeKind, number>();

/** How many lines the settings of a new node take. */
export function usualLines(kind: NodeKind): number {
  const known = usual.get(kind);
  if (known !== undefined) return known;
  const lines = summaryOf(kind, {}, undefined, 'en').length;
  usual.set(kind, lines);
  return lines;
}

/** No more than `room` lines: the last takes what does not fit, to be cut off there. */
export const linesThatFit = (lines: readonly string[], room: number): string[] =>
  lines.length <= room ? [...lines] : [...lines.slice(0, room - 1), lines.slice(room - 1).join(', ')];

const REPEAT_WORDS = {
  en: {
    fixed: (n: string) => (n === '1' ? 'once' : `${n} times`),
    drawn: (a: string, b: string) => `${a} to ${b} times`,
    shared: 'weights shared',
    untied: 'weights untied',
  },
  zh: {
    fixed: (n: string) => `${n} 次`,
    drawn: (a: string, b: string) => `${a} 到 ${b} 次`,
    shared: '共享权重',
    untied: '权重不共享',
  },
} as const;

/** What a frame says beside its name: `0 to 3 times, weights shared`. Empty where its kind says it all. */
export function frameSummary(kind: NodeKind, settings: Readonly<Record<string, unknown>>, language: Language): string {
  if (kind.block !== 'frame' || isUnfolded(kind.kind)) return '';
  const words = REPEAT_WORDS[language];
  const { count, times, min, max, weights } = withDefaults(kind.settings, settings);
  const said = (value: unknown) => paramOf(value) ?? String(value);
  const often = count === 'drawn' ? words.drawn(said(min), said(max)) : words.fixed(said(times));
  return `${often}${language === 'zh' ? '，' : ', '}${weights === 'untied' ? words.untied : words.shared}`;
}
