import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** At which ends of a bar there is more than is in sight. */
interface Ends {
  readonly before: boolean;
  readonly after: boolean;
}

/** Of a bar, what the arrows beside it leave by one press. */
const PAGE = 0.8;

/** Keeps the tab in front in sight, and lets a wheel and arrows scroll the bar of `count` tabs. */
export function useTabScroll(active: string, count: number) {
  const bar = useRef<HTMLElement>(null);
  const [ends, setEnds] = useState<Ends>({ before: false, after: false });
  const any = count > 0;
  const mark = useCallback(() => {
    const now = endsOf(bar);
    setEnds((last) => (last.before === now.before && last.after === now.after ? last : now));
  }, []);
  const show = useCallback(() => {
    bar.current?.querySelector('[data-on]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    mark();
  }, [mark]);
  useEffect(() => {
    const element = bar.current;
    if (!any || element === null) return;
    // A wheel that turns one way only turns this way.
    const onWheel = (event: WheelEvent) => {
      if (event.deltaX === 0) element.scrollLeft += event.deltaY;
    };
    const sizes = new ResizeObserver(show);
    sizes.observe(element);
    element.addEventListener('scroll', mark, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', mark);
      element.removeEventListener('wheel', onWheel);
    };
  }, [any, mark, show]);
  useEffect(() => {
    if (active !== '' && count > 0) show();
  }, [active, count, show]);
  const turn = (way: -1 | 1) => bar.current?.scrollBy({ left: way * PAGE * bar.current.clientWidth });
  return { bar, ends, turn };
}

function endsOf({ current: bar }: RefObject<HTMLElement | null>): Ends {
  if (bar === null) return { before: false, after: false };
  const { scrollLeft, clientWidth, scrollWidth } = bar;
  return { before: scrollLeft > 1, after: scrollLeft + clientWidth < scrollWidth - 1 };
}
