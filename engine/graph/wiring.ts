import type { NodeKind } from '../nodes/node.ts';
import { type PortSpec, type PortType, typesFit } from '../nodes/ports.ts';
import { type Graph, splitPort, type Wire } from './document.ts';
import type { Entry, Report } from './structure.ts';

/** One node of a frame feeds another, possibly from or to the inside of it. */
export interface LevelEdge {
  readonly wire: Wire;
  readonly from: string;
  readonly to: string;
}

interface Wiring {
  readonly graph: Graph;
  readonly nodes: ReadonlyMap<string, Entry>;
  /** All ids, those of unknown kinds too. */
  readonly known: ReadonlySet<string>;
  /** What the graph is to its instances, if it is a definition: `inputs` and `outputs` are then ends of wires. */
  readonly own: NodeKind | undefined;
  readonly report: Report;
}

/** One end of a wire. */
interface End {
  readonly port: PortSpec;
  /** The frame in whose inside it stands; '' outside of blocks. */
  readonly level: string;
  /** The node of that frame; undefined for a terminal's inner side. */
  readonly member: string | undefined;
}

/** What a wire leads to: a port, nothing (`lost`), or the port of a node of unknown kind. */
type Found = End | 'lost' | 'unknown';

/** Resolves the wires: which runs into which input, and what feeds what in each frame. */
export function resolveWires(wiring: Wiring): { incoming: Map<string, Wire>; edges: Map<string, LevelEdge[]> } {
  const { graph, nodes, report } = wiring;
  const into = new Map<string, Wire[]>();
  const edges = new Map<string, LevelEdge[]>();
  for (const wire of graph.wires) {
    const from = findEnd(wiring, wire.from, 'source');
    const to = findEnd(wiring, wire.to, 'target');
    const place = placeOf(wiring, wire);
    if (from === 'lost' || to === 'lost') {
      report('unknown-port', place, { ...wire, address: from === 'lost' ? wire.from : wire.to });
      continue;
    }
    // A wire from an unknown kind still occupies its input: the unknown kind is the one thing to report.
    if (to === 'unknown') continue;
    if (isLink(nodes, wire.from, from) || isLink(nodes, wire.to, to)) {
      report('inside-chain', place, { ...wire });
      continue;
    }
    if (from !== 'unknown') {
      const route = reach(nodes, from, to);
      if (route === undefined && from.level !== '') {
        report('leaves-block', place, { ...wire, block: from.level });
        continue;
      }
      reportFit(wiring, wire, from, to);
      // From outside everything is reached, unless blocks contain each other: that is the one thing to report.
      if (from.member !== undefined && route?.member !== undefined) {
        const list = edges.get(from.level);
        const edge = { wire, from: from.member, to: route.member };
        if (list) list.push(edge);
        else edges.set(from.level, [edge]);
      }
    }
    const list = into.get(wire.to);
    if (list) list.push(wire);
    else into.set(wire.to, [wire]);
  }
  reportInputs(wiring, into);
  return {
    incoming: new Map(
      [...into].flatMap(([address, wires]) => wires.slice(0, 1).map((wire) => [address, wire] as const)),
    ),
    edges,
  };
}

function findEnd({ nodes, known, own }: Wiring, address: string, side: 'source' | 'target'): Found {
  const { node, port } = splitPort(address);
  const named = (ports: readonly PortSpec[] | undefined) => ports?.find((p) => p.name === port);
  if (own !== undefined && node === (side === 'source' ? 'inputs' : 'outputs')) {
    const inner = named(side === 'source' ? own.inputs : own.outputs);
    return inner === undefined ? 'lost' : { port: inner, level: '', member: undefined };
  }
  const entry = nodes.get(node);
  if (entry === undefined) return known.has(node) ? 'unknown' : 'lost';
  const { kind } = entry;
  if (kind.block === 'frame') {
    const inner = named(side === 'source' ? kind.inner?.sources : kind.inner?.targets);
    if (inner !== undefined) return { port: inner, level: node, member: undefined };
  }
  const outer = named(side === 'source' ? kind.outputs : kind.inputs);
  return outer === undefined ? 'lost' : { port: outer, level: entry.node.parent ?? '', member: node };
}

/** A node of a chain is connected by its place in it; what a frame among them holds is wired. */
function isLink(nodes: ReadonlyMap<string, Entry>, address: string, end: End | 'unknown'): boolean {
  if (end !== 'unknown' && end.member === undefined) return false;
  const entry = nodes.get(splitPort(address).node);
  return entry?.node.parent !== undefined && nodes.get(entry.node.parent)?.kind.block === 'chain';
}

/**
 * Where a wire arrives in the frame it comes from: its end, or the block of that frame that holds its end. Undefined where the
 * end is not inside of that frame: a wire leads into blocks, never out of one.
 */
function reach(nodes: ReadonlyMap<string, Entry>, from: End, to: End): { member: string | undefined } | undefined {
  let { level, member } = to;
  // Blocks that contain each other are reported elsewhere; here they must only come to an end.
  for (let steps = 0; level !== from.level; steps++) {
    if (level === '' || steps > nodes.size) return undefined;
    member = level;
    level = nodes.get(level)?.node.parent ?? '';
  }
  return { member };
}

function reportFit({ own, report }: Wiring, wire: Wire, from: End, to: End): void {
  const place = { node: splitPort(wire.to).node, port: to.port.name };
  if (!typesFit(from.port.type, to.port.type))
    report('type-mismatch', place, { ...wire, given: typeName(from.port.type), taken: typeName(to.port.type) });
  // A gradient is there when the pass through all blocks is over.
  else if (from.port.phase === 'update' && (own !== undefined || from.level !== '' || to.level !== ''))
    report('late-inside', place, { ...wire });
}

function reportInputs({ nodes, own, report }: Wiring, into: ReadonlyMap<string, readonly Wire[]>): void {
  for (const [address, wires] of into) {
    if (wires.length < 2) continue;
    const place = splitPort(address);
    const values = { count: wires.length, port: address, wires: wires.map((w) => w.from).join(', ') };
    report('several-wires', own !== undefined && place.node === 'outputs' ? {} : place, values);
  }
  for (const [id, { node, kind }] of nodes) {
    // The links of a chain are fed by their order; where the block itself is wrong, that is the one thing to report.
    const wired = node.parent === undefined || nodes.get(node.parent)?.kind.block === 'frame';
    const outer = wired ? kind.inputs : [];
    for (const port of [...outer, ...(kind.block === 'frame' ? (kind.inner?.targets ?? []) : [])])
      if (port.optional !== true && !into.has(`${id}.${port.name}`))
        report('missing-input', { node: id, port: port.name }, { kind: kind.kind, port: port.name });
  }
  for (const port of own?.outputs ?? [])
    if (!into.has(`outputs.${port.name}`)) report('missing-output', {}, { port: port.name });
}

/** Where a wire's problem is shown: at the node it leads to, else at the one it comes from. */
function placeOf({ nodes }: Wiring, wire: Wire): { node?: string } {
  const [to, from] = [splitPort(wire.to).node, splitPort(wire.from).node];
  return nodes.has(to) ? { node: to } : nodes.has(from) ? { node: from } : {};
}

const typeName = (type: PortType): string =>
  ({ tensor: 'a tensor', labels: 'labels', mask: 'a mask', loss: 'a loss', any: 'any value' })[type];
