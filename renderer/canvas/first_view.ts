import { getViewportForBounds, type Viewport } from '@xyflow/react';
import type { Box } from './free_spot.ts';

/** How all of a network is brought into view. */
export const FIT = { padding: 0.12, maxZoom: 1, minZoom: 0.3 } as const;

/** Below this nobody reads a note. */
const READABLE = 0.75;
/** Pixels between the beginning of a network and the canvas's corner. */
const MARGIN = 28;

/** What is seen of a network as it opens: all of it, or where that could not be read, its beginning. */
export function firstView(bounds: Box, { width, height }: Pick<Box, 'width' | 'height'>): Viewport {
  const whole = getViewportForBounds(bounds, width, height, FIT.minZoom, FIT.maxZoom, FIT.padding);
  if (whole.zoom >= READABLE) return whole;
  const along = (start: number, length: number, room: number) =>
    Math.max(MARGIN, (room - length * READABLE) / 2) - start * READABLE;
  return { x: along(bounds.x, bounds.width, width), y: along(bounds.y, bounds.height, height), zoom: READABLE };
}
