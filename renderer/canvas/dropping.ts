import type { GraphDocument, Wire } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { fitsChain } from '../../engine/graph/structure.ts';
import { type BorderProblem, borderProblem } from '../stores/border.ts';
import { withContents } from '../stores/edits.ts';
import { overhang } from '../stores/frame_room.ts';
import { adopt, fitFrame, type Healed, reparent } from '../stores/reparent.ts';
import { isReal } from '../stores/scope.ts';
import { indexAt, type Place } from './chain.ts';
import { layoutOf } from './frame_layout.ts';

/** Where things that were dragged belong: the frame under them, or none. Pure. */

export interface Area extends Place {
  readonly width: number;
  readonly height: number;
}

/** Boxes of all nodes in the coordinates of the canvas, and how many blocks lie around each. */
function areasOf(document: GraphDocument): ReadonlyMap<string, Area & { readonly depth: number }> {
  const boxes = layoutOf(document);
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const areas = new Map<string, Area & { readonly depth: number }>();
  const find = (id: string): Area & { readonly depth: number } => {
    const known = areas.get(id);
    if (known !== undefined) return known;
    const { width = 0, height = 0 } = boxes.get(id) ?? {};
    const parent = byId.get(id)?.parent;
    const block = parent === undefined ? undefined : boxes.get(parent)?.block;
    const view = document.view.nodes[id] ?? { x: 0, y: 0 };
    // Blocks that contain each other have no places to follow.
    areas.set(id, { x: view.x, y: view.y, width, height, depth: 0 });
    const around = block === undefined || parent === undefined ? undefined : find(parent);
    const place = block?.places.get(id) ?? view;
    const area = {
      x: (around?.x ?? 0) + place.x,
      y: (around?.y ?? 0) + place.y,
      width,
      height,
      depth: around === undefined ? 0 : around.depth + 1,
    };
    areas.set(id, area);
    return area;
  };
  for (const { id } of document.nodes) find(id);
  return areas;
}

/** The innermost block under a point that is none of `but`. */
function blockAt(document: GraphDocument, at: Place, but: ReadonlySet<string> = new Set()): string | undefined {
  const boxes = layoutOf(document);
  let found: { id: string; depth: number } | undefined;
  for (const [id, area] of areasOf(document)) {
    if (boxes.get(id)?.block === undefined || but.has(id)) continue;
    const hit = at.x >= area.x && at.y >= area.y && at.x <= area.x + area.width && at.y <= area.y + area.height;
    if (hit && (found === undefined || area.depth > found.depth)) found = { id, depth: area.depth };
  }
  return found?.id;
}

/**
 * Puts nodes into the block under them, given where they were let go (in the coordinates of the canvas). A chain takes what
 * fits it, at the place in its order where it was let go; what it cannot take stays where it was, and so does what cannot
 * be carried over a module's border.
 */
export function drop(document: GraphDocument, areas: ReadonlyMap<string, Area>): Healed {
  const tops = [...areas.keys()].filter((id) => {
    const parent = document.nodes.find((n) => n.id === id)?.parent;
    return parent === undefined || !areas.has(parent);
  });
  const moving = withContents(document, tops);
  let next = document;
  const cut: Wire[] = [];
  const groups = Map.groupBy(tops, (id) => {
    const area = areas.get(id);
    const isTerminal = document.nodes.some((n) => n.id === id && !isReal(n));
    return isTerminal
      ? undefined
      : area && blockAt(document, { x: area.x + area.width / 2, y: area.y + area.height / 2 }, moving);
  });
  let refused: BorderProblem | undefined;
  for (const [block, ids] of groups) {
    const problem = borderProblem(next, ids, block);
    refused ??= problem;
    if (problem !== undefined) continue;
    const healed = isChain(next, block) ? intoChain(next, block, ids, areas) : intoFrame(next, block, ids, areas);
    next = healed.document;
    cut.push(...healed.cut);
  }
  return { document: next, cut, ...(refused === undefined ? {} : { refused }) };
}

function isChain(document: GraphDocument, block: string | undefined): block is string {
  const node = document.nodes.find((n) => n.id === block);
  return node !== undefined && kindOf(node, document.modules)?.block === 'chain';
}

function intoChain(
  document: GraphDocument,
  chain: string,
  ids: readonly string[],
  areas: ReadonlyMap<string, Area>,
): Healed {
  let next = document;
  const cut: Wire[] = [];
  for (const id of ids) {
    const node = next.nodes.find((n) => n.id === id);
    const kind = node && kindOf(node, next.modules);
    if (kind === undefined || !fitsChain(kind)) continue;
    const area = areas.get(id);
    const around = areasOf(next);
    const frame = around.get(chain);
    if (area === undefined || frame === undefined) continue;
    const links = next.nodes.filter((n) => n.parent === chain && n.id !== id);
    const sizes = links.map((n) => around.get(n.id) ?? { width: 0, height: 0 });
    const centre = { x: area.x + area.width / 2 - frame.x, y: area.y + area.height / 2 - frame.y };
    const healed = adopt(next, id, chain, indexAt(centre, sizes, next.view.nodes[chain]?.width));
    next = healed.document;
    cut.push(...healed.cut);
  }
  return { document: next, cut };
}

function intoFrame(
  document: GraphDocument,
  frame: string | undefined,
  ids: readonly string[],
  areas: ReadonlyMap<string, Area>,
): Healed {
  const corner = frame === undefined ? { x: 0, y: 0 } : (areasOf(document).get(frame) ?? { x: 0, y: 0 });
  const places = new Map(
    ids.flatMap((id) => {
      const area = areas.get(id);
      return area === undefined ? [] : [[id, { x: area.x - corner.x, y: area.y - corner.y }] as const];
    }),
  );
  const healed = reparent(document, ids, frame, places);
  return frame === undefined ? healed : { ...healed, document: fitFrame(healed.document, frame, overhang) };
}
