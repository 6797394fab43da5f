import { useMemo, useState } from 'react';
import { nodeKinds } from '../../engine/nodes/index.ts';
import { useDiagnosis } from '../stores/diagnosis.ts';
import { useActiveDocument } from '../stores/documents.ts';
import { latest } from '../stores/live.ts';
import { useRun } from '../stores/run.ts';
import { useSelection } from '../stores/selection.ts';
import type { Place } from './chain.ts';
import { createFlow } from './flow.ts';

const nobody: readonly string[] = [];

/** React Flow's nodes and wires of the active document. */
export function useFlow(tab: string, dragged: ReadonlyMap<string, Place>) {
  const document = useActiveDocument();
  const { byNode, shapes } = useDiagnosis();
  const selected = useSelection((s) => s.nodes);
  const wire = useSelection((s) => s.wire);
  // A card learns its parameters' names from the first telemetry; a transition, not a frame, makes it look again.
  const state = useRun((s) => s.runs[tab]?.state);
  const [derive] = useState(createFlow);
  return useMemo(() => {
    const parametersOf = (node: string) => (state ? Object.keys(latest(tab, node)?.parameters ?? {}) : nobody);
    return derive({
      tab,
      document,
      kinds: nodeKinds,
      selected,
      wire,
      diagnostics: byNode,
      shapes,
      dragged,
      parametersOf,
      language: 'en',
    });
  }, [derive, tab, document, selected, wire, byNode, shapes, dragged, state]);
}
