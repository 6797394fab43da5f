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
export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'types'; readonly from: PortType; readonly to: PortType }
  | { readonly ok: false; readonly reason: 'itself' | 'cycle' | 'inner' | 'unknown' };

export function judge(document: GraphDocument, kinds: ReadonlyMap<string, NodeKind>, ends: Ends): Verdict {
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
