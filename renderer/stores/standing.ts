import { create } from 'zustand';
import type { EntryReport, Passing, StopReport, TapeReport } from '../../engine/protocol/messages.ts';

/** Where a session stands still, and the tape of the iteration it stands in. */
export interface Standing {
  readonly stop: StopReport;
  /** Null before the first iteration; undefined until the engine has told it. */
  readonly tape: TapeReport | null | undefined;
  /** The entry that was done last, with its numbers. */
  readonly entry: EntryReport | null;
  /** What passes the wires into the node at work; told with the tape. */
  readonly passing: Passing;
  /** The entry that is looked at; null: the one that was done last. Looking moves nothing. */
  readonly looked: number | null;
}

interface StandingStore {
  /** By tab; nothing while a run goes on. */
  readonly standing: Readonly<Record<string, Standing>>;
  /** A session has stopped, or goes on (null). What was looked at belongs to the stop before. */
  stand(tab: string, stop: StopReport | null): void;
  /** The tape at this stop, the entry that was done last, and what passes the wires. */
  tell(tab: string, stop: StopReport, told: Pick<Standing, 'tape' | 'entry' | 'passing'>): void;
  look(tab: string, position: number | null): void;
}

export const useStanding = create<StandingStore>((set) => {
  const change = (tab: string, edit: (before: Standing) => Standing) =>
    set(({ standing }) => {
      const before = standing[tab];
      return before === undefined ? {} : { standing: { ...standing, [tab]: edit(before) } };
    });
  return {
    standing: {},
    stand: (tab, stop) =>
      set(({ standing }) => {
        const { [tab]: before, ...others } = standing;
        if (stop === null) return before === undefined ? {} : { standing: others };
        // Until the new tape is told the old one stays to be seen, so that nothing flickers.
        return {
          standing: { ...others, [tab]: { tape: undefined, entry: null, passing: {}, ...before, stop, looked: null } },
        };
      }),
    tell: (tab, stop, told) => change(tab, (before) => (before.stop === stop ? { ...before, ...told } : before)),
    look: (tab, looked) => change(tab, (before) => ({ ...before, looked })),
  };
});

/** The position of the entry that is looked at; undefined where none was done yet. */
export function lookedAt({ tape, looked }: Standing): number | undefined {
  if (tape === null || tape === undefined) return undefined;
  const position = looked ?? tape.done - 1;
  return position >= 0 && position < tape.entries.length ? position : undefined;
}

/** A node at work, and which way the pass goes there. */
export interface Work {
  readonly address: string;
  readonly phase: EntryReport['phase'];
}

/**
 * The node whose entry was done last where a run stands. Between two iterations that is the last entry of the one before, if it
 * was stepped to: a run that is paused there, or over, stands at none. What begins the backward pass belongs to the loss.
 */
export function atWork(standing: Standing | undefined): Work | undefined {
  const { stop, tape, entry } = standing ?? {};
  if (!stop || !tape || !entry || (stop.position === 0 && (stop.reason === 'pause' || stop.reason === 'end')))
    return undefined;
  const { phase } = entry;
  const isSeed = phase === 'backward' && entry.address === '';
  const address = isSeed ? tape.entries.find((one) => one.phase === 'loss')?.address : entry.address;
  return { address: address ?? '', phase };
}

/** Does a run stand inside an iteration, with something done and something to come? */
export const isMidway = (standing: Standing | undefined): boolean => (standing?.stop.position ?? 0) > 0;
