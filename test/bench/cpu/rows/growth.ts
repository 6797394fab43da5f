import { REVECTORIZE } from '../../../../engine/cli/flags.ts';
import { inTurns } from '../contender.ts';
import { ours } from '../field.ts';
import { growing, slope } from '../growth.ts';
import type { Row } from '../table.ts';

const PACE = { rounds: 3, seconds: 0.4 };
/** The check is code that V8 first has to learn: what counts is how long it takes from then on, at each edit. */
const WARM = { rounds: 3, seconds: 2 };
const NODES = 1000;

/** Cost against work: steps of growing networks and batches, and a large document on its way to the first step. */
export async function growthRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const own = ['dynamic', 'static'].map((mode) => ours(mode, 'gradloom.ts', [mode], [REVECTORIZE]));
  for (const { name, points } of growing)
    for (const contender of own) {
      const times = await inTurns(
        points.map((point) => ({ contender, workload: point.name })),
        PACE,
      );
      const value = slope(points.map(({ size }, i) => ({ size, time: times[i] ?? Number.NaN })));
      rows.push({
        workload: `${name}: slope of the logarithms`,
        unit: 'exponent',
        ours: [{ name: contender.name, value }],
        peer: { name: 'in proportion', value: 1 },
        bound: { most: 1.1 },
      });
    }
  const compiling = ours('check and lowering', 'compiling.ts');
  const [time = Number.NaN] = await inTurns([{ contender: compiling, workload: `${NODES}` }], WARM);
  rows.push({
    workload: `check and lowering of ${NODES} nodes`,
    unit: 'µs',
    ours: [{ name: '', value: time }],
    peer: { name: 'allowed', value: 50_000 },
    bound: { most: 1 },
  });
  for (const contender of [...own, compiling]) contender.close();
  return rows;
}
