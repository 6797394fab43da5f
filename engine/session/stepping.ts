import { blockOf, withoutNumbers } from '../program/address.ts';
import { type EntryPhase, entriesOf } from '../program/entries.ts';
import type { Session } from './session.ts';

/** A moment of a run: `position` entries of iteration `iteration` (from 0) are done; 0 is also the end of the one before. */
export interface Place {
  readonly iteration: number;
  readonly position: number;
}

/**
 * How far a step goes. `entry`: one entry; `phase`: to the end of this phase; `iteration`: to the end of this iteration.
 *
 * A visit of a block is what one pass, forward or backward, does in it at a stretch, of a loop in one of its iterations: the
 * backward pass visits anew what the forward pass has visited. `into`: to the first entry of the next visit, of whichever block;
 * one entry where an iteration visits none. `out`: until this pass has left the innermost block, of a loop with all iterations
 * of this round.
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
  let from = placeOf(session);
  const first = lastDone(session);
  let last = first;
  const phase = nextPhase(session);
  return () => {
    // The evaluation after an epoch belongs to the step that ended the epoch.
    if (session.cursor.phase === 'evaluate') return false;
    const place = placeOf(session);
    if (!isBefore(from, place)) return false;
    if (place.position === 0) return true;
    const [before, now] = [last, lastDone(session)];
    from = place;
    last = now;
    switch (kind) {
      case 'entry':
        return true;
      case 'phase':
        return nextPhase(session) !== phase;
      case 'into':
        return beginsVisit(before, now) || !hasBlocks(session);
      case 'out':
        return !isWithin(now, first);
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

/** Where an entry lies: the way its pass goes, and the blocks around it, innermost last, with the numbers of iterations. */
interface Surroundings {
  readonly isBackward: boolean;
  readonly blocks: readonly string[];
}

function lastDone(session: Session): Surroundings {
  const { position } = session;
  const entry = position === 0 ? undefined : session.moment()?.entries.list[position - 1];
  return { isBackward: entry?.phase === 'backward', blocks: blockOf(entry?.address ?? '') };
}

const hasBlocks = (session: Session): boolean =>
  session.moment()?.entries.list.some(({ address }) => blockOf(address).length > 0) ?? false;

/** The phase of the entry that is done next. */
function nextPhase(session: Session): EntryPhase | undefined {
  const moment = session.moment();
  if (moment === undefined || session.position === 0) return 'batch';
  return entriesOf(moment.pass.schedule).list[session.position]?.phase;
}

/** Does a visit begin with the entry that lies at `now`, after one at `before`? */
const beginsVisit = (before: Surroundings, now: Surroundings): boolean =>
  now.blocks.length > 0 &&
  (now.isBackward !== before.isBackward || now.blocks.some((segment, i) => segment !== before.blocks[i]));

/** Is `now` still in the innermost block of `before`, in whichever iteration of it, on the same way through the blocks around? */
function isWithin(now: Surroundings, before: Surroundings): boolean {
  const inner = before.blocks.length - 1;
  return (
    inner >= 0 &&
    now.isBackward === before.isBackward &&
    before.blocks.every((segment, i) =>
      i < inner ? now.blocks[i] === segment : withoutNumbers(now.blocks[i] ?? '') === withoutNumbers(segment),
    )
  );
}
