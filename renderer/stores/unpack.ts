import { checkDocument } from '../../engine/graph/check.ts';
import type { DocumentNode, Graph, GraphDocument, NodeView, Wire } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { kindOf, moduleKind, moduleName, paramOf } from '../../engine/graph/kinds.ts';
import { fitsChain } from '../../engine/graph/structure.ts';
import { carried, freed, onCanvas, withNotes } from './carried_notes.ts';
import { keepMoved } from './draws.ts';
import { freeId, rounded } from './edits.ts';
import { dedupe, type Moved } from './modules.ts';
import { parametersUnder, renameNamed } from './named_parameters.ts';
import { pathsOf } from './paths.ts';

/** The way back from a module: its body in the place of an instance. Pure, like `edits.ts`. */

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

/**
 * Puts the body of an instance in its place; in a Sequential, which has no wires, only where it is a chain itself. Numbers stay what
 * they were; a definition that nobody uses any more goes.
 */
export function unpack(document: GraphDocument, id: string): Unpacked {
  const at = document.nodes.findIndex((n) => n.id === id);
  const instance = document.nodes[at];
  const name = instance && moduleName(instance.kind);
  const definition = name === undefined ? undefined : document.modules[name];
  if (instance === undefined || name === undefined || definition === undefined) return { problem: 'none' };
  if (instance.tiedTo !== undefined || document.nodes.some((n) => n.tiedTo === id)) return { problem: 'tied' };
  const around = document.nodes.find((n) => n.id === instance.parent);
  const inChain = around !== undefined && kindOf(around, document.modules)?.block === 'chain';
  const unwired = inChain ? unchain(definition, document.modules) : definition;
  if (unwired === undefined) return { problem: 'linked' };

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
  const body = unwired.nodes.map((node): DocumentNode => {
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
    ...unwired.wires.flatMap((wire) => {
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
  const { notes } = document.view;
  const inPlace = carried(look?.notes, onCanvas(document, id), notes, names);
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
    view: { ...withNotes(document.view, [...freed(notes, id), ...inPlace]), nodes: { ...others, ...views } },
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

/**
 * The nodes of a graph in the order in which one input passes through all of them to one output, and the wires within them: those
 * that a Sequential does without are gone. Undefined where the graph is no such chain.
 */
function unchain({ nodes, wires }: Graph, modules: GraphDocument['modules']): Graph | undefined {
  const links = nodes.filter((node) => node.parent === undefined);
  const kinds = new Map(links.map((node) => [node.id, kindOf(node, modules)]));
  /** A chain has one wire from every node, or from every terminal of the module. */
  const next = new Map<string, Wire>();
  const inner: Wire[] = [];
  for (const wire of wires) {
    const { node, port } = splitPort(wire.from);
    const kind = kinds.get(node);
    const isOuter = node === 'inputs' || kind?.outputs.some(({ name }) => name === port) === true;
    if (!isOuter) inner.push(wire);
    else if (next.has(node)) return undefined;
    else next.set(node, wire);
  }
  const ordered: DocumentNode[] = [];
  let at = splitPort(next.get('inputs')?.to ?? '.');
  while (at.node !== 'outputs') {
    const link = links.find(({ id }) => id === at.node);
    const kind = kinds.get(at.node);
    const wire = next.get(at.node);
    if (link === undefined || kind === undefined || wire === undefined) return undefined;
    // The way may also lead into a block, or in a circle.
    if (!fitsChain(kind) || kind.inputs[0]?.name !== at.port || ordered.includes(link)) return undefined;
    ordered.push(link);
    at = splitPort(wire.to);
  }
  const contents = nodes.filter((node) => node.parent !== undefined);
  return ordered.length === links.length ? { nodes: [...ordered, ...contents], wires: inner } : undefined;
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
