import type { Device } from '../../engine/protocol/messages.ts';
import type { Text } from '../text/en.ts';

/** `relaxed SIMD · 2 threads`, or the adapter of a GPU. */
export function detailsOf({ simd, threads, adapter }: Device, text: Text): string {
  if (adapter !== undefined) return [adapter.name, ...(adapter.isSoftware ? [text.device.software] : [])].join(' · ');
  return [text.engine.simd[simd], ...(threads === 1 ? [] : [text.engine.threads(threads)])].join(' · ');
}

/** The same, with its name first. */
export const describe = (device: Device, text: Text): string =>
  `${text.device.name[device.name]} · ${detailsOf(device, text)}`;

const LEAST = 0.01;

/** Giga-FLOP, short: of what is far below one, only that it is. */
export function formatGigaflop(flops: number): string {
  const giga = flops / 1e9;
  if (giga < LEAST) return `< ${LEAST}`;
  return giga < 100 ? String(Number(giga.toPrecision(2))) : Math.round(giga).toLocaleString('en');
}
