import type { DocumentNode, GraphDocument, NodeView, Wire } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import type { Point } from './edits.ts';
import { freeId, withContents } from './edits.ts';

/** Part of a document, as it travels through the clipboard. */
export interface Fragment {
  readonly format: 'gradloom-fragment';
  readonly nodes: readonly DocumentNode[];
  /** Wires between the nodes. */
  readonly wires: readonly Wire[];
  readonly views: Readonly<Record<string, NodeView>>;
}

/** The nodes, what they contain, and the wires among them, in the document's order. */
export function copyFragment(document: GraphDocument, ids: Iterable<string>): Fragment {
  const taken = withContents(document, ids);
  const nodes = document.nodes.filter((node) => taken.has(node.id));
  return {
    format: 'gradloom-fragment',
    nodes,
    wires: document.wires.filter((wire) => taken.has(splitPort(wire.from).node) && taken.has(splitPort(wire.to).node)),
    views: Object.fromEntries(nodes.map((node) => [node.id, document.view.nodes[node.id] ?? { x: 0, y: 0 }])),
  };
}

/** Inserts a fragment under fresh ids, moved by `offset`. `ids` are the new nodes outside of new blocks. */
export function paste(
  document: GraphDocument,
  fragment: Fragment,
  offset: Point,
): { readonly document: GraphDocument; readonly ids: readonly string[] } {
  const taken = new Set(document.nodes.map((node) => node.id));
  const renamed = new Map<string, string>();
  for (const node of fragment.nodes) {
    const id = freeId(taken, node.kind);
    taken.add(id);
    renamed.set(node.id, id);
  }
  const to = (id: string) => renamed.get(id) ?? id;
  const address = (port: string) => `${to(splitPort(port).node)}.${splitPort(port).port}`;
  const views: Record<string, NodeView> = {};
  const outer: string[] = [];
  const nodes = fragment.nodes.map((node): DocumentNode => {
    const id = to(node.id);
    const inside = node.parent !== undefined && renamed.has(node.parent);
    const view = fragment.views[node.id] ?? { x: 0, y: 0 };
    // Positions in a block are relative to it, so only the outermost move.
    views[id] = inside ? view : { ...view, x: Math.round(view.x + offset.x), y: Math.round(view.y + offset.y) };
    if (!inside) outer.push(id);
    const { parent, ...rest } = node;
    const keeps = parent !== undefined && (inside || document.nodes.some((n) => n.id === parent));
    return keeps ? { ...rest, id, parent: to(parent) } : { ...rest, id };
  });
  const wires = fragment.wires.map((wire) => ({ from: address(wire.from), to: address(wire.to) }));
  return {
    ids: outer,
    document: {
      ...document,
      nodes: [...document.nodes, ...nodes],
      wires: [...document.wires, ...wires],
      view: { ...document.view, nodes: { ...document.view.nodes, ...views } },
    },
  };
}

/** Copies nodes beside themselves, with the wires among them. */
export const duplicate = (document: GraphDocument, ids: Iterable<string>, offset: Point = { x: 32, y: 32 }) =>
  paste(document, copyFragment(document, ids), offset);

/** Reads what the clipboard holds; undefined if it is not a fragment. */
export function parseFragment(text: string): Fragment | undefined {
  if (!text.includes('gradloom-fragment')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFragment(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isFragment(value: unknown): value is Fragment {
  if (!isObject(value) || value.format !== 'gradloom-fragment' || !isObject(value.views)) return false;
  const isNode = (node: unknown) =>
    isObject(node) &&
    typeof node.id === 'string' &&
    typeof node.kind === 'string' &&
    isObject(node.settings) &&
    (node.parent === undefined || typeof node.parent === 'string');
  const isWire = (wire: unknown) => isObject(wire) && typeof wire.from === 'string' && typeof wire.to === 'string';
  const isView = (view: unknown) => isObject(view) && Number.isFinite(view.x) && Number.isFinite(view.y);
  return (
    Array.isArray(value.nodes) &&
    value.nodes.every(isNode) &&
    Array.isArray(value.wires) &&
    value.wires.every(isWire) &&
    Object.values(value.views).every(isView)
  );
}
