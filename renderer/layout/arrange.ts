import type { GraphDocument, GraphView } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { isReal, scoped, unscoped } from '../stores/scope.ts';
import { type Ask, tidy } from './tidy.ts';

/**
 * A document as it opens: what has no place yet, in it or in one of its definitions, is laid out. Written by hand, a document may do
 * without any. The same document where all have theirs, and where no answer comes.
 */
export async function arranged(document: GraphDocument, ask: Ask): Promise<GraphDocument> {
  let next = withOwnLooks(document);
  for (const module of [null, ...Object.keys(document.modules)]) {
    const graph = scoped(next, module);
    const known = new Set(Object.keys((module === null ? document.view : lookOf(document, module))?.nodes ?? {}));
    const homeless = homelessIn(graph, known);
    if (homeless.size === 0) continue;
    const all = graph.nodes.filter(isReal).every(({ id }) => homeless.has(id) || !known.has(id));
    try {
      next = unscoped(next, module, await tidy(graph, ask, all ? undefined : homeless));
    } catch {
      // A pile is better than a document that does not open.
      return next;
    }
  }
  return next;
}

const lookOf = ({ view: { modules = {} } }: GraphDocument, module: string): GraphView | undefined =>
  Object.hasOwn(modules, module) ? modules[module] : undefined;

/** Does every object seem to have something of this name, as `constructor` and `toString`? */
const isEverywhere = (name: string): boolean => name in {};

/**
 * Nodes and definitions of such names have places and looks of their own: whoever looked for one by its name would find what every
 * object has. The same document where there are none.
 */
function withOwnLooks(document: GraphDocument): GraphDocument {
  const { nodes, modules, view } = document;
  const ids = [document, ...Object.values(modules)].flatMap((graph) => graph.nodes.map(({ id }) => id));
  if (![...ids, ...Object.keys(modules)].some(isEverywhere)) return document;
  const settled = <Look extends GraphView>(look: Look, inside: GraphDocument['nodes']): Look => {
    const places = inside.map(({ id }) => id);
    return { ...look, nodes: withOwn(look.nodes, places, { x: 0, y: 0 }) };
  };
  const looks = withOwn<GraphView>(view.modules ?? {}, Object.keys(modules), { nodes: {} });
  const named = Object.entries(looks).map(([name, look]) => [name, settled(look, modules[name]?.nodes ?? [])] as const);
  return { ...document, view: { ...settled(view, nodes), modules: Object.fromEntries(named) } };
}

function withOwn<Value>(record: Readonly<Record<string, Value>>, names: readonly string[], usual: Value) {
  const missing = names.filter((name) => isEverywhere(name) && !Object.hasOwn(record, name));
  return { ...record, ...Object.fromEntries(missing.map((name) => [name, usual])) };
}

/** Nodes without a place that need one: a chain places its links by their order, and what is alone stands well at the corner. */
function homelessIn({ nodes, modules }: GraphDocument, placed: ReadonlySet<string>): ReadonlySet<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = nodes.filter((node) => {
    const block = byId.get(node.parent ?? '');
    const isLink = block !== undefined && kindOf(block, modules)?.block === 'chain';
    return isReal(node) && !placed.has(node.id) && !isLink;
  });
  const isAlone = nodes.filter(isReal).length === 1;
  return new Set(isAlone ? [] : found.map(({ id }) => id));
}
