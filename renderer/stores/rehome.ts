import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { splitPort } from '../../engine/graph/document.ts';
import { moduleName } from '../../engine/graph/kinds.ts';
import { freeId } from './edits.ts';
import { inLevel, levelOf, nameOf, unfoldedAround } from './levels.ts';
import { settledSettings } from './params.ts';

/** A graph on the canvas, and the ids that nodes have now by those that they had. */
export interface Rehomed {
  readonly document: GraphDocument;
  readonly renamed: ReadonlyMap<string, string>;
}

/** A definition calls its terminals by these. */
const RESERVED = ['inputs', 'outputs'];

/**
 * Gives nodes that were put into an unfolded instance, or taken out of one, ids of the definition they belong to now. A setting
 * that stood for one of the instance's gets the instance's value on the way out.
 */
export function rehomed(document: GraphDocument): Rehomed {
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const around = new Map(document.nodes.map((node) => [node.id, unfoldedAround(node, byId)]));
  const strays = new Set(document.nodes.filter(({ id }) => around.get(id) !== levelOf(id)).map(({ id }) => id));
  if (strays.size === 0) return { document, renamed: new Map() };

  // Several instances of one definition share its names.
  const moduleAt = (level: string) => moduleName(byId.get(level)?.kind ?? '') ?? '';
  const taken = new Map<string, Set<string>>();
  const takenIn = (module: string): Set<string> => {
    const known = taken.get(module) ?? new Set(RESERVED);
    taken.set(module, known);
    return known;
  };
  for (const { id } of document.nodes) if (!strays.has(id)) takenIn(moduleAt(levelOf(id))).add(nameOf(id));

  const renamed = new Map<string, string>();
  const now = (id: string, depth = 0): string => {
    const known = renamed.get(id);
    if (known !== undefined) return known;
    const node = byId.get(id);
    const frame = around.get(id) ?? '';
    if (node === undefined || depth > byId.size) return id;
    let name = nameOf(id);
    if (strays.has(id)) {
      const names = takenIn(moduleAt(frame));
      if (names.has(name)) name = freeId(names, moduleName(node.kind) ?? node.kind);
      names.add(name);
    }
    const made = inLevel(frame === '' ? '' : now(frame, depth + 1), name);
    renamed.set(id, made);
    return made;
  };
  const nodes = document.nodes.map((node): DocumentNode => {
    const id = now(node.id);
    if (id === node.id) return node;
    const { parent, tiedTo, ...rest } = node;
    const level = around.get(node.id) ?? '';
    const parted = tiedTo !== undefined && around.get(tiedTo) !== level;
    return {
      ...rest,
      id,
      settings: strays.has(node.id) ? settledSettings(document, byId, node, level, true) : node.settings,
      ...(parent === undefined ? {} : { parent: now(parent) }),
      ...(tiedTo === undefined || parted ? {} : { tiedTo: now(tiedTo) }),
    };
  });
  const port = (address: string) => {
    const { node, port: name } = splitPort(address);
    return `${now(node)}.${name}`;
  };
  const changed = new Map([...renamed].filter(([from, to]) => from !== to));
  const isMoved = (address: string) => changed.has(splitPort(address).node);
  const { losses, ...run } = document.run;
  return {
    renamed: changed,
    document: {
      ...document,
      nodes,
      wires: document.wires.map((wire) =>
        isMoved(wire.from) || isMoved(wire.to) ? { from: port(wire.from), to: port(wire.to) } : wire,
      ),
      run: losses?.some(isMoved) ? { ...run, losses: losses.map(port) } : document.run,
      view: {
        ...document.view,
        nodes: Object.fromEntries(
          Object.entries(document.view.nodes).map(([id, view]) => [changed.get(id) ?? id, view]),
        ),
        ...(document.view.notes === undefined
          ? {}
          : {
              notes: document.view.notes.map((note) => {
                const node = note.node === undefined ? undefined : changed.get(note.node);
                return node === undefined ? note : { ...note, node };
              }),
            }),
      },
    },
  };
}
