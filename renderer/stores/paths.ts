import type { Graph } from '../../engine/graph/document.ts';
import { nameOf } from './levels.ts';

/** The way through the blocks to each node of a document: `repeat1/linear1`; on the canvas through unfolded instances too. */
export function pathsOf({ nodes }: Pick<Graph, 'nodes'>): Map<string, string> {
  const parents = new Map(nodes.map(({ id, parent }) => [id, parent]));
  const paths = new Map<string, string>();
  const find = (id: string, depth: number): string => {
    const known = paths.get(id);
    if (known !== undefined) return known;
    const parent = parents.get(id);
    const path =
      parent === undefined || !parents.has(parent) || depth > nodes.length
        ? nameOf(id)
        : `${find(parent, depth + 1)}/${nameOf(id)}`;
    paths.set(id, path);
    return path;
  };
  for (const { id } of nodes) find(id, 0);
  return paths;
}
