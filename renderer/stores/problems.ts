import { useMemo } from 'react';
import type { Diagnostic } from '../../engine/graph/document.ts';
import { useCode } from './code.ts';
import { problemsByNode, useDiagnosis } from './diagnosis.ts';
import { graphOf, moduleOf, useActiveTab, useDocuments } from './documents.ts';
import { useRun } from './run.ts';

/** Everything wrong with the network that is shown and with its run, which comes first; and what its code cannot say. */
export function useProblems(): readonly Diagnostic[] {
  const { diagnostics } = useDiagnosis();
  const tab = useDocuments((state) => state.active);
  const message = useRun((state) => state.runs[tab]?.message);
  const refusals = useCode((state) => state.refusals);
  return message == null && refusals.length === 0
    ? diagnostics
    : [...(message == null ? [] : [message]), ...diagnostics, ...refusals];
}

/** The same by node of what is on the canvas, without what the run says. */
export function useNodeProblems(): ReadonlyMap<string, readonly Diagnostic[]> {
  const tab = useActiveTab();
  const { byNode } = useDiagnosis();
  const refusals = useCode((state) => state.refusals);
  return useMemo(() => {
    if (tab === undefined || refusals.length === 0) return byNode;
    const all = new Map(byNode);
    for (const [node, list] of problemsByNode(refusals, graphOf(tab), moduleOf(tab)))
      all.set(node, [...(all.get(node) ?? []), ...list]);
    return all;
  }, [byNode, refusals, tab]);
}
