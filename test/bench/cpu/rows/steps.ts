import { REVECTORIZE } from '../../../../engine/cli/flags.ts';
import type { Measured, Row } from '../../table.ts';
import { workloads } from '../../workloads.ts';
import { inTurns } from '../contender.ts';
import { others, ours, peerNames } from '../field.ts';

const PACE = { rounds: 5, seconds: 0.7 };

const best = (measured: readonly Measured[]): readonly Measured[] => measured.toSorted((a, b) => a.value - b.value);

/** The step of a network, beside what its users would run otherwise: the best of ours with the best of each peer's. */
export async function stepRows(): Promise<readonly Row[]> {
  const own = ['dynamic', 'static'].map((mode) => ours(mode, 'gradloom.ts', [mode], [REVECTORIZE]));
  const contenders = [...own, ...others()];
  const rows: Row[] = [];
  for (const { name: workload, bounds } of workloads) {
    const times = await inTurns(
      contenders.map((contender) => ({ contender, workload })),
      PACE,
    );
    const measured = contenders.map(({ name }, i) => ({ name, value: times[i] ?? Number.NaN }));
    const [first, ...more] = best(measured.slice(0, own.length));
    if (first === undefined) continue;
    for (const peer of peerNames) {
      const [theirs] = best(measured.filter(({ name }) => name.startsWith(peer)));
      if (theirs === undefined) continue;
      const most = bounds[peer];
      rows.push({
        workload,
        unit: 'µs',
        ours: [first, ...more],
        peer: theirs,
        bound: most === undefined ? undefined : { most },
      });
    }
  }
  for (const contender of contenders) contender.close();
  return rows;
}
