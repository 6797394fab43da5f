import type { GraphDocument } from '../../engine/graph/document.ts';
import { rounded } from '../stores/edits.ts';
import { overhang } from '../stores/frame_room.ts';
import { fitFrame } from '../stores/reparent.ts';
import { layoutOf } from './frame_layout.ts';
import { type Box, freeSpot, meets } from './free_spot.ts';
import { makeRoom } from './make_room.ts';
import { boxOfNote } from './notes.ts';

interface Sides {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Moves what stands around a new frame as far as its borders lie beyond what it was drawn around: what was left of that goes left,
 * what was below goes down, so rows stay rows, and columns columns. What stood in between goes to the nearest free spot.
 */
export function pushAside(before: GraphDocument, after: GraphDocument, frame: string): GraphDocument {
  const parent = after.nodes.find((node) => node.id === frame)?.parent;
  const [old, now] = [layoutOf(before), layoutOf(after)];
  const boxIn = (graph: GraphDocument, boxes: typeof old, id: string): Box => {
    const { x = 0, y = 0 } = graph.view.nodes[id] ?? {};
    return { x, y, width: boxes.get(id)?.width ?? 0, height: boxes.get(id)?.height ?? 0 };
  };
  const inside = after.nodes.filter((node) => node.parent === frame).map(({ id }) => id);
  const drawn = boxIn(after, now, frame);
  const core = around(inside.map((id) => boxIn(before, old, id)));
  const border = around([drawn]);
  const moved = (box: Box): Box => {
    const { left, top, right, bottom } = around([box]);
    const x = left >= core.right ? border.right - core.right : right <= core.left ? border.left - core.left : 0;
    const y = top >= core.bottom ? border.bottom - core.bottom : bottom <= core.top ? border.top - core.top : 0;
    return { ...box, x: box.x + x, y: box.y + y };
  };
  const others = after.nodes.filter((node) => node.parent === parent && node.id !== frame).map(({ id }) => id);
  const places = others.map((id) => ({ id, box: moved(boxIn(after, now, id)) }));
  const isClear = ({ box }: { readonly box: Box }) => !meets(box, drawn);
  const taken = [drawn, ...places.filter(isClear).map(({ box }) => box)];
  const settle = (box: Box) => {
    if (!meets(box, drawn)) return rounded(box);
    const spot = freeSpot(box, taken);
    taken.push({ ...box, ...spot });
    return rounded(spot);
  };
  const views = places.map(({ id, box }) => [id, { ...after.view.nodes[id], ...settle(box) }] as const);
  const notes =
    parent === undefined
      ? after.view.notes?.map((note) => ({ ...note, ...settle(moved(boxOfNote(note))) }))
      : undefined;
  const pushed: GraphDocument = {
    ...after,
    view: {
      ...after.view,
      nodes: { ...after.view.nodes, ...Object.fromEntries(views) },
      ...(notes === undefined ? {} : { notes }),
    },
  };
  return parent === undefined ? pushed : makeRoom(fitFrame(pushed, parent, overhang), parent, old);
}

const around = (boxes: readonly Box[]): Sides => ({
  left: Math.min(...boxes.map(({ x }) => x)),
  top: Math.min(...boxes.map(({ y }) => y)),
  right: Math.max(...boxes.map(({ x, width }) => x + width)),
  bottom: Math.max(...boxes.map(({ y, height }) => y + height)),
});
