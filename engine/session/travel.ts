import { pump } from './pump.ts';
import type { Session } from './session.ts';
import { arrival, isBefore, type Place, placeOf } from './stepping.ts';

/** How a journey ended: there, at a pause or a stop on the way, or at once because no snapshot reaches so far back. */
export type Arrival = 'arrived' | 'paused' | 'out-of-reach';

/**
 * Goes to a moment, ahead or in the past. The past is run again from the nearest snapshot before it, with the very same numbers;
 * nothing is told twice. On the way ahead `stops` is asked after every entry; in the past nothing stops that did not stop then.
 */
export async function travel(
  session: Session,
  to: Place,
  paused: () => boolean,
  stops: () => boolean = () => false,
): Promise<Arrival> {
  const isAhead = !isBefore(to, placeOf(session));
  if (!isAhead) {
    // At the end of an iteration its values are still there to be looked at.
    const from = to.position === 0 ? Math.max(0, to.iteration - 1) : to.iteration;
    if (!session.rewind(from)) return 'out-of-reach';
  }
  const there = arrival(session, to);
  // Nobody asks about iterations of the past before the last one.
  const isFree = () => !isAhead && session.cursor.iteration + 1 < to.iteration;
  if (!there()) await pump(session, { paused, until: () => (isAhead && stops()) || there(), isFree });
  return there() ? 'arrived' : 'paused';
}

/** One entry back; over the start of an iteration into the one before. */
export async function stepBack(session: Session, paused: () => boolean): Promise<Arrival> {
  const { iteration, position } = placeOf(session);
  if (position > 0) return travel(session, { iteration, position: position - 1 }, paused);
  if (iteration === 0 || !session.rewind(iteration - 1)) return 'out-of-reach';
  const there = () => {
    const now = placeOf(session);
    return now.iteration === iteration - 1 && now.position === (session.moment()?.entries.list.length ?? 0) - 1;
  };
  await pump(session, { paused, until: there });
  return there() ? 'arrived' : 'paused';
}
