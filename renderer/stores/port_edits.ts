import type { GraphDocument, Wire } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import type { Healed } from './reparent.ts';

/**
 * What is left of an edit of the node `id` that may have taken ports from it: wires to ports that are gone are cut, and losses
 * that named one go. Wires that led to nothing before are not this edit's.
 */
export function withoutLostPorts(before: GraphDocument, after: GraphDocument, id: string): Healed {
  const [were, are] = [portsOf(before, id), portsOf(after, id)];
  const isLost = (address: string) => were.has(address) && !are.has(address);
  const cut = after.wires.filter(({ from, to }) => isLost(from) || isLost(to));
  const { losses, ...run } = after.run;
  const kept = losses?.filter((loss) => !isLost(loss));
  if (cut.length === 0 && kept?.length === losses?.length) return { document: after, cut };
  const gone = new Set(cut);
  return {
    document: {
      ...after,
      wires: after.wires.filter((wire) => !gone.has(wire)),
      run: kept === undefined || kept.length === 0 ? run : { ...run, losses: kept },
    },
    cut,
  };
}

/** Addresses of a node's ports, on both sides of its border. */
function portsOf({ nodes, modules }: GraphDocument, id: string): ReadonlySet<string> {
  const node = nodes.find((one) => one.id === id);
  const kind = node && kindOf(node, modules);
  const lists = [kind?.inputs, kind?.outputs, kind?.inner?.sources, kind?.inner?.targets];
  return new Set(lists.flatMap((list) => list?.map(({ name }) => `${id}.${name}`) ?? []));
}

/** Takes one wire away, whatever it leads to. */
export function removeWire<G extends { readonly wires: readonly Wire[] }>(graph: G, { from, to }: Wire): G {
  const wires = graph.wires.filter((wire) => wire.from !== from || wire.to !== to);
  return wires.length === graph.wires.length ? graph : { ...graph, wires };
}
