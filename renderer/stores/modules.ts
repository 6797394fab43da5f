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
import { nodeKinds } from '../../engine/nodes/index.ts';
import type { PortSpec } from '../../engine/nodes/ports.ts';
import { keepMoved, pathsOf } from './draws.ts';
import { freeId, rounded, withContents } from './edits.ts';
import { parametersUnder, renameNamed } from './named_parameters.ts';
import { isReal } from './scope.ts';

/** Edits that make, use and dissolve definitions. Pure, like `edits.ts`. */

/** Why a selection cannot become a module. */
export type GroupProblem = 'nothing' | 'levels' | 'outside-only' | 'chain' | 'circle' | 'gradient' | 'tied' | 'named';
export type Grouped =
  | { readonly document: GraphDocument; readonly id: string; readonly moved: Moved; readonly problem?: undefined }
  | { readonly problem: GroupProblem };

/** By the way through the blocks to a node that went elsewhere: the new one. */
type Moved = ReadonlyMap<string, string>;

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
    return kind?.category === 'loss' || kind?.category === 'optimizer';
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
      ...document.view,
      nodes: {
        ...Object.fromEntries(Object.entries(document.view.nodes).filter(([one]) => !inside.has(one))),
        [id]: rounded(corner),
      },
      modules: { ...document.view.modules, [name]: { nodes: views } },
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

const dedupe = (wires: readonly Wire[]): Wire[] => [
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

/** Why an instance cannot be dissolved. */
export type UnpackProblem = 'none' | 'tied' | 'linked' | 'named';
export type Unpacked =
  | {
      readonly document: GraphDocument;
      readonly ids: readonly string[];
      readonly moved: Moved;
      readonly problem?: undefined;
    }
  | { readonly problem: UnpackProblem };

/** Puts the body of an instance in its place. Numbers stay what they were; a definition that nobody uses any more goes. */
export function unpack(document: GraphDocument, id: string): Unpacked {
  const at = document.nodes.findIndex((n) => n.id === id);
  const instance = document.nodes[at];
  const name = instance && moduleName(instance.kind);
  const definition = name === undefined ? undefined : document.modules[name];
  if (instance === undefined || name === undefined || definition === undefined) return { problem: 'none' };
  if (instance.tiedTo !== undefined || document.nodes.some((n) => n.tiedTo === id)) return { problem: 'tied' };
  const around = document.nodes.find((n) => n.id === instance.parent);
  if (around && kindOf(around, document.modules)?.block === 'chain') return { problem: 'linked' };

  const taken = new Set(document.nodes.filter((n) => n.id !== id).map((n) => n.id));
  const names = new Map<string, string>();
  for (const node of definition.nodes) {
    const free = taken.has(node.id) ? freeId(taken, node.kind) : node.id;
    taken.add(free);
    names.set(node.id, free);
  }
  const to = (one: string) => names.get(one) ?? one;
  const address = (end: string) => `${to(splitPort(end).node)}.${splitPort(end).port}`;
  const given = (param: string) => instance.settings[param] ?? definition.params[param]?.default;
  const body = definition.nodes.map((node): DocumentNode => {
    const settings = Object.fromEntries(
      Object.entries(node.settings).map(([key, value]) => {
        const param = paramOf(value);
        return [key, param === undefined ? value : given(param)];
      }),
    );
    const parent = node.parent === undefined ? instance.parent : to(node.parent);
    const tied = node.tiedTo === undefined ? {} : { tiedTo: to(node.tiedTo) };
    return { id: to(node.id), kind: node.kind, settings, ...(parent === undefined ? {} : { parent }), ...tied };
  });

  const fed = new Map(
    document.wires.filter((w) => splitPort(w.to).node === id).map((w) => [splitPort(w.to).port, w.from]),
  );
  const sourceOf = new Map(
    definition.wires.filter((w) => splitPort(w.to).node === 'outputs').map((w) => [splitPort(w.to).port, w.from]),
  );
  /** What stands at an end of a wire once the instance is gone; undefined: nothing is wired there. */
  const resolve = (end: string): string | undefined => {
    const { node, port } = splitPort(end);
    if (node !== 'inputs') return address(end);
    return fed.get(port);
  };
  const wires = [
    ...document.wires.flatMap((wire) => {
      if (splitPort(wire.to).node === id) return [];
      if (splitPort(wire.from).node !== id) return [wire];
      const source = sourceOf.get(splitPort(wire.from).port);
      const from = source === undefined ? undefined : resolve(source);
      return from === undefined ? [] : [{ from, to: wire.to }];
    }),
    ...definition.wires.flatMap((wire) => {
      if (splitPort(wire.to).node === 'outputs') return [];
      const from = resolve(wire.from);
      return from === undefined ? [] : [{ from, to: address(wire.to) }];
    }),
  ];
  const place = document.view.nodes[id] ?? { x: 0, y: 0 };
  const look = document.view.modules?.[name];
  const views = Object.fromEntries(
    definition.nodes.map((node): [string, NodeView] => {
      const view = look?.nodes[node.id] ?? { x: 0, y: 0 };
      const moved =
        node.parent === undefined ? { ...view, ...rounded({ x: view.x + place.x, y: view.y + place.y }) } : view;
      return [to(node.id), moved];
    }),
  );
  const { [id]: _, ...others } = document.view.nodes;
  const losses = document.run.losses?.map((loss) => {
    const { node, port } = splitPort(loss);
    const source = node === id ? sourceOf.get(port) : undefined;
    return (source === undefined ? loss : resolve(source)) ?? loss;
  });
  const unpacked: GraphDocument = {
    ...document,
    nodes: document.nodes.toSpliced(at, 1, ...body),
    wires: dedupe(wires),
    run: losses === undefined ? document.run : { ...document.run, losses },
    view: { ...document.view, nodes: { ...others, ...views } },
  };
  const paths = pathsOf(unpacked);
  const named = namedOut(unpacked, id, body, paths);
  if (named === undefined) return { problem: 'named' };
  const inside = pathsOf({ nodes: definition.nodes });
  const prefix = pathsOf(document).get(id) ?? id;
  const moved = new Map(
    definition.nodes.map((node) => [
      `${prefix}/${inside.get(node.id) ?? node.id}`,
      paths.get(to(node.id)) ?? to(node.id),
    ]),
  );
  return {
    document: withoutUnused(keepMoved(document, { ...unpacked, nodes: named }, null, moved), name),
    ids: body.filter((n) => n.parent === instance.parent).map((n) => n.id),
    moved,
  };
}

/** The nodes, with what holds parameters of the `body` in the place of the instance `id` where settings name it. */
function namedOut(
  unpacked: GraphDocument,
  id: string,
  body: readonly DocumentNode[],
  paths: ReadonlyMap<string, string>,
): readonly DocumentNode[] | undefined {
  return renameNamed(unpacked, (ids) => {
    if (!ids.includes(id)) return ids;
    const addresses = [...checkDocument(unpacked).parameters.keys()];
    const inside = new Set(body.map((n) => n.id));
    const holders = body.filter(
      (n) =>
        (n.parent === undefined || !inside.has(n.parent)) &&
        parametersUnder([paths.get(n.id) ?? n.id], addresses).length > 0,
    );
    return ids.flatMap((one) => (one === id ? holders.map((n) => n.id) : [one]));
  });
}

/** Is a definition used, by the document or by another definition? */
export const isUsed = (document: GraphDocument, name: string): boolean =>
  [document.nodes, ...Object.values(document.modules).map((m) => m.nodes)].some((nodes) =>
    nodes.some((n) => n.kind === moduleKind(name)),
  );

function withoutUnused(document: GraphDocument, name: string): GraphDocument {
  return isUsed(document, name) ? document : removeModule(document, name);
}

/** Takes a definition away; its instances, if any, are then of no kind. */
function removeModule(document: GraphDocument, name: string): GraphDocument {
  const { [name]: _, ...modules } = document.modules;
  const { modules: looks, ...view } = document.view;
  const { [name]: __, ...rest } = looks ?? {};
  return { ...document, modules, view: Object.keys(rest).length === 0 ? view : { ...view, modules: rest } };
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
