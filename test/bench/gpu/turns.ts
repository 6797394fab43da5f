import { median } from '../median.ts';
import type { Measured, Row, Unit } from '../table.ts';
import type { Asked, Job } from './jobs.ts';
import type { PageContender } from './page_contender.ts';

/** Rounds that count; fewer where one takes long, as on an adapter of software. */
const ROUNDS = { least: 3, most: 7 };
/** After so long, in milliseconds, no round is begun that need not be. */
const ENOUGH = 10_000;
/** Steps in which everything is compiled, and captured where that is done. */
const WARMING = 2;
/** The slowest contender's turn is to take so long, in microseconds: all do as many steps. */
const TURN = 700_000;
const FEWEST = 2;
const MOST = 200;

interface Outcome extends Measured {
  readonly asked: Asked | undefined;
}

/** A job by all contenders, again and again, so that all have the machine in the same moods: the medians over the rounds. */
async function inTurns(contenders: readonly PageContender[], job: Job): Promise<readonly Outcome[]> {
  const times = contenders.map((): number[] => []);
  const failures: (string | undefined)[] = [];
  const asked: (Asked | undefined)[] = [];
  const round = async (steps: number, isCounted: boolean): Promise<number> => {
    let slowest = 0;
    for (const [i, contender] of contenders.entries()) {
      const answer = await contender.measure(job, steps);
      failures[i] = answer.failure;
      if (answer.failure !== undefined) continue;
      slowest = Math.max(slowest, answer.time);
      if (isCounted) times[i]?.push(answer.time);
      asked[i] = answer.asked;
    }
    return slowest;
  };
  await round(WARMING, false);
  const slowest = await round(FEWEST, false);
  const steps = Math.min(MOST, Math.max(FEWEST, Math.round(TURN / slowest)));
  const start = performance.now();
  for (let n = 0; n < ROUNDS.most; n++) {
    if (n >= ROUNDS.least && performance.now() - start > ENOUGH) break;
    await round(steps, true);
  }
  return contenders.map(({ name }, i) => ({
    name,
    value: failures[i] === undefined ? median(times[i] ?? []) : Number.NaN,
    failure: failures[i],
    asked: asked[i],
  }));
}

export interface Field {
  readonly own: readonly PageContender[];
  readonly peers: readonly PageContender[];
}

interface Comparisons {
  readonly own: readonly Outcome[];
  /** A row for each peer; `unitsOf` makes what is printed of the microseconds of a step. */
  rows(unit: Unit, unitsOf: (time: number) => number): readonly Row[];
}

/** A job by Gradloom beside the peers: the faster of its modes is what counts. */
export async function comparisons({ own, peers }: Field, job: Job): Promise<Comparisons> {
  const outcomes = await inTurns([...own, ...peers], job);
  const mine = outcomes.slice(0, own.length);
  // One that failed comes last.
  const byTime = mine.toSorted(
    (a, b) => (a.failure === undefined ? a.value : Infinity) - (b.failure === undefined ? b.value : Infinity),
  );
  return {
    own: mine,
    rows(unit, unitsOf) {
      const said = ({ name, value, failure }: Outcome): Measured => ({ name, value: unitsOf(value), failure });
      const [first, ...more] = byTime.map(said);
      if (first === undefined) return [];
      return outcomes
        .slice(own.length)
        .map((peer) => ({ workload: job.name, unit, ours: [first, ...more], peer: said(peer) }));
    },
  };
}
