import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';

/** Optimizers and updates name the nodes whose parameters they change; those names follow what they name. */

type Rename = (ids: readonly string[]) => readonly string[] | undefined;

/**
 * Lets `rename` replace the ids in all settings that name parameters. Undefined where it cannot, or where one parameter would
 * become several.
 */
export function renameNamed({ nodes, modules }: GraphDocument, rename: Rename): readonly DocumentNode[] | undefined {
  const renamed: DocumentNode[] = [];
  for (const node of nodes) {
    const settings = renamedSettings(node, modules, rename);
    if (settings === undefined) return undefined;
    renamed.push(settings === node.settings ? node : { ...node, settings });
  }
  return renamed;
}

/** The settings of one node; the same object where they name no parameters. */
export function renamedSettings(
  node: DocumentNode,
  modules: GraphDocument['modules'],
  rename: Rename,
): DocumentNode['settings'] | undefined {
  const settings: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(node.settings)) {
    const type = kindOf(node, modules)?.settings[name]?.type;
    if (type === 'parameters' && Array.isArray(value)) settings[name] = rename(value.map(String));
    else if (type === 'parameter' && typeof value === 'string' && value !== '') settings[name] = only(rename([value]));
    else continue;
    if (settings[name] === undefined) return undefined;
  }
  return Object.keys(settings).length === 0 ? node.settings : { ...node.settings, ...settings };
}

const only = (ids: readonly string[] | undefined): string | undefined => (ids?.length === 1 ? ids[0] : undefined);

/** Those of `addresses` that stand at the paths or under them. */
export const parametersUnder = (paths: readonly string[], addresses: Iterable<string>): string[] =>
  [...addresses].filter((address) => paths.some((p) => address.startsWith(`${p}.`) || address.startsWith(`${p}/`)));
