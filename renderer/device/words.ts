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

/** So many operations: `13 million`, `1300万`. */
export const formatOperations = (count: number, language: Language): string =>
  new Intl.NumberFormat(language, {
    notation: 'compact',
    compactDisplay: 'long',
    maximumSignificantDigits: 2,
    // `10亿` and `2 billion`, but never `12,000`.
    useGrouping: false,
  }).format(count);
