import type { IterationEntries } from '../program/entries.ts';
import { gradientFlow } from '../program/no_gradient.ts';
import type { Moment } from './moment.ts';
import type { TapeList } from './summary.ts';

const numbers = new WeakMap<IterationEntries, number>();
let numbersSoFar = 0;

/** The number by which a list of entries is known to whoever was told it. */
export function numberOf(entries: IterationEntries): number {
  const number = numbers.get(entries) ?? ++numbersSoFar;
  numbers.set(entries, number);
  return number;
}

/** What of the tape of a moment does not change while its iteration runs. */
export const listOf = ({ entries, pass }: Moment): TapeList => ({
  entries: entries.list.map(({ phase, address, op, forward, parameter }) => ({
    phase,
    address,
    op,
    ...(forward === undefined ? {} : { forward }),
    ...(parameter === undefined ? {} : { parameter }),
  })),
  withoutGradient: gradientFlow(pass.schedule).without,
});
