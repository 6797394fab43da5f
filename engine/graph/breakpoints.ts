import type { Breakpoint } from './document.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** Where a breakpoint stands, without how it is armed. */
export type BreakpointPlace = Without<Breakpoint, 'condition' | 'hits' | 'disabled'>;

/** The same text for the same place, whichever iterations of a loop it stops at. */
export function keyOf(place: BreakpointPlace): string {
  if ('node' in place) return `node ${place.node} ${place.pass} ${place.when}`;
  if ('wire' in place) return `wire ${place.wire}`;
  if ('parameter' in place) return `parameter ${place.parameter}`;
  return `block ${place.block}`;
}
