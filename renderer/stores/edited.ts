import type { DocumentNode, GraphDocument } from '../../engine/graph/document.ts';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { sameMeaning } from './diagnosis.ts';

/** A live setting that differs from what the session trains with. */
export interface LiveChange {
  readonly node: string;
  readonly setting: string;
  readonly value: number;
}

/**
 * Does `now` mean something else than the document that a session trains? Moving things and live settings do not count:
 * those reach the session by themselves.
 */
export function editedSince(trained: GraphDocument, now: GraphDocument): boolean {
  if (sameMeaning(trained, now)) return false;
  return (
    !sameValue(trained.data, now.data) ||
    !sameValue(trained.run, now.run) ||
    !sameValue(trained.modules, now.modules) ||
    trained.nodes.length !== now.nodes.length ||
    now.nodes.some((node, i) => !sameButLive(trained.nodes[i], node)) ||
    !sameValue(wiring(trained), wiring(now))
  );
}

/** The wires, in an order of their own: that in which they were drawn means nothing. */
const wiring = ({ wires }: GraphDocument): string[] => wires.map(({ from, to }) => `${from} ${to}`).sort();

/** By value, as a document is saved: what was changed and changed back is the same again. */
function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const of = (value: object) => new Map(Object.entries(value).filter(([, entry]) => entry !== undefined));
  const [left, right] = [of(a), of(b)];
  return (
    left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameValue(value, right.get(key)))
  );
}

/** The live settings by which `now` differs from `before`. */
export function liveChanges(before: GraphDocument, now: GraphDocument): LiveChange[] {
  if (before.nodes === now.nodes) return [];
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  return now.nodes.flatMap((node) => {
    const was = old.get(node.id);
    if (was === undefined || was === node || was.kind !== node.kind) return [];
    return Object.entries(nodeKinds.get(node.kind)?.settings ?? {}).flatMap(([setting, { live, default: usual }]) => {
      const value = node.settings[setting] ?? usual;
      return live === true && typeof value === 'number' && value !== (was.settings[setting] ?? usual)
        ? [{ node: node.id, setting, value }]
        : [];
    });
  });
}

function sameButLive(a: DocumentNode | undefined, b: DocumentNode): boolean {
  if (a === b) return true;
  if (a === undefined || a.id !== b.id || a.kind !== b.kind || a.parent !== b.parent || a.tiedTo !== b.tiedTo)
    return false;
  const schema = nodeKinds.get(b.kind)?.settings ?? {};
  const names = new Set([...Object.keys(a.settings), ...Object.keys(b.settings)]);
  return [...names].every((name) => schema[name]?.live === true || sameValue(a.settings[name], b.settings[name]));
}
