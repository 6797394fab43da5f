import { type NodeChange, useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { activeTab, useDocuments } from '../stores/documents.ts';
import { moveNodes } from '../stores/edits.ts';
import { indexAt, type Place } from './chain.ts';
import { type FlowEdge, type FlowNode, placed } from './flow.ts';
import type { Box } from './free_spot.ts';
import { moveNotes } from './notes.ts';
import { adopt, fitsChain, release } from './parenting.ts';

/**
 * Moves: while the pointer drags, positions go straight into React Flow's store, which renders what moved and nothing else; when
 * it lets go they become one edit, hence one step of undo. Arrow keys bypass the drag and are edits at once, coalesced by
 * their mark. `nodes` are the document's.
 */
export function useMoving(nodes: FlowNode[]) {
  const [dragged] = useState(() => new Map<string, Place>());
  const latest = useRef(nodes);
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const store = useStoreApi<FlowNode, FlowEdge>();

  useEffect(() => {
    latest.current = nodes;
    // The document changed under the hand, by a selection at least: what it holds stays in it.
    if (dragged.size > 0) store.getState().setNodes(placed(nodes, dragged));
  }, [nodes, dragged, store]);

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

  const onMoves = useCallback(
    (changes: readonly NodeChange<FlowNode>[]) => {
      const moves = changes.flatMap((c) =>
        c.type === 'position' && c.position ? [{ ...c, position: c.position }] : [],
      );
      if (moves.length === 0) return;
      if (moves.some((move) => move.dragging)) {
        for (const { id, position } of moves) dragged.set(id, position);
        const { nodes: shown, setNodes } = store.getState();
        setNodes(placed(shown, dragged));
      } else if (dragged.size === 0) {
        // Arrow keys. A link's place follows from its order, so those stay.
        useDocuments.getState().edit(
          (document) => {
            const links = new Set(document.nodes.filter((n) => n.parent !== undefined).map((n) => n.id));
            return moveAll(document, new Map(moves.filter((m) => !links.has(m.id)).map((m) => [m.id, m.position])));
          },
          { mark: 'nudge' },
        );
      }
    },
    [dragged, store],
  );

  const onStop = useCallback(
    (_event: unknown, _node: unknown, moved: readonly FlowNode[]) => {
      const boxes = new Map(moved.map((node) => [node.id, boxOf(node.id)]));
      dragged.clear();
      // Where the edit below changes nothing, a link let go at its place in the chain, nothing else would put it back.
      store.getState().setNodes(latest.current);
      useDocuments.getState().edit((document) => {
        let next = moveAll(
          document,
          new Map(moved.filter((n) => n.parentId === undefined).map((n) => [n.id, n.position])),
        );
        for (const { id } of moved) {
          const box = boxes.get(id);
          const node = next.nodes.find((n) => n.id === id);
          if (!box || !node) continue;
          const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          const frame = fitsChain(nodeKinds.get(node.kind)) ? frameAt(centre, id) : undefined;
          if (frame !== undefined) next = adopt(next, id, frame, linkAt(next, frame, centre, id));
          else if (node.parent !== undefined && !moved.some((n) => n.id === node.parent)) next = release(next, id, box);
        }
        return next;
      });
    },
    [boxOf, frameAt, linkAt, dragged, store],
  );

  return { onMoves, onStop, frameAt, linkAt };
}

/** Moves nodes and notes alike. */
export function moveAll(document: GraphDocument, places: ReadonlyMap<string, Place>): GraphDocument {
  if (!activeTab()) return document;
  const known = new Set(document.nodes.map((n) => n.id));
  const nodes = Object.fromEntries([...places].filter(([id]) => known.has(id)));
  return moveNotes(moveNodes(document, nodes), places);
}
