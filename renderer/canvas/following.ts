import { templateOf } from '../stores/addresses.ts';
import type { Box } from './free_spot.ts';

/** Pixels that stay free around what the canvas has moved to. */
const MARGIN = 48;

/**
 * The node on the canvas that stands for an address, by addresses whose iterations count for nothing: the node itself, or the
 * block around it that shows no contents.
 */
export function nodeAt<T>(nodes: Iterable<readonly [address: string, node: T]>, address: string): T | undefined {
  const byTemplate = new Map([...nodes].map(([one, node]) => [templateOf(one), node]));
  for (
    let wanted = templateOf(address);
    wanted !== '';
    wanted = wanted.slice(0, Math.max(0, wanted.lastIndexOf('/')))
  ) {
    const found = byTemplate.get(wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * How far the canvas moves so that a box is in sight, all in pixels from the canvas's corner; undefined where it is. Of one that
 * is larger than the canvas the beginning counts.
 */
export function wayInto(box: Box, { width, height }: Pick<Box, 'width' | 'height'>) {
  const x = along(box.x, box.width, width);
  const y = along(box.y, box.height, height);
  return x === 0 && y === 0 ? undefined : { x, y };
}

function along(start: number, length: number, room: number): number {
  if (start >= 0 && start + length <= room) return 0;
  const margin = Math.max(0, Math.min(MARGIN, (room - length) / 2));
  return start < margin || length > room ? margin - start : room - margin - start - length;
}
