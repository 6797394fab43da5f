import type { DocumentNode, GraphDocument, NodeView, RunSettings } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { isTerminalKind, moduleName } from '../../engine/graph/kinds.ts';
import { LIMITS } from '../../engine/graph/schema.ts';
import type { SettingValue } from '../../engine/nodes/settings.ts';
import { nameOf } from './levels.ts';

/** Edits are pure: a document in, a document out, sharing what did not change; the same document when nothing did. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A readable id that is free: `linear1`, `linear2`, … */
export function freshId(document: GraphDocument, kind: string): string {
  return freeId(new Set(document.nodes.map((node) => node.id)), moduleName(kind) ?? kind);
}

export function freeId(taken: ReadonlySet<string>, kind: string): string {
  const letters = kind.toLowerCase().replace(/[^a-z0-9]/g, '');
  // Ids start with a letter.
  const stem = letters.replace(/^[0-9]+/, '') || 'node';
  // A name with a number at its end, as modules have them, is counted apart from it.
  const isCounted = /\d$/.test(stem);
  if (isCounted && !taken.has(stem)) return stem;
  for (let n = isCounted ? 2 : 1; ; n++) {
    const id = isCounted ? `${stem}_${n}` : `${stem}${n}`;
    if (!taken.has(id)) return id;
  }
}

/** A name like `name` that is free, counted on: `middle_relu`, `middle_relu2`, … */
export function nextName(taken: ReadonlySet<string>, name: string): string {
  if (!taken.has(name)) return name;
  const stem = name.replace(/\d+$/, '') || name;
  const gap = /\s\S|^\d+$/.test(stem) ? ' ' : '';
  for (let n = 2; ; n++) {
    const next = `${stem.trimEnd()}${gap}${n}`;
    if (!taken.has(next)) return next;
  }
}

/** Adds a node at `position` (relative to `parent` if there is one), last in the order of draws. */
export function addNode(
  document: GraphDocument,
  kind: string,
  position: Point,
  parent?: string,
  id: string = freshId(document, kind),
): GraphDocument {
  const node: DocumentNode = parent === undefined ? { id, kind, settings: {} } : { id, kind, settings: {}, parent };
  return {
    ...document,
    nodes: [...document.nodes, node],
    view: { ...document.view, nodes: { ...document.view.nodes, [id]: rounded(position) } },
  };
}

/** Removes the nodes, what they contain, and every wire, note and loss that names one of them. */
export function removeNodes(document: GraphDocument, ids: Iterable<string>): GraphDocument {
  const gone = withContents(document, ids);
  // A definition's terminals come and go with its ports.
  for (const { id, kind } of document.nodes) if (isTerminalKind(kind)) gone.delete(id);
  if (gone.size === 0) return document;
  const stays = (address: string) => !gone.has(splitPort(address).node);
  const wires = document.wires.filter((wire) => stays(wire.from) && stays(wire.to));
  const { losses, ...run } = document.run;
  const kept = losses?.filter(stays);
  const notes = document.view.notes?.filter((note) => note.node === undefined || !gone.has(note.node));
  return {
    ...document,
    nodes: document.nodes.filter((node) => !gone.has(node.id)).map((node) => withoutTie(node, gone)),
    wires: wires.length === document.wires.length ? document.wires : wires,
    run: losses === undefined || kept?.length === losses.length ? document.run : withLosses(run, kept ?? []),
    view: {
      ...document.view,
      nodes: Object.fromEntries(Object.entries(document.view.nodes).filter(([id]) => !gone.has(id))),
      ...(notes === undefined ? {} : { notes }),
    },
  };
}

/** Who shared the weights of what is gone has weights of its own again. */
function withoutTie(node: DocumentNode, gone: ReadonlySet<string>): DocumentNode {
  if (node.tiedTo === undefined || !gone.has(node.tiedTo)) return node;
  const { tiedTo: _, ...rest } = node;
  return rest;
}

const withLosses = (run: RunSettings, losses: readonly string[]): RunSettings =>
  losses.length === 0 ? run : { ...run, losses };

/** The ids that exist, with everything inside the blocks among them. */
export function withContents(document: GraphDocument, ids: Iterable<string>): Set<string> {
  const asked = new Set(ids);
  const found = new Set(document.nodes.filter((node) => asked.has(node.id)).map((node) => node.id));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const node of document.nodes) if (node.parent !== undefined && found.has(node.parent)) found.add(node.id);
  }
  return found;
}

/** Lays a wire. An input holds one wire: the one that was there goes. */
export function connect(document: GraphDocument, from: string, to: string): GraphDocument {
  if (document.wires.some((wire) => wire.from === from && wire.to === to)) return document;
  return { ...document, wires: [...document.wires.filter((wire) => wire.to !== to), { from, to }] };
}

/** Takes away the wire into the input `to`. */
export function disconnect(document: GraphDocument, to: string): GraphDocument {
  const wires = document.wires.filter((wire) => wire.to !== to);
  return wires.length === document.wires.length ? document : { ...document, wires };
}

/** Sets one setting; `undefined` returns to the default. */
export function setSetting(
  document: GraphDocument,
  id: string,
  name: string,
  value: SettingValue | undefined,
): GraphDocument {
  const change = (node: DocumentNode): DocumentNode => {
    if (node.id !== id || node.settings[name] === value) return node;
    const { [name]: _, ...rest } = node.settings;
    return { ...node, settings: value === undefined ? rest : { ...node.settings, [name]: value } };
  };
  const nodes = document.nodes.map(change);
  return nodes.every((node, i) => node === document.nodes[i]) ? document : { ...document, nodes };
}

/**
 * Lists a data file in the document and gives it to a node's setting, under its own name or, where another file has
 * that, under `name (2)`.
 */
export function setFile(
  document: GraphDocument,
  id: string,
  setting: string,
  file: GraphDocument['data'][string],
): GraphDocument {
  const isFree = (name: string) => {
    const there = Object.hasOwn(document.data, name) ? document.data[name] : undefined;
    return there === undefined || (there.path === file.path && there.sha256 === file.sha256);
  };
  let name = file.path;
  for (let n = 2; !isFree(name); n++) name = `${file.path} (${n})`;
  return setSetting({ ...document, data: { ...document.data, [name]: file } }, id, setting, name);
}

/** Moves nodes to new positions. */
export function moveNodes(document: GraphDocument, positions: Readonly<Record<string, Point>>): GraphDocument {
  const changes: Record<string, NodeView> = {};
  for (const [id, position] of Object.entries(positions)) {
    const view = document.view.nodes[id];
    const to = rounded(position);
    if (view?.x !== to.x || view.y !== to.y) changes[id] = { ...view, ...to };
  }
  return Object.keys(changes).length === 0 ? document : changeViews(document, changes);
}

/** Gives a block another size, in whole units. */
export function resize(
  document: GraphDocument,
  id: string,
  size: { readonly width: number; readonly height?: number },
): GraphDocument {
  const view = document.view.nodes[id] ?? { x: 0, y: 0 };
  const width = Math.max(1, Math.round(size.width));
  const height = size.height === undefined ? view.height : Math.max(1, Math.round(size.height));
  if (view.width === width && view.height === height) return document;
  return changeViews(document, { [id]: { ...view, width, ...(height === undefined ? {} : { height }) } });
}

/** Gives the card another name; the id, by which wires and addresses know the node, stays. Empty: the id again. */
export function rename(document: GraphDocument, id: string, label: string): GraphDocument {
  const { label: before, ...view } = document.view.nodes[id] ?? { x: 0, y: 0 };
  const text = label.trim().slice(0, LIMITS.name);
  const next = text === '' || text === nameOf(id) ? undefined : text;
  if (next === before) return document;
  return changeViews(document, { [id]: next === undefined ? view : { ...view, label: next } });
}

/** Gives the document another name; an empty one changes nothing. */
export function renameDocument(document: GraphDocument, name: string): GraphDocument {
  const text = name.trim().slice(0, LIMITS.name);
  return text === '' || text === document.name ? document : { ...document, name: text };
}

/** Changes the run's settings. `undefined` removes one; steps and epochs exclude each other. */
export function setRun(
  document: GraphDocument,
  change: { readonly [K in keyof RunSettings]?: RunSettings[K] | undefined },
): GraphDocument {
  const merged: Record<string, unknown> = { ...document.run, ...change };
  if (change.steps !== undefined) delete merged.epochs;
  else if (change.epochs !== undefined) delete merged.steps;
  const run: RunSettings = {
    mode: change.mode ?? document.run.mode,
    seed: typeof merged.seed === 'number' ? whole(merged.seed, 0, LIMITS.seed) : document.run.seed,
    ...numeric('steps', merged.steps),
    ...numeric('epochs', merged.epochs),
    ...numeric('batchSize', merged.batchSize),
    ...(Array.isArray(merged.losses) ? { losses: merged.losses } : {}),
    ...(Array.isArray(merged.draws) ? { draws: merged.draws } : {}),
  };
  return JSON.stringify(run) === JSON.stringify(document.run) ? document : { ...document, run };
}

const numeric = (name: string, value: unknown) =>
  typeof value === 'number' ? { [name]: whole(value, 1, LIMITS.count) } : {};

const whole = (value: number, min: number, max: number) => Math.min(max, Math.max(min, Math.round(value) || 0));

const changeViews = (document: GraphDocument, changes: Readonly<Record<string, NodeView>>): GraphDocument => ({
  ...document,
  view: { ...document.view, nodes: { ...document.view.nodes, ...changes } },
});

/** Whole units: a diff in git should show moves, not the noise of zoom. */
export const rounded = ({ x, y }: Point): Point => ({ x: coordinate(x), y: coordinate(y) });

const coordinate = (value: number) => whole(value, -LIMITS.coordinate, LIMITS.coordinate);
