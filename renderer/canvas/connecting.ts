import { type GraphDocument, splitPort } from '../../engine/graph/document.ts';
import type { NodeKind } from '../../engine/nodes/node.ts';
import { type PortType, typesFit } from '../../engine/nodes/ports.ts';

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
      readonly reason: 'itself' | 'cycle' | 'inner' | 'unknown' | 'sides' | 'taken' | 'several';
    };
export type Verdict = { readonly ok: true } | Refusal;

/** One end of a wire under the hand, as React Flow names it. */
export interface PortEnd {
  readonly nodeId: string;
  readonly id?: string | null;
  readonly type: 'source' | 'target';
}

type Kinds = ReadonlyMap<string, NodeKind>;

export function judge(document: GraphDocument, kinds: Kinds, ends: Ends): Verdict {
  if (ends.source === ends.target) return { ok: false, reason: 'itself' };
  const source = document.nodes.find((n) => n.id === ends.source);
  const target = document.nodes.find((n) => n.id === ends.target);
  const from = kinds.get(source?.kind ?? '')?.outputs.find((p) => p.name === ends.sourceHandle);
  const to = kinds.get(target?.kind ?? '')?.inputs.find((p) => p.name === ends.targetHandle);
  if (!from || !to) return { ok: false, reason: 'unknown' };
  if (source?.parent !== undefined || target?.parent !== undefined) return { ok: false, reason: 'inner' };
  if (!typesFit(from.type, to.type)) return { ok: false, reason: 'types', from: from.type, to: to.type };
  return reaches(document, ends.target, ends.source) ? { ok: false, reason: 'cycle' } : { ok: true };
}

/** Whether wires lead from node `start` to node `goal`. */
function reaches(document: GraphDocument, start: string, goal: string): boolean {
  const next = Map.groupBy(document.wires, (wire) => splitPort(wire.from).node);
  const seen = new Set<string>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === goal) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const wire of next.get(at) ?? []) open.push(splitPort(wire.to).node);
  }
  return false;
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
export function refusalOf(document: GraphDocument, kinds: Kinds, from: PortEnd, to: PortEnd): Refusal | undefined {
  if (from.nodeId === to.nodeId && from.id === to.id && from.type === to.type) return undefined;
  if (from.type === to.type) return { ok: false, reason: 'sides' };
  const verdict = judge(document, kinds, endsOf(from, to));
  return verdict.ok ? undefined : verdict;
}

/**
 * Where a wire drawn from `from` ends that is let go on the body of `node`: at its only free port that fits. Inputs that
 * must be wired go before those that may stay open. Undefined where the hand gave up: on its own node, or on no node.
 */
export function landing(
  document: GraphDocument,
  kinds: Kinds,
  from: PortEnd,
  node: string,
): Ends | Refusal | undefined {
  const kind = kinds.get(document.nodes.find((n) => n.id === node)?.kind ?? '');
  if (!kind || node === from.nodeId) return undefined;
  const type = from.type === 'source' ? 'target' : 'source';
  const ports = (type === 'target' ? kind.inputs : kind.outputs).map((port) => {
    const ends = endsOf(from, { nodeId: node, id: port.name, type });
    return { port, ends, verdict: judge(document, kinds, ends) };
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
