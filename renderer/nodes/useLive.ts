import { type RefObject, useLayoutEffect } from 'react';
import { latest, subscribeNode } from '../stores/live.ts';
import { usePreferences } from '../stores/preferences.ts';
import { createPainter } from './paint.ts';

/**
 * Paints a node's live numbers into `root` whenever a telemetry frame brings new ones, past React: no state, no commit.
 * `shape` changes when the elements inside `root` do.
 */
export function useLive(root: RefObject<HTMLElement | null>, tab: string, node: string, shape: string): void {
  const language = usePreferences((state) => state.language);
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    element.dataset.rows = shape;
    const painter = createPainter(element, language);
    painter.paint(latest(tab, node));
    return subscribeNode(tab, node, () => painter.paint(latest(tab, node)));
  }, [root, tab, node, shape, language]);
}
