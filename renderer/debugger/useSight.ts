import { type RefObject, useEffect, useRef } from 'react';

/**
 * Of the first section of a panel: brings it into sight as it comes, and when it is about something else (`key`) and out of
 * sight altogether; not while somebody is at work in it.
 */
export function useSight(key: unknown): RefObject<HTMLDivElement | null> {
  const section = useRef<HTMLDivElement>(null);
  const wasThere = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what the section is about.
  useEffect(() => {
    const element = section.current;
    const panel = element?.parentElement;
    const comes = !wasThere.current;
    wasThere.current = element !== null;
    if (element === null || panel == null || element.contains(document.activeElement)) return;
    const isGone = element.getBoundingClientRect().bottom <= panel.getBoundingClientRect().top;
    if (comes || isGone) panel.scrollTo({ top: 0 });
  }, [key]);
  return section;
}
