import type { Graph, GraphDocument, GraphView, NodeView } from '../../engine/graph/document.ts';
import { moduleName } from '../../engine/graph/kinds.ts';
import { MODULE_SIDE, PADDING } from './frame_room.ts';
import { definitionOf } from './scope.ts';
import { isOpen, moved } from './splice.ts';

/** Edits that unfold instances and fold them. Pure, like `edits.ts`. */

/** Shows an instance as its definition in a frame, or as a card. */
export function setOpen(graph: GraphDocument, id: string, open: boolean): GraphDocument {
  const view = graph.view.nodes[id] ?? { x: 0, y: 0 };
  if (isOpen(view) === open) return graph;
  const { collapsed: _, ...folded } = view;
  const next: NodeView = open ? { ...folded, collapsed: false } : folded;
  return { ...graph, view: { ...graph.view, nodes: { ...graph.view.nodes, [id]: next } } };
}

/** Moves the body of a definition, and all that stands around it, into the corner of a frame; not where it stands in one already. */
export function settleLook(document: GraphDocument, module: string): GraphDocument {
  const definition = definitionOf(document, module);
  const outer = definition?.nodes.filter((node) => node.parent === undefined) ?? [];
  if (definition === undefined || outer.length === 0 || isShown(document, module)) return document;
  const look: GraphView = document.view.modules?.[module] ?? { nodes: {} };
  const places = outer.map(({ id }) => look.nodes[id] ?? { x: 0, y: 0 });
  const by = {
    x: MODULE_SIDE - Math.min(...places.map(({ x }) => x)),
    y: PADDING.top - Math.min(...places.map(({ y }) => y)),
  };
  const inner = new Set(definition.nodes.filter((node) => node.parent !== undefined).map(({ id }) => id));
  const unseen = outer.filter(({ id }) => look.nodes[id] === undefined).map(({ id }) => [id, { x: 0, y: 0 }] as const);
  const nodes = Object.fromEntries(
    [...Object.entries(look.nodes), ...unseen].map(([id, view]) => [id, inner.has(id) ? view : moved(view, by)]),
  );
  const notes = look.notes?.map((note) => ({ ...note, x: note.x + by.x, y: note.y + by.y }));
  const settled: GraphView = { ...look, nodes, ...(notes === undefined ? {} : { notes }) };
  return { ...document, view: { ...document.view, modules: { ...document.view.modules, [module]: settled } } };
}

/** Is an instance of the definition unfolded anywhere? */
function isShown(document: GraphDocument, module: string): boolean {
  const shows = ({ nodes }: Pick<Graph, 'nodes'>, view: GraphView | undefined) =>
    nodes.some(({ id, kind }) => moduleName(kind) === module && isOpen(view?.nodes[id]));
  return (
    shows(document, document.view) ||
    Object.entries(document.modules).some(([name, body]) => shows(body, document.view.modules?.[name]))
  );
}
