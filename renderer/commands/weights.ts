import { type GivenWeights, readWeights, stateName } from '../../engine/program/given_weights.ts';
import { EngineError } from '../../engine/protocol/client.ts';
import type { StoredTensor } from '../../engine/tensor/safetensors/decode.ts';
import { encodeSafetensors } from '../../engine/tensor/safetensors/encode.ts';
import { engine } from '../host/engine.ts';
import { host } from '../host/host.ts';
import { activeTab, useDocuments } from '../stores/documents.ts';
import { whyNoWeights } from '../stores/learned.ts';
import { runOf, useRun } from '../stores/run.ts';
import { useStarts } from '../stores/starts.ts';
import { toast } from '../stores/toasts.ts';
import { problemLine } from '../text/problem.ts';
import { currentText } from '../text/text.ts';

const ENDING = '.safetensors';

/** Why the run of the active document has no weights to save. */
export const whyNotSaveWeights = () => whyNoWeights(runOf(useDocuments.getState().active));

/** Is there a run whose weights the engine can give? */
export function canSaveWeights(): boolean {
  const { preparing } = runOf(useDocuments.getState().active);
  return !preparing && whyNotSaveWeights() === undefined && useRun.getState().engine === 'ready';
}

/** Writes the weights of the active document's run where the user wants them, as `gradloom train --save` does. The run goes on. */
export async function saveWeights(): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const name = `${tab.name}${ENDING}`;
  const content = async () => {
    const weights = await engine.weights(tab.id);
    return encodeSafetensors(weights.map(({ address, ...rest }) => ({ name: stateName(address), ...rest })));
  };
  try {
    const saved = await host.saveBytes(name, content);
    if (saved !== undefined) toast(currentText().toast.saved(saved));
  } catch (error) {
    toast(currentText().toast.notSaved(name), linesOf(error), 'bad');
  }
}

/** Asks for a file of weights that runs of the active document start from, in place of drawn ones. That it fits is found out then. */
export async function chooseStart(): Promise<void> {
  const tab = activeTab();
  const file = await host.pickBytes(ENDING);
  if (tab === undefined || file === undefined) return;
  const read = readWeights(file.name, new Uint8Array(file.bytes));
  if (Array.isArray(read)) toast(currentText().toast.notOpened(file.name), read.map(problemLine), 'bad');
  else useStarts.getState().choose(tab.id, file);
}

/** The weights of a tab's run under the names of a state_dict; `file` is what messages call them. */
export async function learnedWeights(tab: string, file: string): Promise<GivenWeights> {
  const weights = await engine.weights(tab);
  const stored = weights.map(({ address, shape, values }): [string, StoredTensor] => [
    stateName(address),
    { dtype: 'F32', shape, values },
  ]);
  return { file, tensors: new Map(stored) };
}

/** What was thrown, in lines for the user. */
export function linesOf(error: unknown): string[] {
  if (error instanceof EngineError) return error.diagnostics.map(problemLine);
  return [error instanceof Error ? error.message : String(error)];
}
