import { crossing } from '../../engine/graph/crossing.ts';
import type { DocumentNode, GraphDocument, Wire } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import type { BorderProblem } from './border.ts';
import { type Point, rounded, withContents } from './edits.ts';
import { unfoldedAround } from './levels.ts';

/** Edits that put nodes into frames and take them out. Pure, like `edits.ts`. */

/** A document, the wires that could not be kept, and why something stayed where it was. */
export interface Healed {
  readonly document: GraphDocument;
  readonly cut: readonly Wire[];
  readonly refused?: BorderProblem;
}

/**
 * Puts nodes into the frame `parent`, or outside of blocks where there is none; `places` are their positions there. Wires that
 * would lead out of the frame are led through its terminals where one is free, else cut.
 */
export function reparent(
  document: GraphDocument,
  ids: readonly string[],
  parent: string | undefined,
  places: ReadonlyMap<string, Point>,
): Healed {
  const moving = new Set(ids);
  if (parent !== undefined && withContents(document, ids).has(parent)) return { document, cut: [] };
  const nodes = document.nodes.map((node): DocumentNode => {
    if (!moving.has(node.id)) return node;
    const { parent: _, ...rest } = node;
    return parent === undefined ? rest : { ...rest, parent };
  });
  const views = Object.fromEntries(
    [...places].map(([id, place]) => [id, { ...document.view.nodes[id], ...rounded(place) }] as const),
  );
  const moved = { ...document, nodes, view: { ...document.view, nodes: { ...document.view.nodes, ...views } } };
  return heal(moved);
}

/** Leads wires that leave a block, or pass a module's border, through terminals, and cuts what cannot be led. */
export function heal(document: GraphDocument): Healed {
  const { isSound } = crossing(document, document.modules);
  const wires: Wire[] = [];
  const broken: Wire[] = [];
  for (const wire of document.wires) (isSound(wire) ? wires : broken).push(wire);
  if (broken.length === 0) return { document, cut: [] };
  const cut: Wire[] = [];
  for (const wire of broken) {
    const led = leadOut(document, wire, wires) ?? leadIn(document, wire, wires);
    if (led === undefined) cut.push(wire);
    else for (const one of led) if (!wires.some((w) => w.from === one.from && w.to === one.to)) wires.push(one);
  }
  return { document: { ...document, wires }, cut };
}

/** A wire out of one frame, as wires to and from a terminal that is free or already carries the same value. */
function leadOut(document: GraphDocument, { from, to }: Wire, wires: readonly Wire[]): Wire[] | undefined {
  const { levelOf, isSound, closesCircle } = crossing({ ...document, wires }, document.modules);
  const frame = levelOf(from);
  const node = document.nodes.find(({ id }) => id === frame);
  const kind = node && kindOf(node, document.modules);
  if (kind?.block !== 'frame') return undefined;
  const terminal = kind.inner?.targets.findIndex(({ name }) => {
    const fed = wires.find((wire) => wire.to === `${frame}.${name}`);
    return fed === undefined || fed.from === from;
  });
  const inner = kind.inner?.targets[terminal ?? -1]?.name;
  const outer = kind.outputs[terminal ?? -1]?.name;
  if (inner === undefined || outer === undefined) return undefined;
  const led = [
    { from, to: `${frame}.${inner}` },
    { from: `${frame}.${outer}`, to },
  ];
  return led.every((one) => isSound(one) && !closesCircle(one)) ? led : undefined;
}

/** A wire into an unfolded instance, as wires to and from a terminal that is free or already carries the same value. */
function leadIn(document: GraphDocument, { from, to }: Wire, wires: readonly Wire[]): Wire[] | undefined {
  const { isSound, closesCircle } = crossing({ ...document, wires }, document.modules);
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const target = byId.get(splitPort(to).node);
  const frame = target === undefined ? '' : unfoldedAround(target, byId);
  const node = byId.get(frame);
  const kind = node && kindOf(node, document.modules);
  if (kind === undefined) return undefined;
  const terminal = kind.inputs.findIndex(({ name }) => {
    const fed = wires.find((wire) => wire.to === `${frame}.${name}`);
    return fed === undefined || fed.from === from;
  });
  const outer = kind.inputs[terminal]?.name;
  const inner = kind.inner?.sources[terminal]?.name;
  if (inner === undefined || outer === undefined) return undefined;
  const led = [
    { from, to: `${frame}.${outer}` },
    { from: `${frame}.${inner}`, to },
  ];
  return led.every((one) => isSound(one) && !closesCircle(one)) ? led : undefined;
}

/** Puts `id` into the chain `frame` as link `index`. What fed it now feeds what it fed, where that is one and one. */
export function adopt(document: GraphDocument, id: string, frame: string, index: number): Healed {
  const node = document.nodes.find((n) => n.id === id);
  if (!node) return { document, cut: [] };
  const rest = document.nodes.filter((n) => n.id !== id);
  const links = rest.filter((n) => n.parent === frame);
  const adopted: DocumentNode = { ...node, parent: frame };
  const unchanged = node.parent === frame && document.nodes.filter((n) => n.parent === frame).indexOf(node) === index;
  if (unchanged) return { document, cut: [] };
  const next = links[index];
  const last = links.at(-1);
  const at = next ? rest.indexOf(next) : last ? rest.indexOf(last) + 1 : rest.findIndex((n) => n.id === frame) + 1;
  const into = document.wires.filter((wire) => splitPort(wire.to).node === id);
  const out = document.wires.filter((wire) => splitPort(wire.from).node === id);
  const kept = document.wires.filter((wire) => !into.includes(wire) && !out.includes(wire));
  const [source, ...more] = into;
  const isFrame = (address: string) => splitPort(address).node === frame;
  // Dragged into the chain that it was wired to, its own wire becomes the chain's.
  const bridges =
    source === undefined || more.length > 0
      ? []
      : out.map(({ to }) => ({ from: source.from, to })).filter(({ from, to }) => !isFrame(from) || !isFrame(to));
  const healed = heal({ ...document, nodes: rest.toSpliced(at, 0, adopted), wires: [...kept, ...bridges] });
  return {
    document: healed.document,
    cut: [...healed.cut, ...(out.length > 0 && bridges.length === out.length ? [] : [...into, ...out])],
  };
}

/** Moves a frame's border, not what is in it, so that none of its contents stands over the left or the upper one. */
export function fitFrame(
  document: GraphDocument,
  frame: string,
  overhang: (places: readonly Point[]) => Point,
): GraphDocument {
  const inside = document.nodes.filter((n) => n.parent === frame);
  if (inside.length === 0) return document;
  const { nodes } = document.view;
  const at = (id: string): Point => nodes[id] ?? { x: 0, y: 0 };
  const by = overhang(inside.map(({ id }) => at(id)));
  if (by.x === 0 && by.y === 0) return document;
  const moved = [...inside.map(({ id }) => [id, 1] as const), [frame, -1] as const].map(([id, way]) => [
    id,
    { ...nodes[id], ...rounded({ x: at(id).x + way * by.x, y: at(id).y + way * by.y }) },
  ]);
  return { ...document, view: { ...document.view, nodes: { ...nodes, ...Object.fromEntries(moved) } } };
}
