import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import { usePreferences } from '../stores/preferences.ts';
import { atWork, useStanding } from '../stores/standing.ts';
import type { FlowEdge, FlowNode } from './flow.ts';
import { nodeAt, wayInto } from './following.ts';

const DURATION = 250;
const REDUCED = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');

/**
 * Where a run is stepped, the canvas moves so far that the node at work is in sight, without zooming; not under a hand that holds
 * something. Past React: it commits nothing.
 */
export function useFollowing(tab: string, root: RefObject<HTMLDivElement | null>): void {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  useEffect(() => {
    let isHeld = false;
    const hold = () => {
      isHeld = true;
    };
    const release = () => {
      isHeld = false;
    };
    const follow = () => {
      const work = atWork(useStanding.getState().standing[tab]);
      const box = root.current?.getBoundingClientRect();
      if (work === undefined || box === undefined || isHeld || !usePreferences.getState().follows) return;
      const shown = flow
        .getNodes()
        .flatMap((node) => (node.type === 'note' ? [] : [[node.data.address, node] as const]));
      const found = flow.getInternalNode(nodeAt(shown, work.address)?.id ?? '');
      if (found === undefined) return;
      const { x, y, zoom } = flow.getViewport();
      const { x: left, y: top } = found.internals.positionAbsolute;
      const { width = 0, height = 0 } = found.measured;
      const way = wayInto({ x: left * zoom + x, y: top * zoom + y, width: width * zoom, height: height * zoom }, box);
      const duration = REDUCED?.matches ? 0 : DURATION;
      if (way !== undefined) void flow.setViewport({ x: x + way.x, y: y + way.y, zoom }, { duration });
    };
    const stop = useStanding.subscribe(({ standing: { [tab]: now } }, { standing: { [tab]: before } }) => {
      // Once for each stop, as its tape is told; what is looked at moves nothing.
      if (now?.tape != null && now.entry !== null && now.tape !== before?.tape) follow();
    });
    const canvas = root.current;
    canvas?.addEventListener('pointerdown', hold, { capture: true });
    window.addEventListener('pointerup', release, { capture: true });
    window.addEventListener('pointercancel', release, { capture: true });
    return () => {
      stop();
      canvas?.removeEventListener('pointerdown', hold, { capture: true });
      window.removeEventListener('pointerup', release, { capture: true });
      window.removeEventListener('pointercancel', release, { capture: true });
    };
  }, [flow, root, tab]);
}
