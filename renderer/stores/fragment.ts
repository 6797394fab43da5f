import type {
  DocumentNode,
  GraphDocument,
  GraphView,
  ModuleDefinition,
  NodeView,
  Note,
  Wire,
} from '../../engine/graph/document.ts';
import { emptyDocument, splitPort } from '../../engine/graph/document.ts';
import { formatDocument } from '../../engine/graph/format.ts';
import { kindOf, moduleKind, moduleName } from '../../engine/graph/kinds.ts';
import { documentSchema, fragmentSchema, LIMITS } from '../../engine/graph/schema.ts';
import { carried } from './carried_notes.ts';
import type { Point } from './edits.ts';
import { freeId, nextName, rounded, withContents } from './edits.ts';
import { bornAs } from './kind_switch.ts';
import { freeModuleName } from './modules.ts';
import { renamedSettings } from './named_parameters.ts';
import { settled } from './params.ts';
import { isReal } from './scope.ts';

/** Part of a document, as it travels through the clipboard. */
export interface Fragment {
  readonly format: 'gradloom-fragment';
  /** Id of the tab it was copied from. */
  readonly source?: string;
  readonly nodes: readonly DocumentNode[];
  /** Wires between the nodes. */
  readonly wires: readonly Wire[];
  readonly views: Readonly<Record<string, NodeView>>;
  /** Those that were selected with the nodes. */
  readonly notes?: readonly Note[];
  /** Definitions of the instances among the nodes, and of those in them; and how their bodies look. */
  readonly modules?: Readonly<Record<string, ModuleDefinition>>;
  readonly looks?: Readonly<Record<string, GraphView>>;
  /** What the settings of the definition it was copied from are in the instance: elsewhere they have no other meaning. */
  readonly values?: Readonly<Record<string, number | boolean>>;
}

/** What travels: ids of nodes and of notes. */
export interface Chosen {
  readonly nodes: Iterable<string>;
  readonly notes?: ReadonlySet<string>;
}

/** The nodes, what they contain, the wires among them and the notes, in the document's order. */
export function copyFragment(document: GraphDocument, chosen: Chosen, source?: string): Fragment {
  const taken = withContents(document, chosen.nodes);
  const nodes = document.nodes.filter((node) => taken.has(node.id) && isReal(node));
  const used = usedModules(document, nodes);
  const notes = (document.view.notes ?? []).filter(({ id }) => chosen.notes?.has(id));
  const looks = Object.entries(document.view.modules ?? {}).filter(([name]) => Object.hasOwn(used, name));
  return {
    format: 'gradloom-fragment',
    ...(source === undefined ? {} : { source }),
    nodes,
    wires: document.wires.filter((wire) => taken.has(splitPort(wire.from).node) && taken.has(splitPort(wire.to).node)),
    views: Object.fromEntries(nodes.map((node) => [node.id, document.view.nodes[node.id] ?? { x: 0, y: 0 }])),
    ...(notes.length === 0 ? {} : { notes }),
    ...(Object.keys(used).length === 0 ? {} : { modules: used }),
    ...(looks.length === 0 ? {} : { looks: Object.fromEntries(looks) }),
  };
}

function usedModules({ modules }: GraphDocument, nodes: readonly DocumentNode[]): Record<string, ModuleDefinition> {
  const found: Record<string, ModuleDefinition> = {};
  const open = [...nodes];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const name = moduleName(node.kind);
    const definition = name === undefined ? undefined : modules[name];
    if (name === undefined || definition === undefined || Object.hasOwn(found, name)) continue;
    found[name] = definition;
    open.push(...definition.nodes);
  }
  return found;
}

/** What is in a document now: the new nodes outside of new blocks, and the new notes. */
export interface Pasted {
  readonly document: GraphDocument;
  readonly ids: readonly string[];
  readonly notes: readonly string[];
}

/** A definition calls its terminals by these. */
const RESERVED = ['inputs', 'outputs'];

/**
 * Inserts a fragment, moved by `offset`; an id or a name that is taken gives way to the next that is free. What lay in a block
 * returns into it only in the tab it came from (`target`): elsewhere the id may be a stranger's.
 */
export function paste(document: GraphDocument, fragment: Fragment, offset: Point, target?: string): Pasted {
  const { document: known, names: modules } = adoptModules(document, fragment);
  const there = new Set(document.nodes.map((node) => node.id));
  const renamed = freshIds(new Set([...there, ...RESERVED]), fragment.nodes, ({ id, kind }, taken) => {
    const stem = moduleName(kind) ?? kind;
    // What the app named is counted as the app counts; what a user named is called after that.
    return bornAs(id, stem) || RESERVED.includes(id) ? freeId(taken, stem) : nextName(taken, id);
  });
  const names = new Set(document.nodes.map(({ id }) => document.view.nodes[id]?.label ?? id));
  const to = (id: string) => renamed.get(id) ?? id;
  const address = (port: string) => `${to(splitPort(port).node)}.${splitPort(port).port}`;
  const views: Record<string, NodeView> = {};
  const outer: string[] = [];
  const atHome = fragment.source !== undefined && fragment.source === target;
  const isBlock = (id: string) => {
    const node = document.nodes.find((one) => one.id === id);
    const block = node && kindOf(node, document.modules)?.block;
    return block === 'chain' || block === 'frame';
  };
  const values = atHome ? {} : (fragment.values ?? {});
  const nodes = fragment.nodes.map((node): DocumentNode => {
    const id = to(node.id);
    const inside = node.parent !== undefined && renamed.has(node.parent);
    const view = named(fragment.views[node.id] ?? { x: 0, y: 0 }, names);
    names.add(view.label ?? id);
    // Positions in a block are relative to it, so only the outermost move.
    views[id] = inside ? view : { ...view, ...rounded({ x: view.x + offset.x, y: view.y + offset.y }) };
    if (!inside) outer.push(id);
    const { parent, tiedTo, ...rest } = node;
    const module = moduleName(node.kind);
    const keeps = parent !== undefined && (inside || (atHome && isBlock(parent)));
    const tied = tiedTo !== undefined && (renamed.has(tiedTo) || (atHome && there.has(tiedTo)));
    return {
      ...rest,
      id,
      kind: module === undefined ? node.kind : moduleKind(modules.get(module) ?? module),
      settings: settled(renamedSettings(node, known.modules, (ids) => ids.map(to)) ?? node.settings, values),
      ...(keeps ? { parent: to(parent) } : {}),
      ...(tied ? { tiedTo: to(tiedTo) } : {}),
    };
  });
  const wires = fragment.wires.map((wire) => ({ from: address(wire.from), to: address(wire.to) }));
  const { notes: old = [] } = document.view;
  const atPlace = atHome ? [...there].map((id) => [id, id] as const) : [];
  const notes = carried(fragment.notes, offset, old, new Map([...atPlace, ...renamed]));
  return {
    ids: outer,
    notes: notes.map(({ id }) => id),
    document: {
      ...known,
      nodes: [...document.nodes, ...nodes],
      wires: [...document.wires, ...wires],
      view: {
        ...known.view,
        nodes: { ...document.view.nodes, ...views },
        ...(notes.length === 0 ? {} : { notes: [...old, ...notes] }),
      },
    },
  };
}

/** A view whose label, if it has one, is no name that is taken. */
const named = (view: NodeView, names: ReadonlySet<string>): NodeView =>
  view.label === undefined ? view : { ...view, label: nextName(names, view.label).slice(0, LIMITS.name) };

/** By the id that each of `things` has: the one it gets. It keeps its own unless that is taken. */
function freshIds<T extends { readonly id: string }>(
  taken: ReadonlySet<string>,
  things: readonly T[],
  fresh: (thing: T, taken: ReadonlySet<string>) => string,
): ReadonlyMap<string, string> {
  const kept = things.filter(({ id }) => !taken.has(id)).map(({ id }) => id);
  const all = new Set([...taken, ...kept]);
  const ids = new Map(kept.map((id) => [id, id]));
  for (const thing of things) {
    if (ids.has(thing.id)) continue;
    const id = fresh(thing, all);
    all.add(id);
    ids.set(thing.id, id);
  }
  return ids;
}

/** Takes in the definitions that a fragment brings; one that has the name of another gets a name of its own. */
function adoptModules(
  document: GraphDocument,
  { modules = {}, looks = {} }: Fragment,
): { readonly document: GraphDocument; readonly names: ReadonlyMap<string, string> } {
  let next = document;
  const names = new Map<string, string>();
  const strange = strangers(document, modules);
  for (const [name, definition] of Object.entries(modules)) {
    if (Object.hasOwn(document.modules, name) && !strange.has(name)) continue;
    const free = Object.hasOwn(next.modules, name) ? freeModuleName(next, name) : name;
    names.set(name, free);
    const look = looks[name];
    next = {
      ...next,
      modules: { ...next.modules, [free]: definition },
      view: look === undefined ? next.view : { ...next.view, modules: { ...next.view.modules, [free]: look } },
    };
  }
  if (names.size === 0) return { document, names };
  // Definitions that came together know each other by the names they came with.
  const rename = (node: DocumentNode): DocumentNode => {
    const name = names.get(moduleName(node.kind) ?? '');
    return name === undefined ? node : { ...node, kind: moduleKind(name) };
  };
  const came = new Set(names.values());
  const all = Object.entries(next.modules).map(([name, definition]) => [
    name,
    came.has(name) ? { ...definition, nodes: definition.nodes.map(rename) } : definition,
  ]);
  return { document: { ...next, modules: Object.fromEntries(all) }, names };
}

/** Names of definitions that mean something else here: they differ, or one of those that they use does. */
function strangers(document: GraphDocument, came: GraphDocument['modules']): Set<string> {
  const known = Object.entries(came).filter(([name]) => Object.hasOwn(document.modules, name));
  const text = (name: string, definition: ModuleDefinition | undefined) =>
    definition && formatDocument({ ...emptyDocument(), modules: { [name]: definition } });
  const found = new Set<string>();
  for (const [name, definition] of known) {
    const there = document.modules[name];
    if (there !== definition && text(name, there) !== text(name, definition)) found.add(name);
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [name, { nodes }] of known) if (nodes.some((n) => found.has(moduleName(n.kind) ?? ''))) found.add(name);
  }
  return found;
}

/** Copies nodes and notes beside themselves, with the wires among them. */
export const duplicate = (document: GraphDocument, chosen: Chosen, offset: Point = { x: 32, y: 32 }) =>
  paste(document, copyFragment(document, chosen, 'here'), offset, 'here');

const schema = fragmentSchema.extend({ notes: documentSchema.shape.view.shape.notes });

/** Reads what the clipboard holds; undefined if it is not a fragment that a document could hold. */
export function parseFragment(text: string): Fragment | undefined {
  if (!text.includes('gradloom-fragment')) return undefined;
  try {
    const { data } = schema.safeParse(JSON.parse(text));
    return data !== undefined && hasOneOfEach(data.notes) ? data : undefined;
  } catch {
    return undefined;
  }
}

const hasOneOfEach = (notes: readonly Note[] = []): boolean => new Set(notes.map(({ id }) => id)).size === notes.length;
