import type { LedgerRow } from '../../engine/protocol/messages.ts';

/** Rows that are written at either end of a long ledger. */
const FIRST = 8;
const LAST = 24;

interface Numbered {
  readonly row: LedgerRow;
  /** Its place among all rows. */
  readonly at: number;
}

/** The rows of a ledger; of a long one those in the middle are left out, for they would be laid out anew at every stop. */
export function foldRows(rows: readonly LedgerRow[], isWhole: boolean) {
  const numbered = rows.map((row, at): Numbered => ({ row, at }));
  if (isWhole || rows.length <= FIRST + LAST + 1) return { first: numbered, leftOut: 0, last: [] };
  return { first: numbered.slice(0, FIRST), leftOut: rows.length - FIRST - LAST, last: numbered.slice(-LAST) };
}
