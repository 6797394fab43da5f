import { type RefObject, useEffect, useRef, useState } from 'react';
import { useStanding } from '../stores/standing.ts';
import type { Step } from './steps.ts';
import { type Box, elementOf, reveal, seen } from './targets.ts';

interface Spot {
  /** Something to place a popover beside; it moves as the target moves. */
  readonly anchor: RefObject<{ getBoundingClientRect(): DOMRect }>;
  /** Drawn around the target. */
  readonly ring: RefObject<HTMLDivElement | null>;
  /** Is the target to be seen? */
  readonly isSeen: boolean;
}

/** From the target to its ring, in pixels. */
const ROOM = 4;

/**
 * Follows what a step points at frame by frame, wherever panning, zooming, scrolling or resizing take it; null: there is nothing
 * to point at.
 */
export function useSpot(step: Step | null): Spot {
  const ring = useRef<HTMLDivElement>(null);
  const box = useRef<Box>(undefined);
  /** A panel scrolls to what the tour speaks of, until the user scrolls elsewhere. */
  const scrolls = useRef(true);
  const [isSeen, setSeen] = useState(true);
  const anchor = useRef({ getBoundingClientRect: () => rectOf(box.current) });

  useEffect(() => {
    if (step !== null) reveal(step);
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
      const element = step && elementOf(step.target);
      if (element !== null && scrolls.current && element.closest('[data-inspector]') !== null)
        element.scrollIntoView({ block: 'nearest' });
      box.current = element === null ? undefined : seen(element);
      draw(ring.current, box.current);
      setSeen(box.current !== undefined);
    };
    follow();
    return () => {
      stop();
      cancelAnimationFrame(frame);
      for (const hand of hands) window.removeEventListener(hand, onHand, { capture: true });
    };
  }, [step]);
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
