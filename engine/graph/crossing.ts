import type { Graph, Wire } from './document.ts';
import { splitPort } from './document.ts';
import { kindOf, type Modules } from './kinds.ts';

/** How the wires of a graph cross the borders of its blocks. Editors ask this before and after they move something. */
export interface Crossing {
  /** The frame in whose inside a port stands: the block of its node, or the node itself for a terminal's inner side. */
  levelOf(address: string): string;
  /** A wire leads into blocks, never out of one; the links of a chain are connected by their order. */
  isSound(wire: Wire): boolean;
}

export function crossing(graph: Graph, modules: Modules): Crossing {
  const nodes = new Map(graph.nodes.map((node) => [node.id, { node, kind: kindOf(node, modules) }]));
  const blockOf = (id: string) => nodes.get(nodes.get(id)?.node.parent ?? '')?.kind?.block;
  const levelOf = (address: string): string => {
    const { node: id, port } = splitPort(address);
    const entry = nodes.get(id);
    const inner = entry?.kind?.block === 'frame' ? entry.kind.inner : undefined;
    const isInner = inner && [...inner.sources, ...inner.targets].some((spec) => spec.name === port);
    return isInner ? id : (entry?.node.parent ?? '');
  };
  const isSound = ({ from, to }: Wire): boolean => {
    const ends = [splitPort(from).node, splitPort(to).node];
    if (ends.some((id) => blockOf(id) === 'chain' && levelOf(`${id}.`) === nodes.get(id)?.node.parent)) return false;
    const start = levelOf(from);
    let level = levelOf(to);
    for (let steps = 0; level !== start; steps++) {
      if (level === '' || steps > graph.nodes.length) return false;
      level = nodes.get(level)?.node.parent ?? '';
    }
    return true;
  };
  return { levelOf, isSound };
}
