import type { Graph, Wire } from './document.ts';
import { splitPort } from './document.ts';
import { isUnfolded, kindOf, type Modules } from './kinds.ts';

/** How the wires of a graph cross the borders of its blocks. Editors ask this before and after they change something. */
export interface Crossing {
  /**
   * A wire leads into blocks, never out of one; the links of a chain are connected by their order. Into an unfolded instance none
   * leads but to its terminals.
   */
  isSound(wire: Wire): boolean;
  /** Would the wire lead through the border of an unfolded instance? */
  passesBorder(wire: Wire): boolean;
  /** The frame in whose inside a port stands: the block of its node, or the node itself for a terminal's inner side. */
  levelOf(address: string): string;
  /** Is an end of the wire a link of a chain? */
  isLinked(wire: Wire): boolean;
  /** Would the wire, among those that are there, run in a circle? */
  closesCircle(wire: Wire): boolean;
}

export function crossing(graph: Graph, modules: Modules): Crossing {
  const nodes = new Map(graph.nodes.map((node) => [node.id, { node, kind: kindOf(node, modules) }]));
  const parentOf = (id: string) => nodes.get(id)?.node.parent ?? '';

  function isInner(address: string): boolean {
    const { node, port } = splitPort(address);
    const kind = nodes.get(node)?.kind;
    const inner = kind?.block === 'frame' ? kind.inner : undefined;
    return inner !== undefined && [...inner.sources, ...inner.targets].some((spec) => spec.name === port);
  }
  const levelOf = (address: string): string => {
    const { node } = splitPort(address);
    return isInner(address) ? node : parentOf(node);
  };
  const isClosed = (id: string) => isUnfolded(nodes.get(id)?.node.kind ?? '');
  /** The innermost unfolded instance in whose inside a port stands; '' where there is none. */
  const definitionOf = (address: string): string => {
    let at = levelOf(address);
    for (let steps = 0; at !== '' && !isClosed(at) && steps <= graph.nodes.length; steps++) at = parentOf(at);
    return at;
  };
  const passesBorder = ({ from, to }: Wire): boolean => definitionOf(from) !== definitionOf(to);
  /** The member of the frame `level` in which a port stands; undefined for the frame's own terminals and beyond it. */
  function memberAt(address: string, level: string): string | undefined {
    let at: string | undefined = isInner(address) ? levelOf(address) : splitPort(address).node;
    if (isInner(address) && at === level) return undefined;
    for (let steps = 0; at !== undefined && parentOf(at) !== level; steps++) {
      if (parentOf(at) === '' || steps > graph.nodes.length) return undefined;
      at = parentOf(at);
    }
    return at;
  }
  const isLinked = ({ from, to }: Wire): boolean =>
    [from, to].some((end) => !isInner(end) && nodes.get(parentOf(splitPort(end).node))?.kind?.block === 'chain');
  const isSound = (wire: Wire): boolean => {
    const level = levelOf(wire.from);
    if (isLinked(wire) || passesBorder(wire)) return false;
    return levelOf(wire.to) === level || memberAt(wire.to, level) !== undefined;
  };
  return {
    isSound,
    passesBorder,
    levelOf,
    isLinked,
    closesCircle(wire) {
      const level = levelOf(wire.from);
      const goal = memberAt(wire.from, level);
      const first = memberAt(wire.to, level);
      if (goal === undefined || first === undefined) return false;
      const followers = Map.groupBy(
        graph.wires.filter((one) => levelOf(one.from) === level),
        (one) => memberAt(one.from, level),
      );
      const seen = new Set([first]);
      // A set's iterator also visits what is added on the way.
      for (const at of seen) {
        if (at === goal) return true;
        for (const one of followers.get(at) ?? []) {
          const next = memberAt(one.to, level);
          if (next !== undefined) seen.add(next);
        }
      }
      return false;
    },
  };
}
