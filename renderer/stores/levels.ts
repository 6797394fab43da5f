import type { DocumentNode } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { isUnfolded } from '../../engine/graph/kinds.ts';

/**
 * Ids on the canvas. What stands in the definition that an instance shows has the instance's id before its own:
 * `model/linear1`, and in an instance of that definition `model/block/linear1`. Its level is the instance: `model`.
 */

/** The instance whose definition a node belongs to; '' for what is on the canvas itself. */
export const levelOf = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf('/')));

/** What a node is called in its definition. */
export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

export const inLevel = (level: string, id: string): string => (level === '' ? id : `${level}/${id}`);

/** The level at which a wire ends: of an instance's terminal, the inner side belongs to its definition. */
export function levelOfPort(address: string): string {
  const { node, port } = splitPort(address);
  return port.includes('/') ? node : levelOf(node);
}

/** A port as users read it: the inner side `model.inputs/x` of a terminal is `model/inputs.x`. */
export const shownPort = (address: string): string => address.replace(/\.(inputs|outputs)\//, '/$1.');

/** The innermost unfolded instance around a node, by the blocks around it; '' where there is none. */
export function unfoldedAround(node: DocumentNode, byId: ReadonlyMap<string, DocumentNode>): string {
  let at = node.parent === undefined ? undefined : byId.get(node.parent);
  for (let steps = 0; at !== undefined && steps <= byId.size; steps++) {
    if (isUnfolded(at.kind)) return at.id;
    at = at.parent === undefined ? undefined : byId.get(at.parent);
  }
  return '';
}
