import type { Place } from './chain.ts';

export interface Box extends Place {
  readonly width: number;
  readonly height: number;
}

/** Air around a card that was put down by the app. */
const GAP = 20;
/** Spots are tried on a lattice of this step, the grid's. */
const STEP = 20;

const apart = (a: Box, b: Box) =>
  a.x >= b.x + b.width + GAP ||
  b.x >= a.x + a.width + GAP ||
  a.y >= b.y + b.height + GAP ||
  b.y >= a.y + a.height + GAP;

/** The spot nearest to `box` where it covers none of `taken`, searched in squares that grow around it. */
export function freeSpot(box: Box, taken: readonly Box[]): Place {
  for (let ring = 0; ; ring++) {
    let best: { readonly place: Place; readonly distance: number } | undefined;
    for (let column = -ring; column <= ring; column++)
      // Only the ring itself: both ends of a column, and all of the first column and the last.
      for (let row = -ring; row <= ring; row += Math.abs(column) === ring ? 1 : 2 * ring) {
        const place = { x: box.x + column * STEP, y: box.y + row * STEP };
        const distance = Math.hypot(column, row);
        if (best && best.distance <= distance) continue;
        if (taken.every((other) => apart({ ...box, ...place }, other))) best = { place, distance };
      }
    if (best) return best.place;
  }
}

/** Does one lie on the other? */
export const meets = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
