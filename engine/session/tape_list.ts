import type { IterationEntries } from '../program/entries.ts';
import type { TapeReport } from './summary.ts';

const numbers = new WeakMap<IterationEntries, number>();
let numbersSoFar = 0;

/** The number by which a list of entries is known to whoever was told it. */
export function numberOf(entries: IterationEntries): number {
  const number = numbers.get(entries) ?? ++numbersSoFar;
  numbers.set(entries, number);
  return number;
}

/** What of the entries does not change while they run. */
export const listed = ({ list }: IterationEntries): TapeReport['entries'] =>
  list.map(({ phase, address, op, forward, parameter }) => ({
    phase,
    address,
    op,
    ...(forward === undefined ? {} : { forward }),
    ...(parameter === undefined ? {} : { parameter }),
  }));
