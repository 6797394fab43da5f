import { type NodeChange, useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { editBlocks } from '../commands/blocks.ts';
import { activeTab, useDocuments } from '../stores/documents.ts';
import { moveNodes } from '../stores/edits.ts';
import type { Place } from './chain.ts';
import { drop } from './dropping.ts';
import { type FlowEdge, type FlowNode, placed } from './flow.ts';
import type { Box } from './free_spot.ts';
import { moveNotes } from './notes.ts';

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
            const links = new Set(document.nodes.filter((n) => isLink(document, n)).map((n) => n.id));
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
      const areas = new Map(
        moved.flatMap((node) => {
          const box = node.type === 'note' ? undefined : boxOf(node.id);
          return box === undefined ? [] : [[node.id, box] as const];
        }),
      );
      dragged.clear();
      // Where the edit below changes nothing, a link let go at its place in the chain, nothing else would put it back.
      store.getState().setNodes(latest.current);
      editBlocks((document) => drop(moveNotes(document, placesOf(moved)), areas));
    },
    [boxOf, dragged, store],
  );

  return { onMoves, onStop };
}

const placesOf = (moved: readonly FlowNode[]) => new Map(moved.map((node) => [node.id, node.position]));

/** The place of a link follows from its order. */
function isLink({ nodes, modules }: GraphDocument, { parent }: DocumentNode): boolean {
  const block = parent === undefined ? undefined : nodes.find((n) => n.id === parent);
  return block !== undefined && kindOf(block, modules)?.block === 'chain';
}

/** Moves nodes and notes alike. */
export function moveAll(document: GraphDocument, places: ReadonlyMap<string, Place>): GraphDocument {
  if (!activeTab()) return document;
  const known = new Set(document.nodes.map((n) => n.id));
  const nodes = Object.fromEntries([...places].filter(([id]) => known.has(id)));
  return moveNotes(moveNodes(document, nodes), places);
}
