import { nodeKinds } from '../nodes/index.ts';
import type { NodeKind } from '../nodes/node.ts';
import { type PortType, typesFit } from '../nodes/ports.ts';
import { settingProblem } from '../nodes/settings.ts';
import { diagnostic } from './diagnostics.ts';
import { type Diagnostic, type DocumentNode, type GraphDocument, splitPort, type Wire } from './document.ts';
import { findCycle, topologicalOrder } from './order.ts';

/** A document with its references resolved: what the walk needs, and everything found wrong on the way. */
export interface Structure {
  readonly document: GraphDocument;
  readonly nodes: ReadonlyMap<string, { readonly node: DocumentNode; readonly kind: NodeKind }>;
  /** The bodies of blocks, in array order. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** The wire into each wired input, by `id.port`. */
  readonly incoming: ReadonlyMap<string, Wire>;
  /** Nodes outside of blocks, topologically sorted with ties by array order. */
  readonly order: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Resolves kinds, blocks, wires and order. Never throws; what is wrong is left out and reported. */
export function resolveStructure(document: GraphDocument): Structure {
  const diagnostics: Diagnostic[] = [];
  const nodes = new Map<string, { node: DocumentNode; kind: NodeKind }>();
  for (const node of document.nodes) {
    const kind = nodeKinds.get(node.kind);
    if (kind === undefined)
      diagnostics.push(
        diagnostic('unknown-kind', { node: node.id }, { kind: node.kind, suggestion: suggestKind(node.kind) }),
      );
    else if (nodes.has(node.id)) diagnostics.push(diagnostic('duplicate-id', { node: node.id }, { id: node.id }));
    else {
      nodes.set(node.id, { node, kind });
      for (const problem of settingProblems(node, kind)) diagnostics.push(problem);
    }
  }
  const known = new Set(document.nodes.map((n) => n.id));
  const children = resolveBlocks(document, nodes, known, diagnostics);
  const incoming = resolveWires(document, nodes, known, diagnostics);

  const top = document.nodes.filter((n) => n.parent === undefined && nodes.has(n.id)).map((n) => n.id);
  const edges = [...incoming.values()].map((wire) => ({
    wire,
    from: splitPort(wire.from).node,
    to: splitPort(wire.to).node,
  }));
  const { order, rest } = topologicalOrder([...new Set(top)], edges);
  if (rest.length > 0) {
    const cycle = findCycle(rest, edges) ?? [];
    const wires = cycle.map((e) => `${e.wire.from} → ${e.wire.to}`).join(', ');
    diagnostics.push(diagnostic('cycle', { node: cycle[0]?.to ?? rest[0] ?? '' }, { wires }));
  }
  return { document, nodes, children, incoming, order, diagnostics };
}

function settingProblems(node: DocumentNode, kind: NodeKind): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [name, value] of Object.entries(node.settings)) {
    const setting = Object.hasOwn(kind.settings, name) ? kind.settings[name] : undefined;
    if (setting === undefined) {
      const names = Object.keys(kind.settings).join(', ') || 'none';
      found.push(diagnostic('unknown-setting', { node: node.id }, { kind: kind.kind, setting: name, known: names }));
      continue;
    }
    const reason = settingProblem(setting, value);
    if (reason === undefined) continue;
    const got = JSON.stringify(value) ?? 'nothing';
    found.push(diagnostic('invalid-setting', { node: node.id }, { kind: kind.kind, setting: name, reason, got }));
  }
  return found;
}

function resolveBlocks(
  document: GraphDocument,
  nodes: ReadonlyMap<string, { node: DocumentNode; kind: NodeKind }>,
  known: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): Map<string, string[]> {
  const children = new Map<string, string[]>();
  const nesting = measureNesting(document);
  const reported = new Set<readonly string[]>();
  for (const { id, parent } of document.nodes) {
    const entry = nodes.get(id);
    if (parent === undefined || entry === undefined) continue;
    const block = nodes.get(parent);
    if (!known.has(parent) || (block !== undefined && block.kind.block === undefined)) {
      diagnostics.push(diagnostic('unknown-parent', { node: id }, { id, parent }));
      continue;
    }
    const depth = nesting.get(id) ?? 0;
    if (typeof depth !== 'number') {
      if (!reported.has(depth)) diagnostics.push(diagnostic('nested-cycle', { node: id }, { ids: depth.join(', ') }));
      reported.add(depth);
      continue;
    }
    if (depth > MAX_DEPTH) {
      // What lies deeper still has the same remedy.
      if (depth === MAX_DEPTH + 1)
        diagnostics.push(diagnostic('nested-too-deep', { node: id }, { id, depth, limit: MAX_DEPTH }));
      continue;
    }
    if (entry.kind.inputs.length !== 1 || entry.kind.outputs.length !== 1 || entry.kind.category === 'loss') {
      diagnostics.push(diagnostic('not-chainable', { node: id }, { kind: entry.kind.kind }));
      continue;
    }
    const list = children.get(parent);
    if (list) list.push(id);
    else children.set(parent, [id]);
  }
  return children;
}

/** Blocks around one node: the walk goes down them by recursion. */
const MAX_DEPTH = 200;

/** By id: how many blocks lie around it, or the circle of blocks that it lies in or that lies around it. Sees each node once. */
function measureNesting(document: GraphDocument): Map<string, number | readonly string[]> {
  const parents = new Map(document.nodes.map((n) => [n.id, n.parent]));
  const nesting = new Map<string, number | readonly string[]>();
  for (const { id } of document.nodes) {
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

function resolveWires(
  document: GraphDocument,
  nodes: ReadonlyMap<string, { node: DocumentNode; kind: NodeKind }>,
  known: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): Map<string, Wire> {
  const into = new Map<string, Wire[]>();
  for (const wire of document.wires) {
    const ends = { from: splitPort(wire.from), to: splitPort(wire.to) };
    const source = nodes.get(ends.from.node);
    const target = nodes.get(ends.to.node);
    const given = source?.kind.outputs.find((p) => p.name === ends.from.port);
    const taken = target?.kind.inputs.find((p) => p.name === ends.to.port);
    const lost =
      !known.has(ends.from.node) || (source !== undefined && given === undefined)
        ? wire.from
        : !known.has(ends.to.node) || (target !== undefined && taken === undefined)
          ? wire.to
          : undefined;
    const at = target === undefined ? (source === undefined ? {} : { node: ends.from.node }) : { node: ends.to.node };
    if (lost !== undefined) {
      diagnostics.push(diagnostic('unknown-port', at, { ...wire, address: lost }));
    } else if (source?.node.parent !== undefined || target?.node.parent !== undefined) {
      diagnostics.push(diagnostic('inside-chain', at, { ...wire }));
    } else if (target !== undefined) {
      // A wire from an unknown kind still occupies its input: the unknown kind is the one thing to report.
      const list = into.get(wire.to);
      if (list) list.push(wire);
      else into.set(wire.to, [wire]);
      if (given !== undefined && taken !== undefined && !typesFit(given.type, taken.type))
        diagnostics.push(
          diagnostic(
            'type-mismatch',
            { node: ends.to.node, port: taken.name },
            { ...wire, given: typeName(given.type), taken: typeName(taken.type) },
          ),
        );
    }
  }
  for (const [address, wires] of into) {
    const { node, port } = splitPort(address);
    if (wires.length > 1)
      diagnostics.push(
        diagnostic(
          'several-wires',
          { node, port },
          { count: wires.length, port: address, wires: wires.map((w) => w.from).join(', ') },
        ),
      );
  }
  for (const [id, { node, kind }] of nodes) {
    if (node.parent !== undefined) continue;
    for (const port of kind.inputs)
      if (port.optional !== true && !into.has(`${id}.${port.name}`))
        diagnostics.push(
          diagnostic('missing-input', { node: id, port: port.name }, { kind: kind.kind, port: port.name }),
        );
  }
  return new Map([...into].flatMap(([address, wires]) => wires.slice(0, 1).map((wire) => [address, wire] as const)));
}

const typeName = (type: PortType): string =>
  ({ tensor: 'a tensor', labels: 'labels', mask: 'a mask', loss: 'a loss' })[type];

function suggestKind(kind: string): string {
  const near = [...nodeKinds.keys()]
    .filter((name) => Math.abs(name.length - kind.length) <= 2)
    .map((name) => ({ name, distance: editDistance(name.toLowerCase(), kind.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= 2
    ? `Did you mean ${near.name}? Otherwise remove the node`
    : 'Remove the node, or update Gradloom if a newer version made it';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
