import type { Diagnostic } from '../../engine/graph/document.ts';
import { useDiagnosis } from './diagnosis.ts';
import { useDocuments } from './documents.ts';
import { useRun } from './run.ts';

/** Everything wrong with the network that is shown and with its run, which comes first. */
export function useProblems(): readonly Diagnostic[] {
  const { diagnostics } = useDiagnosis();
  const tab = useDocuments((state) => state.active);
  const message = useRun((state) => state.runs[tab]?.message);
  return message == null ? diagnostics : [message, ...diagnostics];
}
