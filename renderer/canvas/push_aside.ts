import type { GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { rounded } from '../stores/edits.ts';
import { overhang } from '../stores/frame_room.ts';
import { fitFrame } from '../stores/reparent.ts';
import { layoutOf } from './frame_layout.ts';
import { type Box, freeSpot, meets } from './free_spot.ts';
import { boxOfNote } from './notes.ts';

interface Sides {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Makes room for a new frame, which is larger than what it was drawn around, and for the frames around it, which grow with it: what
 * stood left of that goes left as far as the new border lies beyond it, what stood below goes down, so rows stay rows, and columns
 * columns. What stood in between goes to the nearest free spot.
 */
export function pushAside(before: GraphDocument, after: GraphDocument, frame: string): GraphDocument {
  const parents = new Map(after.nodes.map(({ id, parent }) => [id, parent]));
  const inside = after.nodes.filter(({ parent }) => parent === frame).map(({ id }) => id);
  let core = around(boxesOf(before, inside));
  let next = after;
  for (let at = frame; ; ) {
    next = pushed(next, at, core);
    const parent = parents.get(at);
    const block = next.nodes.find(({ id }) => id === parent);
    // Blocks that contain each other have no outermost one, and the places in a chain follow from its order.
    if (block === undefined || kindOf(block, next.modules)?.block === 'chain' || !parents.delete(at)) return next;
    core = around(boxesOf(before, [block.id]));
    next = fitFrame(next, block.id, overhang);
    at = block.id;
  }
}

/** Moves what stands around a frame as far as its borders lie beyond `core`. */
function pushed(document: GraphDocument, frame: string, core: Sides): GraphDocument {
  const parent = document.nodes.find(({ id }) => id === frame)?.parent;
  const [drawn] = boxesOf(document, [frame]);
  if (drawn === undefined) return document;
  const border = around([drawn]);
  const moved = (box: Box): Box => {
    const { left, top, right, bottom } = around([box]);
    const x = left >= core.right ? border.right - core.right : right <= core.left ? border.left - core.left : 0;
    const y = top >= core.bottom ? border.bottom - core.bottom : bottom <= core.top ? border.top - core.top : 0;
    return { ...box, x: box.x + x, y: box.y + y };
  };
  const others = document.nodes.filter((node) => node.parent === parent && node.id !== frame).map(({ id }) => id);
  const places = boxesOf(document, others).map(moved);
  const taken = [drawn, ...places.filter((box) => !meets(box, drawn))];
  const settle = (box: Box) => {
    if (!meets(box, drawn)) return rounded(box);
    const spot = freeSpot(box, taken);
    taken.push({ ...box, ...spot });
    return rounded(spot);
  };
  const { nodes, notes } = document.view;
  const views = places.map((box, i) => {
    const id = others[i] ?? '';
    return [id, { ...nodes[id], ...settle(box) }] as const;
  });
  const rest =
    parent !== undefined || notes === undefined
      ? {}
      : { notes: notes.map((note) => ({ ...note, ...settle(moved(boxOfNote(note))) })) };
  return { ...document, view: { ...document.view, nodes: { ...nodes, ...Object.fromEntries(views) }, ...rest } };
}

/** The room that nodes take, where they stand in their frame. */
export function boxesOf(document: GraphDocument, ids: readonly string[]): Box[] {
  const boxes = layoutOf(document);
  return ids.map((id) => {
    const { x, y } = document.view.nodes[id] ?? { x: 0, y: 0 };
    return { x, y, width: boxes.get(id)?.width ?? 0, height: boxes.get(id)?.height ?? 0 };
  });
}

export const around = (boxes: readonly Box[]): Sides => ({
  left: Math.min(...boxes.map(({ x }) => x)),
  top: Math.min(...boxes.map(({ y }) => y)),
  right: Math.max(...boxes.map(({ x, width }) => x + width)),
  bottom: Math.max(...boxes.map(({ y, height }) => y + height)),
});
