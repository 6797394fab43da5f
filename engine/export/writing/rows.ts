import type { Operation } from '../script.ts';

/** What follows from a number of rows, `2 * n - 2` or `1 / n`, in any language; `number` writes one. */
export function numberOfRows(
  rows: string,
  { over, times, plus }: Operation['attrs'],
  number: (value: number) => string,
): string {
  if (over !== undefined) return `${number(Number(over))} / ${rows}`;
  const product = times === 1 ? rows : times === -1 ? `-${rows}` : `${number(Number(times))} * ${rows}`;
  const rest = Number(plus);
  return rest === 0 ? product : `${product} ${rest < 0 ? '-' : '+'} ${number(Math.abs(rest))}`;
}
