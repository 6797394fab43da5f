import type { Place } from '../../engine/protocol/messages.ts';
import { travel } from '../commands/training.ts';
import { useStanding } from '../stores/standing.ts';

/** Goes where the pointer is drawn along the tape. */
export interface Scrub {
  to(place: Place): void;
  /** The pointer was let go: the last wish is still fulfilled. */
  end(): void;
}

/** One journey at a time. While one is under way, only the last of the wishes that come up meanwhile is kept. */
export function startScrub(tab: string): Scrub {
  let wanted: Place | undefined;
  let last: Place | undefined;
  let isUnderWay = false;
  let isOver = false;
  const go = () => {
    if (wanted === undefined) {
      if (isOver) stopListening();
      return;
    }
    isUnderWay = true;
    last = wanted;
    wanted = undefined;
    void travel(last);
  };
  const stopListening = useStanding.subscribe(({ standing }, before) => {
    const tape = standing[tab]?.tape;
    // A new tape is told once at every stop.
    if (tape === undefined || tape === before.standing[tab]?.tape) return;
    // First that stop is seen: the next journey begins with the next frame.
    requestAnimationFrame(() => {
      isUnderWay = false;
      go();
    });
  });
  return {
    to: (place) => {
      const isSame = last?.iteration === place.iteration && last.position === place.position;
      wanted = isSame ? undefined : place;
      if (!isUnderWay) go();
    },
    end: () => {
      isOver = true;
      if (!isUnderWay) go();
    },
  };
}
