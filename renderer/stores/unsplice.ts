import type { DocumentNode, GraphDocument, GraphView, NodeView, Note, Wire } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { isUnfolded, moduleKind, moduleName } from '../../engine/graph/kinds.ts';
import { levelOf, levelOfPort, nameOf } from './levels.ts';
import { mergedBy } from './merge.ts';
import { rehomed } from './rehome.ts';
import { moved, originOf, type Part, splice, wireOriginOf } from './splice.ts';

/** A body as an edit left it, in its definition's own words; null: as it was. */
interface Edited {
  readonly part: Part;
  readonly nodes: readonly DocumentNode[] | null;
  readonly wires: readonly Wire[] | null;
  readonly views: GraphView['nodes'] | null;
}

/**
 * The graph with what was edited on the canvas where its unfolded instances show their definitions. An edit of a body is one of
 * its definition; edits of several instances of one definition at once are taken together.
 */
export function unspliced(graph: GraphDocument, edited: GraphDocument): GraphDocument {
  const { graph: canvas, parts } = splice(graph);
  if (edited === canvas) return graph;
  if (parts.length === 0) return edited;
  const { document } = rehomed(edited);
  const nodes = Map.groupBy(document.nodes, ({ id }) => levelOf(id));
  // A wire through the border of an instance belongs to no graph.
  const wires = Map.groupBy(
    document.wires.filter(({ from, to }) => levelOfPort(from) === levelOfPort(to)),
    ({ to }) => levelOfPort(to),
  );
  const views = Map.groupBy(Object.entries(document.view.nodes), ([id]) => levelOf(id));
  const instances = new Map(
    document.nodes.map(({ id, kind }) => [id, isUnfolded(kind) ? moduleName(kind) : undefined]),
  );
  const bodies = parts
    .filter(({ level, module }) => instances.get(level) === module)
    .map((part): Edited => {
      const { level } = part;
      const body = sameOr(part.definition.nodes, (nodes.get(level) ?? []).map(nodeOf));
      const own = Object.fromEntries(views.get(level) ?? []);
      return {
        part,
        nodes: body === part.definition.nodes ? null : body,
        wires: differs(part.definition.wires, (wires.get(level) ?? []).map(wireOf)),
        views: sameRecord(own, part.views) ? null : own,
      };
    })
    .filter((body) => body.nodes !== null || body.wires !== null || body.views !== null);

  let { modules } = document;
  let looks = document.view.modules;
  for (const [module, versions] of Map.groupBy(bodies, ({ part }) => part.module)) {
    const definition = modules[module];
    if (definition === undefined) continue;
    const body = mergedNodes(versions);
    if (body !== null || versions.some((v) => v.wires !== null))
      modules = {
        ...modules,
        [module]: {
          ...definition,
          nodes: body ?? definition.nodes,
          wires: mergedWires(versions, body ?? definition.nodes),
        },
      };
    const places = mergedViews(versions);
    if (places !== null) looks = { ...looks, [module]: lookOf(looks?.[module], places, versions) };
  }
  const own = Object.fromEntries(views.get('') ?? []);
  const { modules: _, ...view } = document.view;
  return {
    ...document,
    modules,
    nodes: sameOr(graph.nodes, (nodes.get('') ?? []).map(nodeOf)),
    wires: sameOr(graph.wires, wires.get('') ?? []),
    run: withoutForeign(document.run),
    view: {
      ...view,
      nodes: sameRecord(own, graph.view.nodes) ? graph.view.nodes : own,
      ...(view.notes === undefined ? {} : { notes: ownNotes(view.notes) }),
      ...(looks === undefined ? {} : { modules: looks }),
    },
  };
}

/** A node of the canvas in the words of its graph. */
function nodeOf(node: DocumentNode): DocumentNode {
  const origin = originOf(node);
  if (origin !== undefined) return origin;
  const level = levelOf(node.id);
  if (level === '' && !isUnfolded(node.kind)) return node;
  const { parent, tiedTo, ...rest } = node;
  return {
    ...rest,
    id: nameOf(node.id),
    kind: isUnfolded(node.kind) ? moduleKind(moduleName(node.kind) ?? '') : node.kind,
    ...(parent === undefined || parent === level ? {} : { parent: nameOf(parent) }),
    ...(tiedTo === undefined ? {} : { tiedTo: nameOf(tiedTo) }),
  };
}

const wireOf = (wire: Wire): Wire => wireOriginOf(wire) ?? { from: portOf(wire.from), to: portOf(wire.to) };

/** `model.inputs/x` is `inputs.x` of the definition that `model` shows. */
function portOf(address: string): string {
  const { node, port } = splitPort(address);
  return port.includes('/') ? port.replace('/', '.') : `${nameOf(node)}.${port}`;
}

const sameList = <T>(a: readonly T[], b: readonly T[]) => a.length === b.length && a.every((one, i) => one === b[i]);
const sameOr = <T>(before: readonly T[], after: readonly T[]) => (sameList(before, after) ? before : after);
const differs = <T>(before: readonly T[], after: readonly T[]) => (sameList(before, after) ? null : after);

function sameRecord(a: GraphView['nodes'], b: GraphView['nodes']): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function mergedNodes(versions: readonly Edited[]): readonly DocumentNode[] | null {
  const changed = versions.flatMap(({ nodes }) => (nodes === null ? [] : [nodes]));
  const merged = mergedBy(versions[0]?.part.definition.nodes ?? [], changed, ({ id }) => id);
  if (merged === null || changed.length < 2) return merged;
  // One may have put into a block what another took away.
  const known = new Set(merged.map(({ id }) => id));
  return merged.map((node) => {
    if (node.parent === undefined || known.has(node.parent)) return node;
    const { parent: _, ...free } = node;
    return free;
  });
}

function mergedWires(versions: readonly Edited[], nodes: readonly DocumentNode[]): readonly Wire[] {
  const before = versions[0]?.part.definition.wires ?? [];
  const changed = versions.flatMap(({ wires }) => (wires === null ? [] : [wires]));
  const merged = mergedBy(before, changed, ({ from, to }) => `${from} ${to}`) ?? before;
  if (versions.length < 2) return merged;
  const known = new Set([...nodes.map(({ id }) => id), 'inputs', 'outputs']);
  const sound = merged.filter(({ from, to }) => known.has(splitPort(from).node) && known.has(splitPort(to).node));
  // An input holds one wire: the one that was laid last.
  return sameOr(merged, [...new Map(sound.map((wire) => [wire.to, wire])).values()]);
}

/** Places of a body by the names of its nodes, in the coordinates of its frames. */
function mergedViews(versions: readonly Edited[]): GraphView['nodes'] | null {
  type Entry = readonly [string, NodeView];
  const before = new Map<string, Entry>(
    Object.entries(versions[0]?.part.views ?? {}).map(([id, view]) => [nameOf(id), [nameOf(id), view]]),
  );
  const changed = versions.flatMap(({ part, views }) => {
    if (views === null) return [];
    const entries = Object.entries(views).map(([id, view]): Entry => {
      const same = part.views[id] === view ? before.get(nameOf(id)) : undefined;
      return same ?? [nameOf(id), view];
    });
    return [entries];
  });
  const merged = mergedBy([...before.values()], changed, ([id]) => id);
  return merged === null ? null : Object.fromEntries(merged);
}

/** A definition's look with its body at new places. Its terminals and notes keep their distance from the body. */
function lookOf(look: GraphView | undefined, places: GraphView['nodes'], versions: readonly Edited[]): GraphView {
  const { offset = { x: 0, y: 0 } } = versions[0]?.part ?? {};
  const terminals = Object.entries(look?.nodes ?? {})
    .filter(([id]) => id === 'inputs' || id === 'outputs')
    .map(([id, view]): [string, NodeView] => [id, moved(view, offset)]);
  const notes = look?.notes?.map((note) => ({ ...note, x: note.x + offset.x, y: note.y + offset.y }));
  return { ...look, nodes: { ...places, ...Object.fromEntries(terminals) }, ...(notes === undefined ? {} : { notes }) };
}

/** Losses name nodes of the document itself. */
function withoutForeign(run: GraphDocument['run']): GraphDocument['run'] {
  const { losses, ...rest } = run;
  const kept = losses?.filter((loss) => levelOfPort(loss) === '');
  if (losses === undefined || kept?.length === losses.length) return run;
  return kept === undefined || kept.length === 0 ? rest : { ...rest, losses: kept };
}

/** Notes hang on nodes of their own graph. */
function ownNotes(notes: readonly Note[]): readonly Note[] {
  return sameOr(
    notes,
    notes.map((note) => {
      if (note.node === undefined || levelOf(note.node) === '') return note;
      const { node: _, ...free } = note;
      return free;
    }),
  );
}
