import { checkDocument } from '../../engine/graph/check.ts';
import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';

/** A document without what edits of references do not look at. */
type Modules = Pick<GraphDocument, 'modules'>;

/**
 * Changes the ids in a node's settings that name other nodes: what an optimizer, an Update or a ZeroGrad owns. A setting that
 * names one node keeps it where `change` gives none or several.
 */
export function changeReferences(
  node: DocumentNode,
  { modules }: Modules,
  change: (ids: readonly string[]) => readonly string[],
): DocumentNode {
  const schema = kindOf(node, modules)?.settings ?? {};
  const changed = Object.entries(node.settings).map(([name, value]) => {
    const type = schema[name]?.type;
    if (type === 'parameters' && Array.isArray(value)) return [name, change(value.map(String))] as const;
    if (type !== 'parameter' || typeof value !== 'string' || value === '') return [name, value] as const;
    const [only, ...more] = change([value]);
    return [name, only === undefined || more.length > 0 ? value : only] as const;
  });
  const settings = Object.fromEntries(changed);
  return JSON.stringify(settings) === JSON.stringify(node.settings) ? node : { ...node, settings };
}

/** All ids that the settings of a node name. */
export function referencesOf(node: DocumentNode, modules: Modules): readonly string[] {
  const found: string[] = [];
  changeReferences(node, modules, (ids) => {
    found.push(...ids);
    return ids;
  });
  return found;
}

/** Ids of the nodes that hold parameters of their own: layers, and instances of modules with some. */
export const holdersOf = (document: GraphDocument): ReadonlySet<string> =>
  new Set([...checkDocument(document).parameters.values()].map(({ node }) => node));
