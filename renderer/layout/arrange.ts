import type { GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { isReal, scoped, unscoped } from '../stores/scope.ts';
import { type Ask, tidy } from './tidy.ts';

/**
 * A document as it opens: what has no place yet, in it or in one of its definitions, is laid out. Written by hand, a document may do
 * without any. The same document where all have theirs, and where no answer comes.
 */
export async function arranged(document: GraphDocument, ask: Ask): Promise<GraphDocument> {
  let next = document;
  for (const module of [null, ...Object.keys(document.modules)]) {
    const graph = scoped(next, module);
    const known = (module === null ? next.view : next.view.modules?.[module])?.nodes ?? {};
    const homeless = homelessIn(graph, known);
    if (homeless.size === 0) continue;
    const all = graph.nodes.filter(isReal).every(({ id }) => homeless.has(id) || known[id] === undefined);
    try {
      next = unscoped(next, module, await tidy(graph, ask, all ? undefined : homeless));
    } catch {
      // A pile is better than a document that does not open.
      return next;
    }
  }
  return next;
}

/** Nodes without a place that need one: a chain places its links by their order, and what is alone stands well at the corner. */
function homelessIn({ nodes, modules }: GraphDocument, places: GraphDocument['view']['nodes']): ReadonlySet<string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = nodes.filter((node) => {
    const block = byId.get(node.parent ?? '');
    const isLink = block !== undefined && kindOf(block, modules)?.block === 'chain';
    return isReal(node) && places[node.id] === undefined && !isLink;
  });
  const isAlone = nodes.filter(isReal).length === 1;
  return new Set(isAlone ? [] : found.map(({ id }) => id));
}
