import { useReactFlow } from '@xyflow/react';
import { useEffect } from 'react';
import { useDialogs } from '../stores/dialogs.ts';
import { useDocuments } from '../stores/documents.ts';
import { useSelection } from '../stores/selection.ts';
import type { FlowEdge, FlowNode } from './flow.ts';
import { usePaletteDrag } from './palette_drag.ts';
import { moveAll } from './useMoving.ts';

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** As React Flow moves the node that has the focus. */
const NUDGE = 5;
const FAST = 4;

/** Elements that need arrows and Escape for themselves. */
export const OWNERS =
  'input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=menubar], [role=listbox], [role=tablist], [role=separator], [role=slider]';

/**
 * Escape clears the selection, and arrows move it also where no card has the focus, as after Select all. With the focus on
 * a card React Flow does the moving, and has marked the event as done.
 */
export function useKeys(): void {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (useDialogs.getState().dialog !== null || usePaletteDrag.getState().kind !== null) return;
      if (target instanceof Element && target.closest(OWNERS)) return;
      if (event.key === 'Escape') useSelection.getState().clear();
      const step = steps[event.key];
      if (!step) return;
      const length = NUDGE * (event.shiftKey ? FAST : 1);
      const [x, y] = [step[0] * length, step[1] * length];
      const places = flow
        .getNodes()
        .filter((node) => node.selected && node.parentId === undefined)
        .map((node) => [node.id, { x: node.position.x + x, y: node.position.y + y }] as const);
      if (places.length === 0) return;
      event.preventDefault();
      useDocuments.getState().edit((document) => moveAll(document, new Map(places)), { mark: 'nudge' });
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [flow]);
}
