import type { DocumentNode, GraphDocument, NodeView, Wire } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { fragmentSchema } from '../../engine/graph/schema.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { Point } from './edits.ts';
import { freeId, rounded, withContents } from './edits.ts';

/** Part of a document, as it travels through the clipboard. */
export interface Fragment {
  readonly format: 'gradloom-fragment';
  /** Id of the tab it was copied from. */
  readonly source?: string;
  readonly nodes: readonly DocumentNode[];
  /** Wires between the nodes. */
  readonly wires: readonly Wire[];
  readonly views: Readonly<Record<string, NodeView>>;
}

/** The nodes, what they contain, and the wires among them, in the document's order. */
export function copyFragment(document: GraphDocument, ids: Iterable<string>, source?: string): Fragment {
  const taken = withContents(document, ids);
  const nodes = document.nodes.filter((node) => taken.has(node.id));
  return {
    format: 'gradloom-fragment',
    ...(source === undefined ? {} : { source }),
    nodes,
    wires: document.wires.filter((wire) => taken.has(splitPort(wire.from).node) && taken.has(splitPort(wire.to).node)),
    views: Object.fromEntries(nodes.map((node) => [node.id, document.view.nodes[node.id] ?? { x: 0, y: 0 }])),
  };
}

/**
 * Inserts a fragment under fresh ids, moved by `offset`. `ids` are the new nodes outside of new blocks. What lay in a
 * block returns into it only in the tab it came from (`target`): elsewhere the id may be a stranger's.
 */
export function paste(
  document: GraphDocument,
  fragment: Fragment,
  offset: Point,
  target?: string,
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
  const atHome = fragment.source !== undefined && fragment.source === target;
  const isBlock = (id: string) => nodeKinds.get(document.nodes.find((node) => node.id === id)?.kind ?? '')?.block;
  const nodes = fragment.nodes.map((node): DocumentNode => {
    const id = to(node.id);
    const inside = node.parent !== undefined && renamed.has(node.parent);
    const view = fragment.views[node.id] ?? { x: 0, y: 0 };
    // Positions in a block are relative to it, so only the outermost move.
    views[id] = inside ? view : { ...view, ...rounded({ x: view.x + offset.x, y: view.y + offset.y }) };
    if (!inside) outer.push(id);
    const { parent, ...rest } = node;
    const keeps = parent !== undefined && (inside || (atHome && isBlock(parent)));
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
  paste(document, copyFragment(document, ids, 'here'), offset, 'here');

/** Reads what the clipboard holds; undefined if it is not a fragment that a document could hold. */
export function parseFragment(text: string): Fragment | undefined {
  if (!text.includes('gradloom-fragment')) return undefined;
  try {
    return fragmentSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
