import type { DocumentNode } from './document.ts';

/** By id: how many blocks lie around a node, or the circle of blocks that it lies in or that lies around it. Sees each node once. */
export function measureNesting(nodes: readonly DocumentNode[]): Map<string, number | readonly string[]> {
  const parents = new Map(nodes.map((n) => [n.id, n.parent]));
  const nesting = new Map<string, number | readonly string[]>();
  for (const { id } of nodes) {
    // In the order of insertion, outwards.
    const path = new Set<string>();
    let at: string | undefined = id;
    while (at !== undefined && !nesting.has(at) && !path.has(at)) {
      path.add(at);
      at = parents.get(at);
    }
    const outwards = [...path];
    let around = at === undefined ? -1 : (nesting.get(at) ?? outwards.slice(outwards.indexOf(at)));
    for (const inner of outwards.reverse()) {
      if (typeof around === 'number') around++;
      nesting.set(inner, around);
    }
  }
  return nesting;
}
