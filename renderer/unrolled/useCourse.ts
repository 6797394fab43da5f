import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { TapeReport } from '../../engine/protocol/messages.ts';
import { isMidway, type Standing, useStanding } from '../stores/standing.ts';
import type { Layout } from './layout.ts';
import { Course, type UseMark } from './marks.ts';
import { iterationsAround, splitIteration } from './uses.ts';

/** Around the box at work, in pixels. */
const ROOM = 40;

interface Drawing {
  readonly tab: string;
  /** The number of the pass that is drawn, from 1. */
  readonly iteration: number;
  readonly layout: Layout;
  readonly window: RefObject<HTMLElement | null>;
  readonly marks: Readonly<Record<UseMark, string>>;
}

/**
 * Marks the boxes at a stop inside an iteration: done, at work, still to come; and keeps the one at work in sight. Written past
 * React: a step changes a few attributes and commits nothing.
 */
export function useCourse({ tab, iteration, layout, window, marks }: Drawing) {
  const course = useRef<{ readonly of: Course; readonly tape: TapeReport }>(undefined);
  useLayoutEffect(() => {
    const frame = window.current;
    if (frame === null) return;
    const boxes = [...frame.querySelectorAll<HTMLElement>('[data-use]')];
    const frames = [...frame.querySelectorAll<HTMLElement>('[data-frame]')];
    const uses = layout.boxes.map(({ use }) => use);
    let before: string | undefined;
    const mark = (standing: Standing | undefined) => {
      const tape = tapeOf(standing, iteration);
      const known = course.current;
      if (known?.tape === tape) return;
      const of = known?.tape.entries === tape?.entries ? known?.of : tape && new Course(tape.entries, uses);
      course.current = tape && of && { of, tape };
      const done = tape?.done ?? 0;
      const current = of?.current(done);
      const entry = tape?.entries[done - 1];
      const around = current === undefined ? [] : iterationsAround(entry?.address ?? '');
      const way = entry?.phase === 'backward' ? 'backward' : 'forward';
      for (const box of boxes) {
        const address = box.dataset.use ?? '';
        const now = of?.mark(address, done);
        put(box, 'data-mark', now);
        put(box, 'aria-description', now && marks[now]);
        put(box, 'aria-current', address === current ? 'step' : undefined);
        // A box for many iterations says in which of them it is.
        const inside = address === current && box.dataset.leftOut !== undefined ? around.at(-1) : undefined;
        put(box, 'data-at', inside && `#${splitIteration(inside)[1]}`);
        if (address === current && current !== before) reveal(frame, box);
      }
      for (const each of frames) put(each, 'data-mark', around.includes(each.dataset.frame ?? '') ? way : undefined);
      before = current;
    };
    course.current = undefined;
    mark(useStanding.getState().standing[tab]);
    return useStanding.subscribe(({ standing }) => mark(standing[tab]));
  }, [tab, iteration, layout, window, marks]);

  /** The entry of a use at this stop; undefined where the run does not stand in what is drawn. */
  return (address: string): { readonly iteration: number; readonly position: number } | undefined => {
    const { of, tape } = course.current ?? {};
    const position = tape && of?.entry(address, tape.done);
    return position === undefined || tape === undefined ? undefined : { iteration: tape.iteration, position };
  };
}

/** The tape, where the run stands inside the iteration that is drawn. */
function tapeOf(standing: Standing | undefined, iteration: number): TapeReport | undefined {
  const tape = standing?.tape;
  return tape != null && isMidway(standing) && tape.iteration + 1 === iteration ? tape : undefined;
}

function put(element: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Scrolls no farther than it must. */
function reveal(frame: HTMLElement, box: HTMLElement): void {
  const [outer, inner] = [frame.getBoundingClientRect(), box.getBoundingClientRect()];
  const by = (from: number, to: number, start: number, end: number) =>
    from < start + ROOM ? from - start - ROOM : to > end - ROOM ? to - end + ROOM : 0;
  frame.scrollLeft += by(inner.left, inner.right, outer.left, outer.right);
  frame.scrollTop += by(inner.top, inner.bottom, outer.top, outer.bottom);
}
