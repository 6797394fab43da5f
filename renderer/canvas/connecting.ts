import { crossing } from '../../engine/graph/crossing.ts';
import type { GraphDocument } from '../../engine/graph/document.ts';
import { kindOf } from '../../engine/graph/kinds.ts';
import { type PortSpec, type PortType, typesFit } from '../../engine/nodes/ports.ts';

/** Which wires may be laid, and why not. */
export interface Ends {
  readonly source: string;
  readonly sourceHandle: string | null;
  readonly target: string;
  readonly targetHandle: string | null;
}
export type Refusal =
  | { readonly ok: false; readonly reason: 'types'; readonly from: PortType; readonly to: PortType }
  | {
      readonly ok: false;
      readonly reason: 'itself' | 'cycle' | 'inner' | 'leaves' | 'border' | 'unknown' | 'sides' | 'taken' | 'several';
    };
export type Verdict = { readonly ok: true } | Refusal;

/** One end of a wire under the hand, as React Flow names it. */
export interface PortEnd {
  readonly nodeId: string;
  readonly id?: string | null;
  readonly type: 'source' | 'target';
}

/** The record of a port, outside or inside of its node. */
function portOf(
  document: GraphDocument,
  id: string,
  side: 'source' | 'target',
  port: string | null,
): PortSpec | undefined {
  const node = document.nodes.find((n) => n.id === id);
  const kind = node && kindOf(node, document.modules);
  const inner = kind?.block === 'frame' ? kind.inner : undefined;
  const lists = side === 'source' ? [kind?.outputs, inner?.sources] : [kind?.inputs, inner?.targets];
  return lists.flatMap((list) => list ?? []).find((p) => p.name === port);
}

export function judge(document: GraphDocument, ends: Ends): Verdict {
  const from = portOf(document, ends.source, 'source', ends.sourceHandle);
  const to = portOf(document, ends.target, 'target', ends.targetHandle);
  if (!from || !to) return { ok: false, reason: 'unknown' };
  const wire = { from: `${ends.source}.${from.name}`, to: `${ends.target}.${to.name}` };
  const { isSound, passesBorder, isLinked, levelOf, closesCircle } = crossing(document, document.modules);
  if (isLinked(wire)) return { ok: false, reason: 'inner' };
  // The two sides of a loop's terminals are joined by its body, or by nothing where the value only passes.
  if (ends.source === ends.target && levelOf(wire.from) !== ends.source) return { ok: false, reason: 'itself' };
  if (passesBorder(wire)) return { ok: false, reason: 'border' };
  if (!isSound(wire)) return { ok: false, reason: 'leaves' };
  if (!typesFit(from.type, to.type)) return { ok: false, reason: 'types', from: from.type, to: to.type };
  return closesCircle(wire) ? { ok: false, reason: 'cycle' } : { ok: true };
}

/** The inner side of a Sequential's terminal belongs to its chain; a wire dropped there means the Sequential. */
export const isInner = (port: PortEnd): boolean => port.id?.endsWith(':inner') === true;

const endsOf = (a: PortEnd, b: PortEnd): Ends => {
  const [source, target] = a.type === 'source' ? [a, b] : [b, a];
  return {
    source: source.nodeId,
    sourceHandle: source.id ?? null,
    target: target.nodeId,
    targetHandle: target.id ?? null,
  };
};

/** Why no wire may join two ports; undefined where one may, and where the hand is still at the port it started from. */
export function refusalOf(document: GraphDocument, from: PortEnd, to: PortEnd): Refusal | undefined {
  if (from.nodeId === to.nodeId && from.id === to.id && from.type === to.type) return undefined;
  if (from.type === to.type) return { ok: false, reason: 'sides' };
  const verdict = judge(document, endsOf(from, to));
  return verdict.ok ? undefined : verdict;
}

/**
 * Where a wire drawn from `from` ends that is let go on the body of `node`: at its only free port that fits. Inputs that
 * must be wired go before those that may stay open. Undefined where the hand gave up: on its own node, or on no node.
 */
export function landing(document: GraphDocument, from: PortEnd, node: string): Ends | Refusal | undefined {
  const found = document.nodes.find((n) => n.id === node);
  const kind = found && kindOf(found, document.modules);
  if (!kind || node === from.nodeId) return undefined;
  const type = from.type === 'source' ? 'target' : 'source';
  const ports = (type === 'target' ? kind.inputs : kind.outputs).map((port) => {
    const ends = endsOf(from, { nodeId: node, id: port.name, type });
    return { port, ends, verdict: judge(document, ends) };
  });
  const fitting = ports.filter(({ verdict }) => verdict.ok);
  if (fitting.length === 0)
    return ports.map(({ verdict }) => verdict).find((verdict) => !verdict.ok) ?? { ok: false, reason: 'unknown' };
  // An output feeds as many wires as it likes.
  const wired = new Set(type === 'target' ? document.wires.map((wire) => wire.to) : []);
  const free = fitting.filter(({ port }) => !wired.has(`${node}.${port.name}`));
  if (free.length === 0) return { ok: false, reason: 'taken' };
  const needed = free.filter(({ port }) => port.optional !== true);
  const choice = needed.length > 0 ? needed : free;
  return choice.length === 1 && choice[0] ? choice[0].ends : { ok: false, reason: 'several' };
}
