import { EngineError } from '../../engine/protocol/client.ts';
import type { Comparison } from '../../engine/protocol/messages.ts';
import { agreementOf, differenceOf, wordsOf } from '../comparison/words.ts';
import { engine } from '../host/engine.ts';
import { type Check, useComparison } from '../stores/comparison.ts';
import { activeTab, useDocuments } from '../stores/documents.ts';
import { type Names, namesOf } from '../stores/names.ts';
import { usePreferences } from '../stores/preferences.ts';
import { isGoing, runOf, useRun } from '../stores/run.ts';
import { useStanding } from '../stores/standing.ts';
import { toast, toastOfEdit } from '../stores/toasts.ts';
import { problemLine } from '../text/problem.ts';
import { currentText } from '../text/text.ts';

/** That the engine is lost is told by its supervisor, and who sets the run going knows it. */
const TOLD: ReadonlySet<string> = new Set(['engine.lost', 'engine.moved-on']);

/** Why the run of the active document cannot be checked: it goes, or nothing has been computed. */
export function whyNotCompare(): 'going' | 'nothing' | undefined {
  const { active } = useDocuments.getState();
  const run = runOf(active);
  if (run.preparing || isGoing(run)) return 'going';
  return useStanding.getState().standing[active] === undefined ? 'nothing' : undefined;
}

/** Does the run of the active document stand still? */
export const canCompare = (): boolean => whyNotCompare() === undefined && useRun.getState().engine === 'ready';

/** Has all that the active run has computed in its iteration computed again in plain code on the CPU, and tells how far it is from that. */
export async function compareWithCpu(): Promise<void> {
  const tab = activeTab();
  const stop = useStanding.getState().standing[tab?.id ?? '']?.stop;
  if (tab === undefined || stop === undefined) return;
  const { id, document } = tab;
  const { put, drop } = useComparison.getState();
  let check: Check = { stop, document, progress: { done: 0, of: 1 } };
  put(id, check);
  const isWanted = () => useComparison.getState().checks[id] === check;
  const slices = engine.compare(id);
  try {
    for (;;) {
      const { done, value } = await slices.next();
      if (!isWanted()) return;
      check = done === true ? { stop, document, found: value } : { stop, document, progress: value };
      put(id, check);
      if (check.found === undefined) continue;
      tell(check.found, namesOf(document, runOf(id).trained));
      return;
    }
  } catch (error) {
    if (!isWanted()) return;
    drop(id);
    const problems = error instanceof EngineError ? error.diagnostics.filter(({ code }) => !TOLD.has(code)) : [];
    if (problems.length > 0) toast(currentText().command['run.compare'], problems.map(problemLine), 'bad');
  }
}

function tell(found: Comparison, names: Names): void {
  const { language } = usePreferences.getState();
  const words = wordsOf(language);
  const skipped = found.skipped === 0 ? [] : [words.skipped(found.skipped)];
  if (found.isWithin) {
    toast(agreementOf(found, language, names), skipped);
    return;
  }
  const differing = found.nodes.filter(({ isWithin }) => !isWithin);
  const lines = differing.map((node) => differenceOf(node, language, names));
  toastOfEdit(words.differs(differing.length), [...lines, ...skipped], 'bad');
}
