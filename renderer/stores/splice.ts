import type {
  DocumentNode,
  GraphDocument,
  GraphView,
  ModuleDefinition,
  NodeView,
  Wire,
} from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { moduleName, terminalModule, unfoldedKind } from '../../engine/graph/kinds.ts';
import type { Point } from './edits.ts';
import { overhang } from './frame_room.ts';
import { inLevel } from './levels.ts';
import { definitionOf } from './scope.ts';

/**
 * What is on the canvas: a graph with the body of each unfolded instance in it, as if the instance were a frame that holds it. Every
 * edit that works on a graph works on this; `unspliced` writes it back.
 */
export interface Splice {
  readonly graph: GraphDocument;
  readonly parts: readonly Part[];
}

/** The body of one unfolded instance, as it stands on the canvas. */
export interface Part {
  /** The instance. */
  readonly level: string;
  readonly module: string;
  readonly definition: ModuleDefinition;
  /** Places of its nodes, by the ids that they have on the canvas. */
  readonly views: Readonly<Record<string, NodeView>>;
  /** How far the body is moved so that it stands within the frame. */
  readonly offset: Point;
}

/** Definitions that use each other many times over would fill the canvas for ever: the rest stays folded. */
const MOST_NODES = 2000;
const MOST_LEVELS = 20;

const splices = new WeakMap<GraphDocument, Splice>();
/** The same objects for the same question, and what they were made of. */
const nodesBy = new WeakMap<DocumentNode, Map<string, DocumentNode>>();
const wiresBy = new WeakMap<Wire, Map<string, Wire>>();
const nodeOrigins = new WeakMap<DocumentNode, DocumentNode>();
const wireOrigins = new WeakMap<Wire, Wire>();

/** What a node or a wire on the canvas is in the document; undefined: it was changed there. */
export const originOf = (node: DocumentNode): DocumentNode | undefined => nodeOrigins.get(node);
export const wireOriginOf = (wire: Wire): Wire | undefined => wireOrigins.get(wire);

/** Is an instance unfolded where it stands? */
export const isOpen = (view: NodeView | undefined): boolean => view?.collapsed === false;

/** The graph on the canvas; the graph itself where nothing is unfolded. The same object for the same graph. */
export const spliced = (graph: GraphDocument): GraphDocument => splice(graph).graph;

export function splice(graph: GraphDocument): Splice {
  const known = splices.get(graph);
  if (known !== undefined) return known;
  const made = make(graph);
  splices.set(graph, made);
  return made;
}

function make(graph: GraphDocument): Splice {
  const parts: Part[] = [];
  const nodes: DocumentNode[] = [];
  const wires: Wire[] = [...graph.wires];
  const views: Record<string, NodeView> = { ...graph.view.nodes };
  let room = MOST_NODES - graph.nodes.length;

  /** Puts the nodes of a level down, each unfolded instance with what is in it. */
  const put = (own: readonly DocumentNode[], look: GraphView['nodes'], level: string, path: readonly string[]) => {
    for (const node of own) {
      const module = moduleName(node.kind);
      const definition = module === undefined ? undefined : definitionOf(graph, module);
      const opens =
        module !== undefined &&
        definition !== undefined &&
        isOpen(look[node.id]) &&
        !path.includes(module) &&
        path.length < MOST_LEVELS &&
        definition.nodes.length <= room;
      const placed = nodeAt(node, level, opens ? module : undefined);
      nodes.push(placed);
      if (!opens) continue;
      room -= definition.nodes.length;
      unfold(placed.id, module, definition, [...path, module]);
    }
  };

  const unfold = (level: string, module: string, definition: ModuleDefinition, path: readonly string[]) => {
    const look = graph.view.modules?.[module]?.nodes ?? {};
    const outer = definition.nodes.filter((node) => node.parent === undefined);
    const offset = outer.length === 0 ? { x: 0, y: 0 } : overhang(outer.map(({ id }) => look[id] ?? { x: 0, y: 0 }));
    const own = Object.fromEntries(
      definition.nodes.map(({ id, parent }): [string, NodeView] => {
        const view = look[id] ?? { x: 0, y: 0 };
        return [inLevel(level, id), parent === undefined ? moved(view, offset) : view];
      }),
    );
    Object.assign(views, own);
    for (const wire of definition.wires) wires.push(wireAt(wire, level));
    parts.push({ level, module, definition, views: own, offset });
    put(definition.nodes, look, level, path);
  };

  // The definition that is open itself is not unfolded in itself.
  const around = graph.nodes.flatMap(({ kind }) => terminalModule(kind) ?? []);
  put(graph.nodes, graph.view.nodes, '', around);
  if (parts.length === 0) return { graph, parts };
  return { graph: { ...graph, nodes, wires, view: { ...graph.view, nodes: views } }, parts };
}

export const moved = (view: NodeView, { x, y }: Point): NodeView =>
  x === 0 && y === 0 ? view : { ...view, x: view.x + x, y: view.y + y };

/** A node as it stands at a level, a frame if it shows the definition `module`. */
function nodeAt(node: DocumentNode, level: string, module: string | undefined): DocumentNode {
  if (level === '' && module === undefined) return node;
  const known = nodesBy.get(node) ?? new Map<string, DocumentNode>();
  nodesBy.set(node, known);
  const key = `${level} ${module ?? ''}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const parent = node.parent === undefined ? level : inLevel(level, node.parent);
  const { parent: _, ...rest } = node;
  const made: DocumentNode = {
    ...rest,
    id: inLevel(level, node.id),
    kind: module === undefined ? node.kind : unfoldedKind(module),
    ...(parent === '' ? {} : { parent }),
    ...(node.tiedTo === undefined ? {} : { tiedTo: inLevel(level, node.tiedTo) }),
  };
  known.set(key, made);
  nodeOrigins.set(made, node);
  return made;
}

function wireAt(wire: Wire, level: string): Wire {
  const known = wiresBy.get(wire) ?? new Map<string, Wire>();
  wiresBy.set(wire, known);
  const found = known.get(level);
  if (found !== undefined) return found;
  const made = { from: portAt(wire.from, level), to: portAt(wire.to, level) };
  known.set(level, made);
  wireOrigins.set(made, wire);
  return made;
}

/** `inputs.x` of a definition is `model.inputs/x` in the instance `model`. */
function portAt(address: string, level: string): string {
  const { node, port } = splitPort(address);
  return node === 'inputs' || node === 'outputs' ? `${level}.${node}/${port}` : `${inLevel(level, node)}.${port}`;
}
