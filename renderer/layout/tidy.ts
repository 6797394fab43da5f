import type { ElkNode } from 'elkjs/lib/elk-api.js';
import type { DocumentNode, GraphDocument, Note } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { layoutOf } from '../canvas/frame_layout.ts';
import { type Box, freeSpot, meets } from '../canvas/free_spot.ts';
import { boxOfNote } from '../canvas/notes.ts';
import { moveNodes, type Point, rounded } from '../stores/edits.ts';
import { PADDING } from '../stores/frame_room.ts';
import { type Level, levelInput, levelPlaces } from './level.ts';

/** What answers where boxes go. */
export type Ask = (graph: ElkNode) => Promise<ElkNode>;

/** Room between a frame's terminals and what stands in it, for the shapes on the wires. */
const INSIDE = { x: PADDING.left + 26, y: PADDING.top } as const;

/**
 * Lays out what is on a canvas from left to right, the contents of frames first: a frame is as large as they are. `chosen` are the
 * nodes to move, with all that they contain; undefined: all. They stay where they were as a whole, and notes that stood free make room.
 */
export async function tidy(document: GraphDocument, ask: Ask, chosen?: ReadonlySet<string>): Promise<GraphDocument> {
  let next = document;
  for (const level of levelsOf(document, chosen)) {
    const boxes = layoutOf(next);
    const places = levelPlaces(level, await ask(levelInput(next, level, boxes)));
    const corner = level.frame === undefined || isPart(document, level) ? cornerOf(next, level, places) : INSIDE;
    next = moveNodes(
      next,
      Object.fromEntries([...places].map(([id, { x, y }]) => [id, { x: x + corner.x, y: y + corner.y }])),
    );
  }
  return next === document ? document : withNotesBeside(next);
}

/** The places that `arranged` gives to nodes which are still there, taken over into a document that may have changed meanwhile. */
export function takeOver(document: GraphDocument, arranged: GraphDocument): GraphDocument {
  const there = new Set(document.nodes.map(({ id }) => id));
  const places = Object.entries(arranged.view.nodes).filter(([id]) => there.has(id));
  const moved = moveNodes(document, Object.fromEntries(places));
  const notes = new Map(arranged.view.notes?.map((note) => [note.id, note]));
  if (moved.view.notes === undefined || moved === document) return moved;
  const placed = moved.view.notes.map((note): Note => {
    const { x, y } = notes.get(note.id) ?? note;
    return { ...note, x, y };
  });
  return { ...moved, view: { ...moved.view, notes: placed } };
}

/** Levels to lay out, those in frames before those around them. */
function levelsOf({ nodes, modules }: GraphDocument, chosen: ReadonlySet<string> | undefined): Level[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const around = ({ parent }: DocumentNode): DocumentNode[] => {
    const way: DocumentNode[] = [];
    for (let at = byId.get(parent ?? ''); at !== undefined && way.length < nodes.length; at = byId.get(at.parent ?? ''))
      way.push(at);
    return way;
  };
  const isChosen = (node: DocumentNode) =>
    chosen === undefined || chosen.has(node.id) || around(node).some(({ id }) => chosen.has(id));
  const frameOf = (node: DocumentNode) => byId.get(node.parent ?? '');
  const isChain = (node: DocumentNode | undefined) => node && kindOf(node, modules)?.block === 'chain';
  const free = nodes.filter((node) => isChosen(node) && !isChain(frameOf(node)));
  return [...Map.groupBy(free, (node) => frameOf(node)?.id)]
    .map(([frame, members]) => ({ frame, members, depth: members[0] === undefined ? 0 : around(members[0]).length }))
    .filter((level) => level.frame !== undefined || level.members.length > 1 || isPart({ nodes }, level))
    .sort((a, b) => b.depth - a.depth);
}

const isPart = ({ nodes }: Pick<GraphDocument, 'nodes'>, { frame, members }: Level): boolean =>
  nodes.filter(({ parent }) => parent === frame).length > members.length;

/** Where the members as a whole stand: at their corner, or near it where they would cover others of their level. */
function cornerOf(document: GraphDocument, level: Level, places: ReadonlyMap<string, Point>): Point {
  const boxes = layoutOf(document);
  const boxOf = ({ id }: DocumentNode, at: Point): Box => {
    const { width = 0, height = 0 } = boxes.get(id) ?? {};
    return { x: at.x, y: at.y, width, height };
  };
  const placeOf = ({ id }: DocumentNode): Point => document.view.nodes[id] ?? { x: 0, y: 0 };
  const corner = {
    x: Math.min(...level.members.map((node) => placeOf(node).x)),
    y: Math.min(...level.members.map((node) => placeOf(node).y)),
  };
  const inside = new Set(level.members.map(({ id }) => id));
  const others = document.nodes.filter((node) => !inside.has(node.id) && node.parent === level.members[0]?.parent);
  const taken = level.members.map((node) => boxOf(node, places.get(node.id) ?? { x: 0, y: 0 }));
  const whole = {
    ...corner,
    width: Math.max(...taken.map(({ x, width }) => x + width)),
    height: Math.max(...taken.map(({ y, height }) => y + height)),
  };
  return freeSpot(
    whole,
    others.map((node) => boxOf(node, placeOf(node))),
  );
}

/** Notes that would lie on something now stand at the nearest free spot. */
function withNotesBeside(document: GraphDocument): GraphDocument {
  const { notes } = document.view;
  if (notes === undefined) return document;
  const boxes = layoutOf(document);
  const taken = document.nodes
    .filter(({ parent }) => parent === undefined)
    .map(({ id }): Box => {
      const { x, y } = document.view.nodes[id] ?? { x: 0, y: 0 };
      const { width = 0, height = 0 } = boxes.get(id) ?? {};
      return { x, y, width, height };
    });
  const placed = notes.map((note) => {
    const box = boxOfNote(note);
    const spot = taken.some((other) => meets(box, other)) ? rounded(freeSpot(box, taken)) : box;
    taken.push({ ...box, ...spot });
    return { ...note, x: spot.x, y: spot.y };
  });
  return { ...document, view: { ...document.view, notes: placed } };
}
