import type { GraphDocument, NodeView } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { rounded } from '../stores/edits.ts';
import { layoutOf } from './frame_layout.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Moves what stands right of a node and below its middle as far as the node grew since `before`, and closes the gap where it shrank:
 * rows stay rows, and columns columns. Then the same around each block that grew with it. Growing and shrinking undo each other.
 */
export function makeRoom(document: GraphDocument, id: string, before: ReadonlyMap<string, Size>): GraphDocument {
  const parents = new Map(document.nodes.map((node) => [node.id, node.parent]));
  let next = document;
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined && !seen.has(at); at = parents.get(at)) {
    seen.add(at);
    const [old, now] = [before.get(at), layoutOf(next).get(at)];
    if (old === undefined || now === undefined) break;
    next = shift(next, at, old, now);
  }
  return next;
}

function shift(document: GraphDocument, id: string, old: Size, now: Size): GraphDocument {
  const by = { x: now.width - old.width, y: now.height - old.height };
  if (by.x === 0 && by.y === 0) return document;
  const { nodes, notes } = document.view;
  const corner = nodes[id] ?? { x: 0, y: 0 };
  const parent = document.nodes.find((node) => node.id === id)?.parent;
  const block = document.nodes.find((node) => node.id === parent);
  // The places in a chain follow from its order.
  if (block !== undefined && kindOf(block, document.modules)?.block === 'chain') return document;
  const right = corner.x + old.width;
  const middle = corner.y + old.height - Math.min(old.height, now.height) / 2;
  const placed = <T extends NodeView>(view: T): T => {
    const [isRight, isBelow] = [view.x >= right, view.y >= middle];
    if (!isRight && !isBelow) return view;
    return { ...view, ...rounded({ x: view.x + (isRight ? by.x : 0), y: view.y + (isBelow ? by.y : 0) }) };
  };
  const around = document.nodes.filter((node) => node.parent === parent && node.id !== id);
  const views = around.flatMap((node): [string, NodeView][] => {
    const view = nodes[node.id];
    return view === undefined ? [] : [[node.id, placed(view)]];
  });
  return {
    ...document,
    view: {
      ...document.view,
      nodes: { ...nodes, ...Object.fromEntries(views) },
      ...(notes === undefined || parent !== undefined ? {} : { notes: notes.map(placed) }),
    },
  };
}
