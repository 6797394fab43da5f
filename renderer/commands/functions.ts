import type { GraphDocument } from '../../engine/graph/document.ts';
import { type FunctionUse, functionKey } from '../../engine/graph/functions.ts';
import { engine } from '../host/engine.ts';
import { functionsOf, functionsToRun, unreachedIn } from '../stores/diagnosis.ts';
import { activeTab, useDocuments } from '../stores/documents.ts';
import { sourcesOf, stateOf, useFunctions } from '../stores/functions.ts';
import { hasInsisted } from '../stores/insistence.ts';

/** Questions that the engine has not answered yet, by key. */
const open = new Map<string, Promise<void>>();

/** Has a function traced and checked. @throws EngineError */
function examine({ source, signature }: FunctionUse): Promise<void> {
  const key = functionKey(source, signature);
  const known = open.get(key);
  if (known !== undefined) return known;
  const { ask, report, fail } = useFunctions.getState();
  const answer = engine.examine(source, signature).then(
    (found) => {
      open.delete(key);
      report(key, found);
    },
    (error: unknown) => {
      open.delete(key);
      fail(key, source);
      throw error;
    },
  );
  open.set(key, answer);
  ask(key);
  return answer;
}

const pendingIn = (document: GraphDocument): FunctionUse[] =>
  functionsToRun(document).filter(({ traced }) => traced === undefined);

/** Checks what is in the active document as often as its shapes change, if the user let that code run. */
export function followFunctions(): () => void {
  const look = () => {
    const tab = activeTab();
    const { allowed } = useFunctions.getState();
    if (tab === undefined || allowed.size === 0) return;
    const may = (uses: readonly FunctionUse[]) =>
      uses.filter(({ source, traced }) => traced === undefined && allowed.has(source));
    const pending = may(functionsToRun(tab.document));
    // What is behind one that is pending may be reached yet.
    for (const use of pending.length > 0 ? pending : may(unreachedIn(tab.document)))
      void examine(use).catch(() => undefined);
  };
  const stops = [useDocuments.subscribe(look), useFunctions.subscribe(look)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Does the active document hold functions of the user's own? */
export function hasFunctions(): boolean {
  const tab = activeTab();
  return tab !== undefined && sourcesOf(tab.document).size > 0;
}

/** Lets the functions of the active document run: they are checked, one after the other as shapes become known. */
export function checkFunctions(): void {
  const tab = activeTab();
  if (tab !== undefined) useFunctions.getState().allow(sourcesOf(tab.document));
}

/**
 * Runs and checks all functions of a document that is to be trained. Gives those that the user has not insisted on and whose
 * check failed. @throws EngineError
 */
export async function doubtfulFunctions(document: GraphDocument): Promise<FunctionUse[]> {
  const sources = sourcesOf(document);
  if (sources.size === 0) return [];
  useFunctions.getState().allow(sources);
  for (let pending = pendingIn(document); pending.length > 0; pending = pendingIn(document))
    await Promise.all(pending.map(examine));
  const functions = useFunctions.getState();
  return functionsOf(document).filter(
    (use) => use.traced?.ok === true && stateOf(use, functions).verdict !== 'verified' && !hasInsisted(use),
  );
}
