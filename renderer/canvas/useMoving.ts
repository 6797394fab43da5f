import { type NodeChange, useReactFlow } from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { activeTab, useDocuments } from '../stores/documents.ts';
import { moveNodes } from '../stores/edits.ts';
import { indexAt, type Place } from './chain.ts';
import type { FlowEdge, FlowNode } from './flow.ts';
import { moveNotes } from './notes.ts';
import { adopt, fitsChain, release } from './parenting.ts';

const still: ReadonlyMap<string, Place> = new Map();

interface Box extends Place {
  readonly width: number;
  readonly height: number;
}

/**
 * Moves: while the pointer drags, positions live here; when it lets go they become one edit, hence one step of undo. Arrow keys
 * bypass the drag and are edits at once, coalesced by their mark.
 */
export function useMoving() {
  const [dragged, setDragged] = useState(still);
  const dragging = useRef(false);
  const flow = useReactFlow<FlowNode, FlowEdge>();

  const boxOf = useCallback(
    (id: string): Box | undefined => {
      const node = flow.getInternalNode(id);
      if (!node) return undefined;
      return { ...node.internals.positionAbsolute, width: node.width ?? 0, height: node.height ?? 0 };
    },
    [flow],
  );

  /** The frame under a point, other than `but`. */
  const frameAt = useCallback(
    (at: Place, but?: string) =>
      flow.getNodes().find((node) => {
        const box = node.type === 'frame' && node.id !== but ? boxOf(node.id) : undefined;
        return box && at.x >= box.x && at.y >= box.y && at.x <= box.x + box.width && at.y <= box.y + box.height;
      })?.id,
    [flow, boxOf],
  );

  /** Where in the chain of `frame` a card let go at `at` belongs. */
  const linkAt = useCallback(
    (document: GraphDocument, frame: string, at: Place, but?: string) => {
      const box = boxOf(frame);
      const links = document.nodes.filter((n) => n.parent === frame && n.id !== but);
      const sizes = links.map((n) => boxOf(n.id) ?? { width: 0, height: 0 });
      return box
        ? indexAt({ x: at.x - box.x, y: at.y - box.y }, sizes, document.view.nodes[frame]?.width)
        : links.length;
    },
    [boxOf],
  );

  const onMoves = useCallback((changes: readonly NodeChange<FlowNode>[]) => {
    const moves = changes.flatMap((c) => (c.type === 'position' && c.position ? [{ ...c, position: c.position }] : []));
    if (moves.length === 0) return;
    if (moves.some((move) => move.dragging)) {
      dragging.current = true;
      setDragged((before) => new Map([...before, ...moves.map((m) => [m.id, m.position] as const)]));
    } else if (!dragging.current) {
      // Arrow keys. A link's place follows from its order, so those stay.
      useDocuments.getState().edit(
        (document) => {
          const free = moves.filter((m) => document.nodes.find((n) => n.id === m.id)?.parent === undefined);
          return moveAll(document, new Map(free.map((m) => [m.id, m.position])));
        },
        { mark: 'nudge' },
      );
    }
  }, []);

  const onStop = useCallback(
    (_event: unknown, _node: unknown, nodes: readonly FlowNode[]) => {
      dragging.current = false;
      const boxes = new Map(nodes.map((node) => [node.id, boxOf(node.id)]));
      setDragged(still);
      useDocuments.getState().edit((document) => {
        let next = moveAll(
          document,
          new Map(nodes.filter((n) => n.parentId === undefined).map((n) => [n.id, n.position])),
        );
        for (const { id } of nodes) {
          const box = boxes.get(id);
          const node = next.nodes.find((n) => n.id === id);
          if (!box || !node) continue;
          const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          const frame = fitsChain(nodeKinds.get(node.kind)) ? frameAt(centre, id) : undefined;
          if (frame !== undefined) next = adopt(next, id, frame, linkAt(next, frame, centre, id));
          else if (node.parent !== undefined && !nodes.some((n) => n.id === node.parent)) next = release(next, id, box);
        }
        return next;
      });
    },
    [boxOf, frameAt, linkAt],
  );

  return { dragged, onMoves, onStop, frameAt, linkAt };
}

/** Moves nodes and notes alike. */
function moveAll(document: GraphDocument, places: ReadonlyMap<string, Place>): GraphDocument {
  if (!activeTab()) return document;
  const nodes = Object.fromEntries([...places].filter(([id]) => document.nodes.some((n) => n.id === id)));
  return moveNotes(moveNodes(document, nodes), places);
}
