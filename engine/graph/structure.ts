import { nodeKinds } from '../nodes/index.ts';
import type { NodeKind } from '../nodes/node.ts';
import { type Settings, settingProblem, withDefaults } from '../nodes/settings.ts';
import { type DiagnosticCode, diagnostic, invalidSetting, shownValue } from './diagnostics.ts';
import type { Diagnostic, DocumentNode, Graph, GraphDocument, ModuleDefinition, Wire } from './document.ts';
import { definedKind, kindOf, type Modules, moduleKind, moduleName, paramOf } from './kinds.ts';
import { measureNesting } from './nesting.ts';
import { findCycle, topologicalOrder } from './order.ts';
import { holdsLoss, standsInDocument, standsOutside } from './outside.ts';
import { nearest } from './suggest.ts';
import { type LevelEdge, resolveWires } from './wiring.ts';

export interface Entry {
  readonly node: DocumentNode;
  readonly kind: NodeKind;
}

/** A graph with its references resolved: what the walk needs. A document has one, and each of its definitions. */
export interface Structure {
  /** The definition's name; undefined for the document itself. */
  readonly module: string | undefined;
  readonly graph: Graph;
  readonly nodes: ReadonlyMap<string, Entry>;
  /** The bodies of blocks, in array order. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** The wire into each wired input, by `id.port`. */
  readonly incoming: ReadonlyMap<string, Wire>;
  /** The way through the blocks to each node: `model/linear1`. */
  readonly paths: ReadonlyMap<string, string>;
  /** By frame, '' outside of blocks: its nodes, topologically sorted with ties by array order. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
  /** By frame: which of its nodes feed which, from inside of blocks too. */
  readonly edges: ReadonlyMap<string, readonly LevelEdge[]>;
  /** Nodes outside of blocks that run after the backward pass: those that change parameters, and what hangs on a gradient. */
  readonly updatePhase: ReadonlySet<string>;
  /** Definitions by name; those that contain themselves are not there. */
  readonly modules: ReadonlyMap<string, Structure>;
}

/** Notes what is wrong in one graph. */
export type Report = (
  code: DiagnosticCode,
  place: { readonly node?: string; readonly port?: string },
  values?: Readonly<Record<string, string | number>>,
) => void;

/** Resolves a document and its definitions. Never throws; what is wrong is left out and reported. */
export function resolveStructure(document: GraphDocument): {
  readonly structure: Structure;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const reporter =
    (module?: string): Report =>
    (code, place, values) =>
      diagnostics.push(diagnostic(code, { ...(module === undefined ? {} : { module }), ...place }, values));
  const modules = new Map<string, Structure>();
  const structure = resolveGraph(document, document.modules, modules, undefined, reporter());
  const recursive = recursiveModules(document.modules);
  for (const [name, definition] of Object.entries(document.modules)) {
    const report = reporter(name);
    const circle = recursive.get(name);
    if (circle !== undefined) report('recursive-module', {}, { module: name, circle: circle.join(' → ') });
    const resolved = resolveGraph(definition, document.modules, modules, name, report);
    if (circle === undefined) modules.set(name, resolved);
  }
  return { structure, diagnostics };
}

function resolveGraph(
  graph: Graph | ModuleDefinition,
  definitions: Modules,
  modules: ReadonlyMap<string, Structure>,
  module: string | undefined,
  report: Report,
): Structure {
  const nodes = new Map<string, Entry>();
  const ids = new Set<string>();
  const params = 'params' in graph ? definedKind(module ?? '', graph).settings : undefined;
  const reserved = params === undefined ? [] : ['inputs', 'outputs'];
  for (const node of graph.nodes) {
    const kind = kindOf(node, definitions);
    const isTaken = ids.has(node.id) || reserved.includes(node.id);
    ids.add(node.id);
    if (kind === undefined)
      report('unknown-kind', { node: node.id }, { kind: node.kind, suggestion: suggestKind(node.kind, definitions) });
    if (isTaken) report('duplicate-id', { node: node.id }, { id: node.id });
    else if (kind !== undefined) {
      nodes.set(node.id, { node, kind });
      reportSettings(node, kind, params, report);
    }
  }
  const known = new Set(graph.nodes.map((n) => n.id));
  const children = resolveBlocks(graph, nodes, known, report);
  const paths = pathsOf(graph, nodes, children);
  const own = 'ports' in graph ? definedKind(module ?? '', graph) : undefined;
  // Where the block itself is wrong, that is the one thing to report.
  const placed = new Set([...children.values()].flat());
  for (const { node } of nodes.values())
    if (node.parent === undefined || placed.has(node.id)) reportInside(node, module, definitions, report);
  const { incoming, edges } = resolveWires({ graph, nodes, known, own, report });
  const orders = new Map<string, readonly string[]>();
  const levels = ['', ...[...nodes].filter(([, { kind }]) => kind.block === 'frame').map(([id]) => id)];
  for (const level of levels) {
    const members = level === '' ? topLevel(graph, nodes) : (children.get(level) ?? []);
    orders.set(level, sorted(members, edges.get(level) ?? [], report));
  }
  for (const { node } of nodes.values()) if (node.tiedTo !== undefined) reportTie(node, nodes, report);
  const updatePhase = findUpdatePhase(nodes, orders.get('') ?? [], edges.get('') ?? [], incoming);
  for (const id of updatePhase) {
    const kind = nodes.get(id)?.kind;
    if (kind !== undefined && kind.phase === undefined && standsOutside(kind))
      report('late-loss', { node: id }, { kind: kind.kind });
  }
  return { module, graph, nodes, children, incoming, paths, orders, edges, updatePhase, modules };
}

const topLevel = (graph: Graph, nodes: ReadonlyMap<string, Entry>): string[] => [
  ...new Set(graph.nodes.filter((n) => n.parent === undefined && nodes.has(n.id)).map((n) => n.id)),
];

function sorted(members: readonly string[], edges: readonly LevelEdge[], report: Report): readonly string[] {
  const { order, rest } = topologicalOrder(members, edges);
  if (rest.length > 0) {
    const cycle = findCycle(rest, edges) ?? [];
    const wires = cycle.map((e) => `${e.wire.from} → ${e.wire.to}`).join(', ');
    report('cycle', { node: cycle[0]?.to ?? rest[0] ?? '' }, { wires });
  }
  return order;
}

/** What stands outside of blocks, or of definitions too, and does not. */
function reportInside(
  { id, kind, parent }: DocumentNode,
  module: string | undefined,
  definitions: Modules,
  report: Report,
) {
  const record = nodeKinds.get(kind);
  const say = (where: string, remedy: string) => report('outside-only', { node: id }, { kind, where, remedy });
  if (record !== undefined && standsInDocument(record) && module !== undefined) say('a module', 'Move it outside');
  else if (parent === undefined) return;
  else if (record !== undefined && standsOutside(record)) say('a block', 'Move it outside');
  else if (holdsLoss(kind, definitions)) say('a block', 'Move it outside, or take the loss out of it');
}

/** In a definition a setting may be one of its `params`; elsewhere that is no value. */
function reportSettings(node: DocumentNode, kind: NodeKind, params: NodeKind['settings'] | undefined, report: Report) {
  for (const [name, value] of Object.entries(node.settings)) {
    const setting = Object.hasOwn(kind.settings, name) ? kind.settings[name] : undefined;
    if (setting === undefined) {
      const names = Object.keys(kind.settings).join(', ') || 'none';
      report('unknown-setting', { node: node.id }, { kind: kind.kind, setting: name, known: names });
      continue;
    }
    const param = params === undefined ? undefined : paramOf(value);
    if (param !== undefined && params !== undefined) {
      const known = Object.keys(params).join(', ') || 'none';
      if (!Object.hasOwn(params, param)) report('unknown-param', { node: node.id }, { setting: name, param, known });
      continue;
    }
    const problem = settingProblem(setting, value);
    if (problem === undefined) continue;
    report(
      'invalid-setting',
      { node: node.id },
      invalidSetting({ kind: kind.kind, setting: name, got: shownValue(value) }, problem),
    );
  }
}

/** Blocks around one node: the walk goes down them by recursion. */
const MAX_DEPTH = 200;

function resolveBlocks(
  graph: Graph,
  nodes: ReadonlyMap<string, Entry>,
  known: ReadonlySet<string>,
  report: Report,
): Map<string, string[]> {
  const children = new Map<string, string[]>();
  const nesting = measureNesting(graph.nodes);
  const reported = new Set<readonly string[]>();
  for (const { id, parent } of graph.nodes) {
    const entry = nodes.get(id);
    if (parent === undefined || entry === undefined) continue;
    const block = nodes.get(parent)?.kind;
    if (!known.has(parent) || (block !== undefined && (block.block === undefined || block.block === 'module'))) {
      report('unknown-parent', { node: id }, { id, parent });
      continue;
    }
    const depth = nesting.get(id) ?? 0;
    if (typeof depth !== 'number') {
      if (!reported.has(depth)) report('nested-cycle', { node: id }, { ids: depth.join(', ') });
      reported.add(depth);
      continue;
    }
    if (depth > MAX_DEPTH) {
      // What lies deeper still has the same remedy.
      if (depth === MAX_DEPTH + 1) report('nested-too-deep', { node: id }, { id, depth, limit: MAX_DEPTH });
      continue;
    }
    const { kind } = entry;
    if (block?.block === 'chain' && !fitsChain(kind)) {
      report('not-chainable', { node: id }, { kind: kind.kind });
      continue;
    }
    const list = children.get(parent);
    if (list) list.push(id);
    else children.set(parent, [id]);
  }
  return children;
}

/** One tensor in, one out: a link of a chain. */
export const fitsChain = (kind: NodeKind): boolean =>
  kind.inputs.length === 1 && kind.outputs.length === 1 && !standsOutside(kind);

function pathsOf(
  graph: Graph,
  nodes: ReadonlyMap<string, Entry>,
  children: ReadonlyMap<string, readonly string[]>,
): Map<string, string> {
  const paths = new Map<string, string>();
  const visit = (id: string, prefix: string): void => {
    paths.set(id, prefix + id);
    for (const child of children.get(id) ?? []) visit(child, `${prefix}${id}/`);
  };
  for (const id of topLevel(graph, nodes)) visit(id, '');
  return paths;
}

function reportTie(node: DocumentNode, nodes: ReadonlyMap<string, Entry>, report: Report): void {
  const reason = tieProblem(node, nodes);
  if (reason !== undefined) report('cannot-tie', { node: node.id }, { id: node.id, target: node.tiedTo ?? '', reason });
}

function tieProblem({ id, kind, tiedTo = '' }: DocumentNode, nodes: ReadonlyMap<string, Entry>): string | undefined {
  const target = nodes.get(tiedTo)?.node;
  if (moduleName(kind) === undefined) return 'only instances of a module share weights';
  if (target === undefined) return 'there is no such node';
  if (target.kind !== kind) return 'it is an instance of another module';
  if (tiedRoot(id, nodes) === undefined) return 'they name each other';
  // Blocks that contain each other are reported elsewhere; here they must only come to an end.
  let around = target.parent === undefined ? undefined : nodes.get(target.parent);
  for (let steps = 0; around !== undefined && steps <= nodes.size; steps++) {
    if (around.kind.copies?.(settingsOf(around, {})) !== undefined)
      return 'it lies in a block whose iterations have weights of their own';
    around = around.node.parent === undefined ? undefined : nodes.get(around.node.parent);
  }
  return undefined;
}

/** The instance whose weights `id` has in the end: itself, unless it is tied. Undefined where instances name each other. */
export function tiedRoot(id: string, nodes: ReadonlyMap<string, Entry>): string | undefined {
  const seen = new Set<string>();
  for (let at = id; ; ) {
    if (seen.has(at)) return undefined;
    seen.add(at);
    const next = nodes.get(at)?.node.tiedTo;
    if (next === undefined || !nodes.has(next)) return at;
    at = next;
  }
}

function findUpdatePhase(
  nodes: ReadonlyMap<string, Entry>,
  order: readonly string[],
  edges: readonly LevelEdge[],
  incoming: ReadonlyMap<string, Wire>,
): Set<string> {
  const found = new Set(order.filter((id) => nodes.get(id)?.kind.phase === 'update'));
  const late = new Set<Wire>();
  for (const wire of incoming.values()) {
    const dot = wire.from.lastIndexOf('.');
    const source = nodes.get(wire.from.slice(0, dot))?.kind.outputs.find((p) => p.name === wire.from.slice(dot + 1));
    if (source?.phase === 'update') late.add(wire);
  }
  const followers = Map.groupBy(edges, (edge) => edge.from);
  for (const { wire, to } of edges) if (late.has(wire)) found.add(to);
  // A set's iterator also visits what is added on the way.
  for (const id of found) for (const { to } of followers.get(id) ?? []) found.add(to);
  return found;
}

/** Definitions that contain themselves, each with the way round. */
function recursiveModules(modules: Modules): Map<string, readonly string[]> {
  const uses = new Map(
    Object.entries(modules).map(([name, { nodes }]) => [
      name,
      [...new Set(nodes.map((node) => moduleName(node.kind)).filter((used) => used !== undefined))],
    ]),
  );
  const found = new Map<string, readonly string[]>();
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const at = path.indexOf(name);
    if (at >= 0) {
      const circle = [...path.slice(at), name];
      for (const member of circle) found.set(member, found.get(member) ?? circle);
      return;
    }
    if (done.has(name)) return;
    done.add(name);
    for (const used of uses.get(name) ?? []) visit(used, [...path, name]);
  };
  for (const name of uses.keys()) visit(name, []);
  return found;
}

/** The values of a node's settings, with those of `params` in the place of what stands for them. */
export function settingsOf({ node, kind }: Entry, params: Settings): Settings {
  const given = Object.entries(node.settings).map(([name, value]) => {
    const param = paramOf(value);
    return [name, param === undefined ? value : params[param]] as const;
  });
  return withDefaults(kind.settings, Object.fromEntries(given));
}

function suggestKind(kind: string, modules: Modules): string {
  const near = nearest(kind, [...nodeKinds.keys(), ...Object.keys(modules).map(moduleKind)]);
  return near === undefined
    ? 'Remove the node, or update Gradloom if a newer version made it'
    : `Did you mean ${moduleName(near) ?? near}? Otherwise remove the node`;
}
