import type { Point } from './edits.ts';

/** Room around the contents of a frame; above them its header, below the way back of what is carried. */
export const PADDING = { left: 46, right: 46, top: 56, bottom: 52 } as const;

/** In an instance, room for the shapes on the wires from and to its terminals. */
export const MODULE_SIDE = 72;

/** How far the contents of a frame have to move so that none stands over its left or upper border. */
export function overhang(places: readonly Point[]): Point {
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  return { x: Math.max(0, PADDING.left - left), y: Math.max(0, PADDING.top - top) };
}
