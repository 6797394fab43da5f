import { REVECTORIZE } from '../../../../engine/cli/flags.ts';
import type { Row, Unit } from '../../table.ts';
import { inTurns } from '../contender.ts';
import { ours } from '../field.ts';
import { growing, overheads, slope } from '../growth.ts';

const PACE = { rounds: 3, seconds: 0.4 };
/** The check, and what surrounds a call, is code that V8 first has to learn: what counts is how long it takes from then on. */
const WARM = { rounds: 3, seconds: 2 };
const NODES = 1000;
/** A young generation that nothing is collected from meanwhile, in megabytes. */
const YOUNG = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
const ALLOWED: readonly { readonly workload: string; readonly unit: Unit; readonly most: number }[] = [
  { workload: overheads.garbage.name, unit: 'bytes', most: 512 },
  { workload: overheads.calls.name, unit: 'ns', most: 1000 },
];

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
  return [...rows, ...(await overheadRows())];
}

async function overheadRows(): Promise<readonly Row[]> {
  const contender = ours('overhead', 'overhead.ts', [], [REVECTORIZE, ...YOUNG]);
  const turns = ALLOWED.map(({ workload }) => ({ contender, workload }));
  const values = await inTurns(turns, WARM);
  contender.close();
  return ALLOWED.map(({ workload, unit, most }, i) => ({
    workload,
    unit,
    ours: [{ name: '', value: values[i] ?? Number.NaN }],
    peer: { name: 'allowed', value: most },
    bound: { most: 1 },
  }));
}
