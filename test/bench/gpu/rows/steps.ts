import type { Row } from '../../table.ts';
import { endless, workloads } from '../../workloads.ts';
import type { AskedRow } from '../asked.ts';
import type { Job } from '../jobs.ts';
import { comparisons, type Field } from '../turns.ts';

const TUTORIAL = 'tutorial ';

/** The step of the tutorial's network beside the peers', and what a step asks of the device. */
export async function stepRows(field: Field): Promise<{ rows: readonly Row[]; asked: readonly AskedRow[] }> {
  const rows: Row[] = [];
  const asked: AskedRow[] = [];
  for (const { name, document } of workloads.filter((workload) => workload.name.startsWith(TUTORIAL))) {
    const opened = document();
    const job: Job = { kind: 'training', name, document: { ...opened, run: endless(opened.run, 'static') } };
    const compared = await comparisons(field, job);
    rows.push(...compared.rows('µs', (time) => time));
    for (const outcome of compared.own)
      if (outcome.asked !== undefined) asked.push({ workload: name, mode: outcome.name, ...outcome.asked });
  }
  return { rows, asked };
}
