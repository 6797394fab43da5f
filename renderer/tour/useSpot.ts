import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useStanding } from '../stores/standing.ts';
import type { Target } from './steps.ts';
import { type Box, elementOf, reveal, seen } from './targets.ts';

interface Spot {
  /** Something to place a popover beside; it moves as the target moves. */
  readonly anchor: RefObject<{ getBoundingClientRect(): DOMRect }>;
  /** Drawn around the target. */
  readonly ring: RefObject<HTMLDivElement | null>;
  readonly isSeen: boolean;
}

/** From the target to its ring, in pixels. */
const ROOM = 4;

/** Follows a target frame by frame, wherever panning, zooming, scrolling or resizing take it; null: there is nothing to point at. */
export function useSpot(target: Target | null): Spot {
  const ring = useRef<HTMLDivElement>(null);
  const box = useRef<Box>(undefined);
  /** A panel scrolls to what the tour speaks of, until the user scrolls elsewhere. */
  const scrolls = useRef(true);
  const [isSeen, setSeen] = useState(true);
  const anchor = useRef({ getBoundingClientRect: () => rectOf(box.current) });
  const key = JSON.stringify(target);
  const stable = useMemo((): Target | null => JSON.parse(key), [key]);

  useEffect(() => {
    if (stable !== null) reveal(stable);
  }, [stable]);

  useEffect(() => {
    scrolls.current = true;
    const stop = useStanding.subscribe(() => {
      scrolls.current = true;
    });
    const onHand = () => {
      scrolls.current = false;
    };
    const hands = ['wheel', 'pointerdown'] as const;
    for (const hand of hands) window.addEventListener(hand, onHand, { passive: true, capture: true });
    let frame = 0;
    const follow = () => {
      frame = requestAnimationFrame(follow);
      const element = stable && elementOf(stable);
      if (element !== null && stable !== null && 'panel' in stable && scrolls.current)
        element.scrollIntoView({ block: 'nearest' });
      box.current = element === null ? undefined : seen(element);
      draw(ring.current, box.current);
      setSeen(stable === null || box.current !== undefined);
    };
    follow();
    return () => {
      stop();
      cancelAnimationFrame(frame);
      for (const hand of hands) window.removeEventListener(hand, onHand, { capture: true });
    };
  }, [stable]);
  return { anchor, ring, isSeen };
}

function draw(ring: HTMLDivElement | null, box: Box | undefined): void {
  if (ring === null) return;
  ring.hidden = box === undefined;
  if (box === undefined) return;
  ring.style.transform = `translate(${box.left - ROOM}px, ${box.top - ROOM}px)`;
  ring.style.width = `${box.right - box.left + 2 * ROOM}px`;
  ring.style.height = `${box.bottom - box.top + 2 * ROOM}px`;
}

/** With nothing to point at the popover stands in the middle, low enough to leave the canvas free. */
const rectOf = (box: Box | undefined): DOMRect =>
  box === undefined
    ? new DOMRect(window.innerWidth / 2, window.innerHeight * 0.62, 0, 0)
    : new DOMRect(box.left - ROOM, box.top - ROOM, box.right - box.left + 2 * ROOM, box.bottom - box.top + 2 * ROOM);
