import { inColumns } from '../columns.ts';
import type { Asked } from './jobs.ts';

/** What a step of a mode asks of the device. */
export interface AskedRow extends Asked {
  readonly workload: string;
  readonly mode: string;
}

const HEAD = ['Per step', 'Mode', 'Dispatches', 'Submits', 'Bytes read'];
const amount = (value: number): string => (Number.isInteger(value) ? `${value}` : value.toFixed(2));

/** For people. */
export function askedTable(rows: readonly AskedRow[]): string {
  const cells = rows.map(({ workload, mode, dispatches, submits, bytesRead }, i) => [
    rows[i - 1]?.workload === workload ? '' : workload,
    mode,
    ...[dispatches, submits, bytesRead].map(amount),
  ]);
  return inColumns([HEAD, ...cells]);
}
