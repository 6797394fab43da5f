import type { NodeKind } from '../../engine/nodes/node.ts';
import type { SettingValue } from '../../engine/nodes/settings.ts';
import { formatSetting } from './figures.ts';

const isValue = (value: unknown): value is SettingValue =>
  value === null || ['number', 'boolean', 'string'].includes(typeof value) || Array.isArray(value);

/** Characters of a card's line. */
const LINE = 21;

/**
 * The lines a card shows where nothing is computed yet: `784 → 128` for a pair of features, else `lr 0.05, momentum 0.9`.
 * Inferred sizes are those of what is wired.
 */
export function summaryOf(
  kind: NodeKind,
  settings: Readonly<Record<string, unknown>>,
  inferred: number | undefined,
): string[] {
  const valueOfSetting = (name: string) => {
    const value = settings[name] ?? kind.settings[name]?.default;
    return isValue(value) && value !== null ? formatSetting(value) : (inferred?.toString() ?? '?');
  };
  const names = kind.summary ?? [];
  if (names.join() === 'inFeatures,outFeatures')
    return [`${valueOfSetting('inFeatures')} → ${valueOfSetting('outFeatures')}`];
  const parts = names.map((name) => `${name} ${valueOfSetting(name)}`);
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= LINE) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
  }
  return lines.slice(0, 2);
}
