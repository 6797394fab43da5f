import type { Diagnostic, GraphDocument } from '../../engine/graph/document.ts';
import { EngineError } from '../../engine/protocol/client.ts';
import type { Place, Request, StepKind } from '../../engine/protocol/messages.ts';
import { dropRun, engine, hearOnly, numberRun, standOn, watch } from '../host/engine.ts';
import { host } from '../host/host.ts';
import { wantsOther } from '../stores/device.ts';
import { diagnose } from '../stores/diagnosis.ts';
import { useDialogs } from '../stores/dialogs.ts';
import { activeTab, type Tab, useDocuments } from '../stores/documents.ts';
import { editedSince, liveChanges } from '../stores/edited.ts';
import { clearLive } from '../stores/live.ts';
import { usePreferences } from '../stores/preferences.ts';
import { noRun, type Run, runOf, useRun } from '../stores/run.ts';
import { useStanding } from '../stores/standing.ts';
import { startOf, startsOtherwise, useStarts } from '../stores/starts.ts';
import { dismissBad, toast, toastOfEdit } from '../stores/toasts.ts';
import { problemLine } from '../text/problem.ts';
import { currentText } from '../text/text.ts';
import { doubtfulFunctions } from './functions.ts';

/** Trains the active document until the end, a breakpoint or a pause. */
export const train = (): Promise<void> => setOff((session) => ({ type: 'train', session }));

/** One step through the pass: an entry, a block, a phase, an iteration. */
export const step = (kind: StepKind): Promise<void> => setOff((session) => ({ type: 'step', session, kind }));

/** What was asked for while a session is being made: it is done in order once there is one. */
const held = new Map<string, ((session: string) => Request)[]>();
const MOST_HELD = 100;

/** Sets the session of the active document going: a new one, or the one that waits. */
async function setOff(request: (session: string) => Request): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const run = runOf(tab.id);
  const { state, stepping, trained } = run;
  const list = held.get(tab.id);
  if (list !== undefined) {
    if (list.length >= MOST_HELD) return;
    list.push(request);
    useRun.getState().update(tab.id, { starting: true });
    return;
  }
  if (state === 'running' && !stepping) return;
  const over = state === 'finished' || state === 'failed' || state === 'idle';
  const fresh = trained === null || state === 'failed' || (over && isOutdated(run, tab));
  if (fresh) return launch(tab.id, request, { document: tab.document, again: () => setOff(request) });
  await answered(tab.id, () => engine.request(request(tab.id)));
}

/** Makes a session and has it do what was asked for, and whatever else is asked for meanwhile; nothing after a pause. */
async function launch(tab: string, request: (session: string) => Request, order: Order): Promise<void> {
  const list = [request];
  held.set(tab, list);
  await answered(tab, async () => {
    try {
      if ((await begin(tab, order)) === 'asked') return;
    } finally {
      if (held.get(tab) === list) held.delete(tab);
    }
    // The engine does them one after another.
    await Promise.all(list.map((one) => engine.request(one(tab))));
  });
}

/** Goes to a moment of the run, back or ahead. Needs a session that stands still; one entry back may follow other steps. */
export async function travel(to: 'back' | Place): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const session = tab.id;
  if (to === 'back' && runOf(session).stepping) return setOff((session) => ({ type: 'step', session, kind: to }));
  if (useStanding.getState().standing[session] === undefined) return;
  await answered(session, () =>
    engine.request(to === 'back' ? { type: 'step', session, kind: to } : { type: 'travel', session, place: to }),
  );
}

/** Begins anew with the document as it stands now; `keepWeights` carries the trained ones over, by address and shape. */
export async function restart(keepWeights = false): Promise<void> {
  const tab = activeTab();
  if (tab === undefined || held.has(tab.id)) return;
  const again = () => restart(keepWeights);
  await launch(tab.id, (session) => ({ type: 'train', session }), { document: tab.document, again, keepWeights });
}

/** Pauses the run as soon as it can; one that is still being made does not set off. */
export async function pause(): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const session = tab.id;
  const list = held.get(session);
  if (list !== undefined) {
    list.length = 0;
    useRun.getState().update(session, { starting: false });
    return;
  }
  if (runOf(session).trained === null) return;
  await answered(session, () => engine.request({ type: 'pause', session }));
  // What had not begun by now never will, and says nothing.
  if (useRun.getState().runs[session] !== undefined) useRun.getState().update(session, { starting: false });
}

/** Does the run of the active document stand at a moment that others lie before? */
export function canGoBack(): boolean {
  if (runOf(useDocuments.getState().active).stepping) return true;
  const stop = useStanding.getState().standing[useDocuments.getState().active]?.stop;
  return (
    stop !== undefined && (stop.position > 0 || stop.iteration > (stop.history.earliest ?? Number.POSITIVE_INFINITY))
  );
}

/** Is a run of another network, on another device, or from other weights asked for by now? */
const isOutdated = (run: Run, { id, document }: Tab): boolean =>
  (run.trained !== null && editedSince(run.trained, document)) || wantsOther(run) || startsOtherwise(run, startOf(id));

/** Back to the initial weights; where another run is asked for by now, the next Train makes it. */
export async function reset(): Promise<void> {
  const tab = activeTab();
  if (tab === undefined) return;
  const run = runOf(tab.id);
  const { trained, on, from } = run;
  if (trained === null || isOutdated(run, tab)) {
    dropRun(tab.id);
    return;
  }
  await answered(tab.id, async () => {
    await engine.request({ type: 'reset', session: tab.id });
    clearLive(tab.id);
    useStanding.getState().stand(tab.id, null);
    useRun.getState().update(tab.id, { ...noRun, trained, on, from });
  });
}

/** Can a step be asked for? Also while another one runs, or the session is being made for it: it is done after it. */
export function canStep(): boolean {
  const { active } = useDocuments.getState();
  const { state, stepping } = runOf(active);
  const isFree = held.has(active) || state !== 'running' || stepping;
  return isFree && canTrain();
}

/** May the active document be trained? */
export function canTrain(): boolean {
  const tab = activeTab();
  return tab !== undefined && tab.document.nodes.length > 0 && diagnose(tab.document).sound;
}

/** How many parameters a message names. */
const MOST_NAMED = 4;

/** Says which of the weights that were to be kept the run before did not have. */
function tellAnew(anew: readonly string[] = []): void {
  if (anew.length === 0) return;
  const { edited, toast: words } = currentText();
  const more = anew.length - MOST_NAMED;
  const named = [...anew.slice(0, MOST_NAMED), ...(more > 0 ? [words.more(more)] : [])].join(', ');
  toastOfEdit(edited.anew(anew.length), [named, edited.anewHint]);
}

/** What a session is to be made of. */
interface Order {
  readonly document: GraphDocument;
  /** What to do once the user insists on functions whose check has failed. */
  again(): Promise<void>;
  readonly keepWeights?: boolean;
}

/** Makes a session. Where the check of a function failed it asks first. */
async function begin(tab: string, { document, again, keepWeights = false }: Order): Promise<'begun' | 'asked'> {
  const { update, setEngine } = useRun.getState();
  const run = numberRun();
  const replace = () => {
    hearOnly(tab, run);
    clearLive(tab);
    useStanding.getState().stand(tab, null);
    update(tab, { ...noRun, preparing: true, starting: (held.get(tab)?.length ?? 0) > 0 });
  };
  // A sound run stays what it is until there is another: this document may be refused.
  const { trained, state } = runOf(tab);
  const sound = trained !== null && state !== 'failed';
  if (sound) update(tab, { preparing: true, starting: true });
  else replace();
  setEngine({ notice: null });
  dismissBad();
  const functions = await doubtfulFunctions(document);
  if (functions.length > 0) {
    if (useRun.getState().runs[tab] !== undefined) update(tab, { preparing: false, starting: false });
    const go = () => {
      useDocuments.getState().activate(tab);
      void again();
    };
    useDialogs.getState().show({ type: 'insist', functions, go });
    return 'asked';
  }
  const files = await readFiles(document);
  const { device: choice } = usePreferences.getState();
  const from = startOf(tab);
  const order = { type: 'create', session: tab, run, document, files, keepWeights, device: choice } as const;
  const told = await engine.create(from === null ? order : { ...order, weights: from }, Object.values(files));
  if (useRun.getState().runs[tab] === undefined) {
    // The tab was closed meanwhile: nobody is left to train for, and nothing to tell.
    void engine.request({ type: 'close', session: tab }).catch(() => undefined);
    throw new EngineError([]);
  }
  if (sound) replace();
  update(tab, { trained: document, from, preparing: false });
  standOn(tab, choice, told);
  tellAnew(told.anew);
  // What was changed while the session was made has reached nobody yet.
  const now = useDocuments.getState().tabs.find(({ id }) => id === tab)?.document;
  if (now !== undefined) sendChanges(tab, document, now);
  sendBreakpoints(tab, now ?? document);
  await watch(tab);
  return 'begun';
}

/** What cannot be read is left out: the engine knows what it misses and says so with place and remedy. */
async function readFiles(document: GraphDocument): Promise<Record<string, ArrayBuffer>> {
  const entries = Object.entries(document.data).map(async ([name, file]) => {
    const bytes = await host.readDataFile(file).catch(() => undefined);
    return bytes === undefined ? [] : [[name, bytes] as const];
  });
  return Object.fromEntries((await Promise.all(entries)).flat());
}

/** Does something with the engine; a refusal becomes a message of the run, with place and remedy. */
async function answered(tab: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const beginning = runOf(tab).preparing;
    if (useRun.getState().runs[tab] !== undefined) useRun.getState().update(tab, { preparing: false, starting: false });
    const [first, ...rest] = problemsOf(error);
    // The loss of the engine is told by its supervisor.
    if (first === undefined || first.code === 'engine.lost') return;
    // An older run that was to be replaced is still there, and sound.
    if (!beginning || runOf(tab).trained === null) useRun.getState().update(tab, { state: 'failed', message: first });
    toast(currentText().engine.failed, [first, ...rest].map(problemLine), 'bad');
  }
}

function problemsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof EngineError) return error.diagnostics;
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: 'engine.refused', severity: 'error', message, hint: 'Press Reset and try again.' }];
}

/** Requests of one session are answered in order: what comes after it runs with these breakpoints. */
function sendBreakpoints(session: string, { view }: GraphDocument): void {
  const { breakpoints: list = [], pauseOnNonFinite: nonFinite = true } = view;
  void engine.request({ type: 'breakAt', session, list, nonFinite }).catch(() => undefined);
}

function sendChanges(tab: string, before: GraphDocument, now: GraphDocument): void {
  for (const change of liveChanges(before, now))
    void engine.request({ type: 'set', session: tab, ...change }).catch(() => undefined);
}

/** From now on, live settings that change in a document reach its session, and closed tabs give theirs back. */
export function followDocuments(): () => void {
  return useDocuments.subscribe((now, before) => {
    for (const tab of now.tabs) {
      const old = before.tabs.find(({ id }) => id === tab.id);
      if (old === undefined || old.document === tab.document) continue;
      const { trained, message } = runOf(tab.id);
      // What was wrong with the network as it was may be mended now.
      if (message !== null && editedSince(old.document, tab.document))
        useRun.getState().update(tab.id, { message: null });
      if (trained === null) continue;
      sendChanges(tab.id, old.document, tab.document);
      const [then, now] = [old.document.view, tab.document.view];
      if (then.breakpoints !== now.breakpoints || then.pauseOnNonFinite !== now.pauseOnNonFinite)
        sendBreakpoints(tab.id, tab.document);
    }
    for (const tab of before.tabs)
      if (!now.tabs.some(({ id }) => id === tab.id)) {
        dropRun(tab.id);
        useStarts.getState().drop(tab.id);
      }
  });
}
