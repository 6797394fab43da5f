import { REVECTORIZE } from '../../../../engine/cli/flags.ts';
import type { Row } from '../../table.ts';
import { inTurns } from '../contender.ts';
import { ours } from '../field.ts';

const PACE = { rounds: 9, seconds: 1.5 };
const FRAMES_PER_SECOND = 30;

const networks = ['narrow', 'wide'];

/** What it costs to be watched: throughput with twenty cards in sight as a part of what it is unseen. */
export async function watchingRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const size of networks) {
    const contender = ours(size, 'watching.ts', [size], [REVECTORIZE]);
    const turns = ['watched', 'frames', 'unseen'].map((workload) => ({ contender, workload }));
    const [watched = Number.NaN, rate = Number.NaN, unseen = Number.NaN] = await inTurns(turns, PACE);
    contender.close();
    rows.push(
      {
        workload: `a step with 20 cards watched, ${size}`,
        unit: 'µs',
        ours: [{ name: 'watched', value: watched }],
        peer: { name: 'unseen', value: unseen },
        bound: { most: 1.05 },
      },
      {
        workload: `frames that show these cards, ${size}`,
        unit: 'Hz',
        ours: [{ name: '', value: rate }],
        peer: { name: 'wanted', value: FRAMES_PER_SECOND },
        bound: { least: 0.9 },
      },
    );
  }
  return rows;
}
