import type {
  DocumentNode,
  GraphDocument,
  GraphView,
  ModuleDefinition,
  RunSettings,
} from '../../engine/graph/document.ts';
import { isTerminalKind, moduleName, terminalKind } from '../../engine/graph/kinds.ts';
import { layoutOf } from '../canvas/frame_layout.ts';

/** A definition that was opened. */
export interface Scope {
  readonly module: string;
  /** The instance it was opened from, by the name that its ports have in the check's result; null: from none. */
  readonly instance: string | null;
}

/**
 * A definition is edited as if it were a document: its nodes and wires, with two more nodes that stand for its ports. Every edit
 * that works on a document works on this, and is written back into the document that holds the definition.
 */
const INPUTS = 'inputs';
const OUTPUTS = 'outputs';

interface Seen {
  readonly document: GraphDocument;
  readonly scoped: GraphDocument;
}
const bodies = new WeakMap<ModuleDefinition, readonly DocumentNode[]>();
const scopes = new WeakMap<GraphDocument, Map<string, Seen>>();
const runs = new WeakMap<RunSettings, RunSettings>();

/** The document, or the definition `module` of it as a document of its own. The same object for the same question. */
export function scoped(document: GraphDocument, module: string | null): GraphDocument {
  const definition = module === null ? undefined : definitionOf(document, module);
  if (module === null || definition === undefined) return document;
  const known = scopes.get(document)?.get(module);
  if (known !== undefined) return known.scoped;
  const view = document.view.modules?.[module];
  const body: GraphDocument = {
    ...document,
    nodes: bodyOf(module, definition),
    wires: definition.wires,
    run: withoutNames(document.run),
    view: {
      ...view,
      nodes: view?.nodes ?? {},
      ...(document.view.modules === undefined ? {} : { modules: document.view.modules }),
    },
  };
  const made = withTerminals(body);
  const all = scopes.get(document) ?? new Map<string, Seen>();
  scopes.set(document, all.set(module, { document, scoped: made }));
  return made;
}

/** The document with what was edited in the scope of `module`. */
export function unscoped(document: GraphDocument, module: string | null, edited: GraphDocument): GraphDocument {
  if (module === null || definitionOf(document, module) === undefined) return edited;
  if (edited === scoped(document, module)) return document;
  const { modules, data, name } = edited;
  const run = edited.run === withoutNames(document.run) ? document.run : { ...edited.run, ...namesIn(document.run) };
  const definition = definitionOf(edited, module) ?? definitionOf(document, module);
  if (definition === undefined) return document;
  const { nodes, notes } = edited.view;
  const body = edited.nodes === bodyOf(module, definition) ? definition.nodes : edited.nodes.filter(isReal);
  const view: GraphView = { nodes, ...(notes === undefined ? {} : { notes }) };
  return {
    ...document,
    name,
    data,
    run,
    modules: { ...modules, [module]: { ...definition, nodes: body, wires: edited.wires } },
    view: { ...document.view, modules: { ...edited.view.modules, [module]: view } },
  };
}

/** Losses and draws name nodes of the document: in a definition the same names mean others. */
function withoutNames(run: RunSettings): RunSettings {
  const { losses, draws, ...rest } = run;
  if (losses === undefined && draws === undefined) return run;
  const known = runs.get(run) ?? rest;
  runs.set(run, known);
  return known;
}

const namesIn = ({ losses, draws }: RunSettings): Pick<RunSettings, 'losses' | 'draws'> => ({
  ...(losses === undefined ? {} : { losses }),
  ...(draws === undefined ? {} : { draws }),
});

export function definitionOf(document: GraphDocument, module: string): ModuleDefinition | undefined {
  return Object.hasOwn(document.modules, module) ? document.modules[module] : undefined;
}

/**
 * How to come from the document to the definition `module`, from instance to instance; without `module` the document itself.
 * Undefined where no instance leads there.
 */
export function wayTo(document: GraphDocument, module: string | undefined): readonly Scope[] | undefined {
  if (module === undefined) return [];
  const ways = new Map<string, readonly Scope[]>();
  const follow = (nodes: readonly DocumentNode[], way: readonly Scope[]) => {
    for (const { id, kind } of nodes) {
      const inner = moduleName(kind);
      if (inner === undefined || ways.has(inner)) continue;
      const outer = way.at(-1)?.instance;
      ways.set(inner, [...way, { module: inner, instance: outer === undefined ? id : `${outer}/${id}` }]);
    }
  };
  follow(document.nodes, []);
  // A map's iterator also visits what is added on the way.
  for (const [inner, way] of ways) follow(definitionOf(document, inner)?.nodes ?? [], way);
  return ways.get(module);
}

/** Not one of the nodes that stand for a definition's ports. */
export const isReal = (node: DocumentNode): boolean => !isTerminalKind(node.kind);

/** The nodes of a definition between its terminals; the same array for the same definition. */
function bodyOf(module: string, definition: ModuleDefinition): readonly DocumentNode[] {
  const known = bodies.get(definition);
  if (known !== undefined) return known;
  const made = [
    { id: INPUTS, kind: terminalKind('inputs', module), settings: {} },
    ...definition.nodes,
    { id: OUTPUTS, kind: terminalKind('outputs', module), settings: {} },
  ];
  bodies.set(definition, made);
  return made;
}

/** Between a terminal and the body, for the shapes on the wires. */
const GAP = 76;

/** Until they are moved, the terminals stand left and right of the body, at half its height. */
function withTerminals(graph: GraphDocument): GraphDocument {
  const { nodes } = graph.view;
  if (nodes[INPUTS] !== undefined && nodes[OUTPUTS] !== undefined) return graph;
  const boxes = layoutOf(graph);
  const sizeOf = (id: string) => boxes.get(id) ?? { width: 0, height: 0 };
  const areas = graph.nodes
    .filter((node) => isReal(node) && node.parent === undefined)
    .map(({ id }) => ({ x: 0, y: 0, ...nodes[id], ...sizeOf(id) }));
  const edge = (side: 'min' | 'max', of: (area: (typeof areas)[number]) => number) =>
    areas.length === 0 ? 0 : Math[side](...areas.map(of));
  const middle = (edge('min', ({ y }) => y) + edge('max', ({ y, height }) => y + height)) / 2;
  const at = (id: string, x: number) => ({ [id]: { x, y: Math.round(middle - sizeOf(id).height / 2) } });
  const left = edge('min', ({ x }) => x) - GAP - sizeOf(INPUTS).width;
  const right = edge('max', ({ x, width }) => x + width) + GAP;
  return { ...graph, view: { ...graph.view, nodes: { ...at(INPUTS, left), ...at(OUTPUTS, right), ...nodes } } };
}
