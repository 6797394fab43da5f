import type { DeviceChoice } from '../../engine/graph/device.ts';
import type { SessionDevice, StopReport } from '../../engine/protocol/messages.ts';
import { SupervisedEngine } from '../../engine/protocol/supervised.ts';
import type { SupervisorState } from '../../engine/protocol/supervisor.ts';
import { useGpu } from '../stores/device.ts';
import { inspectAddress } from '../stores/inspection.ts';
import { clearLive, onWatchChange, receiveFrame, watched } from '../stores/live.ts';
import { runOf, useRun } from '../stores/run.ts';
import { useStanding } from '../stores/standing.ts';
import { toast } from '../stores/toasts.ts';
import { problemLine } from '../text/problem.ts';
import { currentText } from '../text/text.ts';
import { host } from './host.ts';

/** The app's one engine, and the only place where its messages turn into state. */
export const engine = new SupervisedEngine(() => {
  const process = host.startEngine();
  process.port.listen((message) => {
    if (message.kind === 'hello') useRun.getState().setEngine({ device: message.device });
  });
  return process;
});

engine.onState(follow);

engine.onQuiet((quiet) => useRun.getState().setEngine({ quiet }));

/** The run whose word counts, by tab. Until the engine has read that a new one begins, the older one still tells things. */
const heard = new Map<string, number>();
let runsSoFar = 0;

/** A number for a run to come. */
export function numberRun(): number {
  runsSoFar += 1;
  return runsSoFar;
}

/** From now on, only this run of the tab is listened to. */
export function hearOnly(tab: string, run: number): void {
  heard.set(tab, run);
}

engine.onTransition((tab, transition, run) => {
  const { update, runs } = useRun.getState();
  // A session that was dropped may still have something to say.
  if (runs[tab] === undefined || heard.get(tab) !== run) return;
  switch (transition.type) {
    case 'state':
      update(tab, {
        state: transition.state,
        stepping: transition.stepping === true,
        step: transition.step,
        epoch: transition.epoch,
        message: transition.message ?? null,
        // While another run is being made, this is the word of the older one.
        ...(runs[tab].preparing ? {} : { starting: false }),
      });
      stand(tab, transition.stop ?? null);
      return;
    case 'evaluation':
      update(tab, { evaluations: [...runOf(tab).evaluations, transition.result].slice(-400) });
      return;
    case 'device': {
      const { on } = runOf(tab);
      if (on !== null) standOn(tab, on.choice, transition.told);
      return;
    }
    default:
      transition satisfies never;
  }
});

/** What a run computes on from now on; where that is not what was asked for, or not what it was, the user is told. */
export function standOn(tab: string, choice: DeviceChoice, { device, problem }: SessionDevice): void {
  useRun.getState().update(tab, { on: { choice, device } });
  if (device.adapter !== undefined) useGpu.setState({ report: { adapter: device.adapter } });
  if (problem === undefined) return;
  const { cpuTrains, gpuAgain } = currentText().device;
  toast(device.name === 'cpu' ? cpuTrains : gpuAgain, [problemLine(problem)], 'bad');
}

function stand(tab: string, stop: StopReport | null): void {
  const { stand, tell } = useStanding.getState();
  stand(tab, stop);
  if (stop === null) return;
  const ask = async () => {
    const tape = await engine.tape(tab);
    const [entry, passing] =
      tape === null ? [null, {}] : await Promise.all([engine.entry(tab, tape.done - 1), engine.passing(tab)]);
    if (entry !== null && stop.position > 0) inspectAddress(tab, entry.address);
    tell(tab, stop, { tape, entry, passing });
  };
  // An engine that is lost meanwhile has no tape; that it is lost is told elsewhere.
  void ask().catch(() => undefined);
}

engine.onTelemetry((tab, frame, run) => {
  if (heard.get(tab) === run) receiveFrame(tab, frame, () => engine.ack(tab, run));
});

/** Tells the engine which nodes are looked at, once for all cards that appear in one go. */
const due = new Set<string>();
onWatchChange((tab) => {
  if (due.size === 0) setTimeout(sendWatches, 50);
  due.add(tab);
});

function sendWatches(): void {
  const tabs = [...due];
  due.clear();
  for (const tab of tabs) if (runOf(tab).trained !== null) void watch(tab).catch(() => undefined);
}

export const watch = (tab: string) => engine.request({ type: 'watch', session: tab, nodes: watched(tab) });

/** Forgets a tab's run, here and in the engine. */
export function dropRun(tab: string): void {
  if (useRun.getState().runs[tab] === undefined) return;
  if (runOf(tab).trained !== null) void engine.request({ type: 'close', session: tab }).catch(() => undefined);
  heard.delete(tab);
  useRun.getState().drop(tab);
  useStanding.getState().stand(tab, null);
  clearLive(tab);
}

function follow(state: SupervisorState): void {
  const { setEngine, lose } = useRun.getState();
  switch (state.phase) {
    case 'starting':
      setEngine({ engine: 'starting' });
      return;
    case 'ready':
    case 'busy':
      setEngine({ engine: 'ready' });
      return;
    case 'lost': {
      const notice = !state.restarting ? 'gaveUp' : state.midRun ? 'lostMidRun' : 'lostIdle';
      setEngine({ engine: state.restarting ? 'lost' : 'stopped', notice });
      for (const tab of Object.keys(useStanding.getState().standing)) useStanding.getState().stand(tab, null);
      lose();
      toast(currentText().engine.lost, [currentText().engine[notice]], 'bad');
      return;
    }
    default:
      state satisfies never;
  }
}
