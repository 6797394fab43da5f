import { blockOf, withoutNumbers } from '../program/address.ts';
import { type EntryPhase, entriesOf } from '../program/entries.ts';
import type { Session } from './session.ts';

/** A moment of a run: `position` entries of iteration `iteration` (from 0) are done; 0 is also the end of the one before. */
export interface Place {
  readonly iteration: number;
  readonly position: number;
}

/**
 * How far a step goes. `entry`: one entry; `into`: to the first entry inside the next block; `out`: until this block is left;
 * `phase`: to the end of this phase; `iteration`: to the end of this iteration.
 */
export type StepKind = 'entry' | 'into' | 'out' | 'phase' | 'iteration';

export const placeOf = (session: Session): Place => ({
  iteration: session.cursor.iteration,
  position: session.position,
});

export const isBefore = (a: Place, b: Place): boolean =>
  a.iteration < b.iteration || (a.iteration === b.iteration && a.position < b.position);

/** Asked after every advance; true where a step of this kind ends. Every step does at least one entry and ends with the iteration. */
export function stepDone(session: Session, kind: StepKind): () => boolean {
  const from = placeOf(session);
  const first = lastDone(session);
  const phase = nextPhase(session);
  return () => {
    // The evaluation after an epoch belongs to the step that ended the epoch.
    if (session.cursor.phase === 'evaluate') return false;
    const now = placeOf(session);
    if (!isBefore(from, now)) return false;
    if (now.position === 0) return true;
    switch (kind) {
      case 'entry':
        return true;
      case 'phase':
        return nextPhase(session) !== phase;
      case 'into':
        return isInside(lastDone(session), first);
      case 'out':
        return !isWithin(lastDone(session), first);
      case 'iteration':
        return false;
      default:
        return kind satisfies never;
    }
  };
}

/** Goes on until `place` is reached, which lies ahead. */
export const arrival = (session: Session, place: Place) => (): boolean =>
  session.cursor.phase !== 'evaluate' && !isBefore(placeOf(session), place);

/** The blocks around the entry that was done last, innermost last, with the numbers of iterations. */
function lastDone(session: Session): readonly string[] {
  const { position } = session;
  const entry = position === 0 ? undefined : session.moment()?.entries.list[position - 1];
  return blockOf(entry?.address ?? '');
}

/** The phase of the entry that is done next. */
function nextPhase(session: Session): EntryPhase | undefined {
  const moment = session.moment();
  if (moment === undefined || session.position === 0) return 'batch';
  return entriesOf(moment.pass.schedule).list[session.position]?.phase;
}

/** Is `now` in a block of its own inside `before`, or in another iteration of a loop? */
const isInside = (now: readonly string[], before: readonly string[]): boolean =>
  now.length > 0 && (now.length > before.length || now.some((segment, i) => segment !== before[i]));

/** Is `now` still in the innermost block of `before`, whichever iteration of it? */
const isWithin = (now: readonly string[], before: readonly string[]): boolean =>
  before.length > 0 && before.every((segment, i) => withoutNumbers(now[i] ?? '') === withoutNumbers(segment));
