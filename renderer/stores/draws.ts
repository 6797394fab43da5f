import { checkDocument } from '../../engine/graph/check.ts';
import type { DocumentNode, Graph, GraphDocument, RunSettings } from '../../engine/graph/document.ts';
import { kindOf, moduleName } from '../../engine/graph/kinds.ts';
import { withDefaults } from '../../engine/nodes/settings.ts';
import { followMoved } from './followed_breakpoints.ts';
import { knownTraces } from './functions.ts';
import { pathsOf } from './paths.ts';

/**
 * Sees to it that what was drawn before an edit draws the same numbers after it: lists the order of the draws where the order of
 * the nodes no longer tells it. `renamed` gives the new address of what stood at an old one.
 */
export function keepDraws(
  before: GraphDocument,
  after: GraphDocument,
  renamed: (address: string) => string,
): GraphDocument {
  const natural = checkDocument(withDraws(after, undefined), knownTraces).draws;
  const there = new Set(natural);
  const wanted = checkDocument(before, knownTraces)
    .draws.map((name) => outermostUntied(after, renamed(name)))
    .filter((name) => there.has(name));
  const order = [...new Set([...wanted, ...natural])];
  return withDraws(after, order.every((name, i) => name === natural[i]) ? undefined : order);
}

/** What was drawn before an edit draws the same numbers after it, and breakpoints stay with what they are about. */
const keepMoves = (before: GraphDocument, after: GraphDocument, renamed: (address: string) => string): GraphDocument =>
  keepDraws(before, followMoved(before, after, renamed), renamed);

/**
 * For edits of the definition `module`, or of the document itself (null): `moved` gives the new way through the blocks to what
 * stood at an old one. In every instance the same happens.
 */
export const keepMoved = (
  before: GraphDocument,
  after: GraphDocument,
  module: string | null,
  moved: ReadonlyMap<string, string>,
): GraphDocument => keepMoves(before, after, (address) => renameIn(before, module, address, moved));

/**
 * For edits on the canvas of `module`, where unfolded instances show their definitions: what was moved in a definition was moved
 * in all of its instances, those that are not on the canvas too.
 */
export function keepShown(
  before: GraphDocument,
  after: GraphDocument,
  module: string | null,
  moved: ReadonlyMap<string, string>,
): GraphDocument {
  const bodies = Object.entries(before.modules).flatMap(([name, body]) => {
    const edited = after.modules[name];
    return edited === undefined || edited.nodes === body.nodes ? [] : [[name, movedBetween(body, edited)] as const];
  });
  return keepMoves(before, after, (address) => {
    const shown = renameIn(before, module, address, moved);
    if (shown !== address) return shown;
    for (const [name, way] of bodies) {
      const inside = renameIn(before, name, address, way);
      if (inside !== address) return inside;
    }
    return address;
  });
}

/** Where nodes stand after an edit that changes nothing but the blocks around them, and the ids that `renamed` tells. */
export function movedBetween(
  before: Pick<Graph, 'nodes'>,
  after: Pick<Graph, 'nodes'>,
  renamed: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const now = pathsOf(after);
  return new Map([...pathsOf(before)].map(([id, path]) => [path, now.get(renamed.get(id) ?? id) ?? path]));
}

/** Renames what lies in the instances of `module`: behind the address of one, the address is that of the definition. */
function renameIn(
  document: GraphDocument,
  module: string | null,
  address: string,
  moved: ReadonlyMap<string, string>,
): string {
  if (module === null) return renamePrefix(address, moved);
  const parts = address.split('/');
  let graph: Graph | undefined = document;
  for (const [i, id] of parts.entries()) {
    const name = moduleName(graph?.nodes.find((node) => node.id === id)?.kind ?? '');
    if (name === undefined) continue;
    const rest = parts.slice(i + 1);
    if (name === module && rest.length > 0)
      return [...parts.slice(0, i + 1), renamePrefix(rest.join('/'), moved)].join('/');
    graph = document.modules[name];
  }
  return address;
}

/** Replaces the longest beginning of an address that `moved` knows. */
function renamePrefix(address: string, moved: ReadonlyMap<string, string>): string {
  const parts = address.split('/');
  for (let length = parts.length; length > 0; length--) {
    const start = moved.get(parts.slice(0, length).join('/'));
    if (start !== undefined) return [start, ...parts.slice(length)].join('/');
  }
  return address;
}

/** In a list of draws an untied loop stands for all that is in it. */
function outermostUntied(document: GraphDocument, address: string): string {
  const parts = address.split('/');
  let graph: Graph | undefined = document;
  for (const [i, id] of parts.entries()) {
    const node: DocumentNode | undefined = graph?.nodes.find((one) => one.id === id);
    const kind = node && kindOf(node, document.modules);
    if (node === undefined || kind === undefined) break;
    // What lies in an instance has the names of its definition.
    if (kind.block === 'module') graph = document.modules[moduleName(node.kind) ?? ''];
    if (kind.copies?.(withDefaults(kind.settings, node.settings)) !== undefined) return parts.slice(0, i + 1).join('/');
  }
  return address;
}

function withDraws(document: GraphDocument, draws: readonly string[] | undefined): GraphDocument {
  const { draws: before, ...run } = document.run;
  if (before === draws) return document;
  const next: RunSettings = draws === undefined ? run : { ...run, draws };
  return { ...document, run: next };
}
