import { checkDocument } from '../../engine/graph/check.ts';
import type {
  DocumentNode,
  GraphDocument,
  ModuleDefinition,
  ModulePort,
  NodeView,
  Wire,
} from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { kindOf, moduleKind, moduleName, paramOf, terminalModule } from '../../engine/graph/kinds.ts';
import { standsOutside } from '../../engine/graph/outside.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { PortSpec } from '../../engine/nodes/ports.ts';
import { carried, onCanvas, partNotes, withNotes } from './carried_notes.ts';
import { keepMoved } from './draws.ts';
import { freeId, rounded, withContents } from './edits.ts';
import { parametersUnder, renameNamed } from './named_parameters.ts';
import { pathsOf } from './paths.ts';
import { isReal } from './scope.ts';

/** Edits that make and use definitions. Pure, like `edits.ts`; `unpack.ts` dissolves them. */

/** Why a selection cannot become a module. */
export type GroupProblem = 'nothing' | 'levels' | 'outside-only' | 'chain' | 'circle' | 'gradient' | 'tied' | 'named';
export type Grouped =
  | { readonly document: GraphDocument; readonly id: string; readonly moved: Moved; readonly problem?: undefined }
  | { readonly problem: GroupProblem };

/** By the way through the blocks to a node that went elsewhere: the new one. */
export type Moved = ReadonlyMap<string, string>;

/** A name for a definition that is free: `Module1`, or `stem`, `stem2`, … */
export function freeModuleName(document: GraphDocument, stem = 'Module'): string {
  const base = stem.replace(/\W/g, '') || 'Module';
  for (let n = 1; ; n++) {
    const name = n === 1 && stem !== 'Module' ? base : `${base}${n}`;
    if (!Object.hasOwn(document.modules, name) && !nodeKinds.has(name)) return name;
  }
}

/** Makes a definition of the selected nodes and puts an instance in their place. Numbers stay what they were. */
export function group(document: GraphDocument, ids: Iterable<string>, name = freeModuleName(document)): Grouped {
  const chosen = new Set(ids);
  const real = document.nodes.filter((n) => chosen.has(n.id) && isReal(n));
  const tops = real.filter((n) => n.parent === undefined || !chosen.has(n.parent));
  const [first] = tops;
  if (first === undefined) return { problem: 'nothing' };
  if (tops.some((n) => n.parent !== first.parent)) return { problem: 'levels' };
  const parentNode = document.nodes.find((n) => n.id === first.parent);
  if (parentNode && kindOf(parentNode, document.modules)?.block === 'chain') return { problem: 'chain' };
  const inside = withContents(
    document,
    tops.map((n) => n.id),
  );
  const members = document.nodes.filter((n) => inside.has(n.id));
  const late = (node: DocumentNode) => {
    const kind = kindOf(node, document.modules);
    return kind !== undefined && standsOutside(kind);
  };
  if (members.some(late)) return { problem: 'outside-only' };
  const parted = document.nodes.some((n) => n.tiedTo !== undefined && inside.has(n.id) !== inside.has(n.tiedTo));
  if (parted) return { problem: 'tied' };
  if (returns(document, inside, first.parent)) return { problem: 'circle' };
  if (hasGradient(document, inside)) return { problem: 'gradient' };

  const id = freeId(new Set(document.nodes.map((n) => n.id)), name);
  const before = pathsOf(document);
  const held = namedIn(document, members, before, id);
  if (held === undefined) return { problem: 'named' };

  const inputs = new Map<string, Port>();
  const outputs = new Map<string, Port>();
  const inner: Wire[] = [];
  const outer: Wire[] = [];
  for (const wire of document.wires) {
    const [fromInside, toInside] = [wire.from, wire.to].map((end) => inside.has(splitPort(end).node));
    if (fromInside && toInside) inner.push(wire);
    else if (toInside) {
      const port = portFor(inputs, document, wire.from);
      inner.push({ from: `inputs.${port.name}`, to: wire.to });
      outer.push({ from: wire.from, to: `${id}.${port.name}` });
    } else if (fromInside) {
      const port = portFor(outputs, document, wire.from);
      inner.push({ from: wire.from, to: `outputs.${port.name}` });
      outer.push({ from: `${id}.${port.name}`, to: wire.to });
    } else outer.push(wire);
  }
  for (const loose of outputs.size === 0 ? looseOutputs(document, members, inner) : [])
    inner.push({ from: loose, to: `outputs.${portFor(outputs, document, loose).name}` });

  const places = tops.map((n) => document.view.nodes[n.id] ?? { x: 0, y: 0 });
  const corner = { x: Math.min(...places.map((p) => p.x)), y: Math.min(...places.map((p) => p.y)) };
  const isTop = new Set(tops.map((n) => n.id));
  const body = members.map(({ parent, ...node }) =>
    isTop.has(node.id) || parent === undefined ? node : { ...node, parent },
  );
  const views = Object.fromEntries(
    members.map((n): [string, NodeView] => {
      const view = document.view.nodes[n.id] ?? { x: 0, y: 0 };
      return [n.id, isTop.has(n.id) ? { ...view, ...rounded({ x: view.x - corner.x, y: view.y - corner.y }) } : view];
    }),
  );
  const { theirs, others } = partNotes(document.view.notes, inside);
  const origin = onCanvas(document, first.parent);
  const own = new Map(members.map((n) => [n.id, n.id]));
  const notes = carried(theirs, { x: -origin.x - corner.x, y: -origin.y - corner.y }, [], own);
  const params = paramsOf(document, members);
  const instance: DocumentNode = {
    id,
    kind: moduleKind(name),
    settings: Object.fromEntries(Object.keys(params).map((param) => [param, { param }])),
    ...(first.parent === undefined ? {} : { parent: first.parent }),
  };
  const at = document.nodes.indexOf(first);
  const nodes = held.flatMap((n, i) => (i === at ? [instance] : inside.has(n.id) ? [] : [n]));
  const losses = document.run.losses?.map((address) => {
    const port = outputs.get(address);
    return port === undefined ? address : `${id}.${port.name}`;
  });
  const grouped: GraphDocument = {
    ...document,
    modules: {
      ...document.modules,
      [name]: {
        params,
        ports: { inputs: specs(inputs), outputs: specs(outputs) },
        nodes: body,
        wires: dedupe(inner),
      },
    },
    nodes,
    wires: dedupe(outer),
    run: losses === undefined ? document.run : { ...document.run, losses },
    view: {
      ...withNotes(document.view, others),
      nodes: {
        ...Object.fromEntries(Object.entries(document.view.nodes).filter(([one]) => !inside.has(one))),
        [id]: rounded(corner),
      },
      modules: { ...document.view.modules, [name]: withNotes({ nodes: views }, notes) },
    },
  };
  const place = pathsOf(grouped).get(id) ?? id;
  const prefix = first.parent === undefined ? '' : `${before.get(first.parent) ?? first.parent}/`;
  const moved = new Map(
    members.map((n) => {
      const path = before.get(n.id) ?? n.id;
      return [path, `${place}/${path.slice(prefix.length)}`];
    }),
  );
  return { document: keepMoved(document, grouped, null, moved), id, moved };
}

/** Does what leaves a set of nodes of one `level` come back into it through others? */
export function returns(document: GraphDocument, inside: ReadonlySet<string>, level: string | undefined): boolean {
  const parents = new Map(document.nodes.map((n) => [n.id, n.parent]));
  const lift = (address: string): string | undefined => {
    let at: string | undefined = splitPort(address).node;
    while (at !== undefined && parents.get(at) !== level) at = parents.get(at);
    return at;
  };
  const followers = new Map<string, Set<string>>();
  for (const { from, to } of document.wires) {
    const [a, b] = [lift(from), lift(to)];
    if (a === undefined || b === undefined || a === b) continue;
    followers.set(a, (followers.get(a) ?? new Set()).add(b));
  }
  const after = new Set([...inside].flatMap((id) => [...(followers.get(id) ?? [])]).filter((id) => !inside.has(id)));
  // A set's iterator also visits what is added on the way.
  for (const id of after) for (const next of followers.get(id) ?? []) after.add(next);
  return [...after].some((id) => inside.has(id));
}

/** Does a wire at one of the nodes carry a gradient? It is there when the pass through all blocks is over. */
export function hasGradient({ nodes, wires, modules }: GraphDocument, inside: ReadonlySet<string>): boolean {
  const kinds = new Map(nodes.map((n) => [n.id, kindOf(n, modules)]));
  return wires.some(({ from, to }) => {
    const { node, port } = splitPort(from);
    if (!inside.has(node) && !inside.has(splitPort(to).node)) return false;
    return kinds.get(node)?.outputs.some((p) => p.name === port && p.phase === 'update') === true;
  });
}

/** The nodes, with the instance `id` in the place of members that settings name; undefined where they name a part of them. */
function namedIn(
  document: GraphDocument,
  members: readonly DocumentNode[],
  paths: ReadonlyMap<string, string>,
  id: string,
): readonly DocumentNode[] | undefined {
  const inside = new Set(members.map((n) => n.id));
  const pathsTo = (ids: Iterable<string>) => [...ids].map((one) => paths.get(one) ?? one);
  return renameNamed(document, (ids) => {
    const named = ids.filter((one) => inside.has(one));
    if (named.length === 0) return ids;
    const addresses = parametersUnder(pathsTo(inside), checkDocument(document).parameters.keys());
    return parametersUnder(pathsTo(named), addresses).length < addresses.length
      ? undefined
      : [...new Set(ids.map((one) => (inside.has(one) ? id : one)))];
  });
}

/** The settings of the definition around the nodes that stand in theirs: the new module has them too, and hands them on. */
function paramsOf(document: GraphDocument, members: readonly DocumentNode[]): ModuleDefinition['params'] {
  const around = document.nodes.map((n) => terminalModule(n.kind)).find((module) => module !== undefined);
  const known = (around === undefined ? undefined : document.modules[around]?.params) ?? {};
  const used = new Set(members.flatMap((n) => Object.values(n.settings).map(paramOf)));
  return Object.fromEntries(Object.entries(known).filter(([param]) => used.has(param)));
}

interface Port {
  readonly name: string;
  readonly type: PortSpec['type'];
}

/** The port through which the value of `source` passes; made when first asked for, and called after the node it comes from. */
function portFor(ports: Map<string, Port>, document: GraphDocument, source: string): Port {
  const known = ports.get(source);
  if (known !== undefined) return known;
  const { node, port } = splitPort(source);
  const taken = new Set([...ports.values()].map((p) => p.name));
  const stem = node.replace(/\W/g, '_');
  let name = stem;
  for (let n = 2; taken.has(name); n++) name = `${stem}${n}`;
  const made = { name, type: typeOf(document, node, port) };
  ports.set(source, made);
  return made;
}

function typeOf(document: GraphDocument, id: string, port: string): PortSpec['type'] {
  const node = document.nodes.find((n) => n.id === id);
  const kind = node && kindOf(node, document.modules);
  return [...(kind?.outputs ?? []), ...(kind?.inner?.sources ?? [])].find((p) => p.name === port)?.type ?? 'tensor';
}

const specs = (ports: ReadonlyMap<string, Port>): ModulePort[] =>
  [...ports.values()].map(({ name, type }) => (type === 'tensor' ? { name } : { name, type }));

/** Wires, each once. */
export const dedupe = (wires: readonly Wire[]): Wire[] => [
  ...new Map(wires.map((wire) => [`${wire.from} ${wire.to}`, wire])).values(),
];

/** What the selection computes and nobody uses yet: the module gives it out. */
function looseOutputs(document: GraphDocument, members: readonly DocumentNode[], wires: readonly Wire[]): string[] {
  const used = new Set(wires.map((wire) => wire.from));
  const tops = members.filter((n) => !members.some((m) => m.id === n.parent));
  return tops.flatMap((n) =>
    (kindOf(n, document.modules)?.outputs ?? [])
      .filter((port) => port.phase === undefined)
      .map((port) => `${n.id}.${port.name}`)
      .filter((address) => !used.has(address))
      .slice(0, 1),
  );
}

/** How often the document and its definitions use each definition. */
export function instancesIn({ nodes, modules }: GraphDocument): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of [nodes, ...Object.values(modules).map((body) => body.nodes)].flat()) {
    const name = moduleName(kind);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Gives an instance a definition of its own, equal to the one it had. */
export function detach(document: GraphDocument, id: string): GraphDocument {
  const instance = document.nodes.find((n) => n.id === id);
  const name = instance && moduleName(instance.kind);
  const definition = name === undefined ? undefined : document.modules[name];
  if (name === undefined || definition === undefined) return document;
  const own = freeModuleName(document, name);
  const look = document.view.modules?.[name];
  return {
    ...document,
    modules: { ...document.modules, [own]: { ...definition } },
    nodes: document.nodes.map((n) => {
      if (n.id !== id) return n.tiedTo === id ? withoutTie(n) : n;
      return { ...withoutTie(n), kind: moduleKind(own) };
    }),
    view: look === undefined ? document.view : { ...document.view, modules: { ...document.view.modules, [own]: look } },
  };
}

const withoutTie = ({ tiedTo: _, ...node }: DocumentNode): DocumentNode => node;

/** Lets an instance share the weights of another; undefined gives it weights of its own again. */
export function tie(document: GraphDocument, id: string, target: string | undefined): GraphDocument {
  return {
    ...document,
    nodes: document.nodes.map((n) =>
      n.id !== id ? n : target === undefined ? withoutTie(n) : { ...withoutTie(n), tiedTo: target },
    ),
  };
}
