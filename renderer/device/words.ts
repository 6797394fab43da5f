import type { Device } from '../../engine/protocol/messages.ts';
import type { Language } from '../stores/preferences.ts';
import type { Text } from '../text/en.ts';

/** `relaxed SIMD · 2 threads`, or the adapter of a GPU. */
export function detailsOf({ simd, threads, adapter }: Device, text: Text): string {
  if (adapter !== undefined) return [adapter.name, ...(adapter.isSoftware ? [text.device.software] : [])].join(' · ');
  return [text.engine.simd[simd], ...(threads === 1 ? [] : [text.engine.threads(threads)])].join(' · ');
}

/** The same, with its name first. */
export const describe = (device: Device, text: Text): string =>
  `${text.device.name[device.name]} · ${detailsOf(device, text)}`;

/** Fewer operations can be counted by hand, and are told exactly. */
const MANY = 10_000;

/** So many operations: `192`, `13 million`, `1300 万次`. */
export function formatOperations(count: number, language: Language): string {
  const rounded = { notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: 2 } as const;
  const said = new Intl.NumberFormat(language, count < MANY ? {} : rounded).format(count);
  return language === 'zh' ? `${said.replace(/(?<=\d)(?=\D*$)/, ' ')}次` : said;
}
