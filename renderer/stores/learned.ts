import type { GraphDocument } from '../../engine/graph/document.ts';
import { editedSince } from './edited.ts';
import type { Run } from './run.ts';

/** Why a run has no weights to give: there is none, or it has failed, and what it learned came to nothing. */
export function whyNoWeights({ trained, state }: Run): 'nothing' | 'failed' | undefined {
  if (trained === null) return 'nothing';
  return state === 'failed' ? 'failed' : undefined;
}

/** Has the run weights that are those of the document as it is now? */
export const hasLearned = (run: Run, document: GraphDocument): boolean =>
  run.trained !== null && whyNoWeights(run) === undefined && !editedSince(run.trained, document);
