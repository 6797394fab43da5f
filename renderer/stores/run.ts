import { create } from 'zustand';
import type { DeviceChoice } from '../../engine/graph/device.ts';
import type { Diagnostic, GraphDocument } from '../../engine/graph/document.ts';
import type { Device, Evaluation, RunState, WeightsFile } from '../../engine/protocol/messages.ts';

/** The life of the engine, as the supervisor tells it. `stopped`: it died too often and is not restarted by itself. */
export type EngineStatus = 'starting' | 'ready' | 'lost' | 'stopped';

/** A run, as its last transition left it. Live numbers are in `live.ts` and never here. */
export interface Run {
  readonly state: RunState;
  /** What runs is a step: others may follow it. */
  readonly stepping: boolean;
  readonly step: number;
  readonly epoch: number;
  readonly message: Diagnostic | null;
  /** The document that is being trained; null when no session exists. */
  readonly trained: GraphDocument | null;
  readonly evaluations: readonly Evaluation[];
  /** A session is being made: data are read, weights drawn. */
  readonly preparing: boolean;
  /** It was asked to go, and has not said yet that it does: while it is being made, and until the engine has come to it. */
  readonly starting: boolean;
  /** What was chosen for it, and what it computes on; null when no session exists. */
  readonly on: { readonly choice: DeviceChoice; readonly device: Device } | null;
  /** The weights that it began with; null where they were drawn. */
  readonly from: WeightsFile | null;
}

export const noRun: Run = {
  state: 'idle',
  stepping: false,
  step: 0,
  epoch: 0,
  message: null,
  trained: null,
  evaluations: [],
  preparing: false,
  starting: false,
  on: null,
  from: null,
};

/** What happened to the engine, until the next run: keys of `text.engine`. */
export type EngineNotice = 'lostMidRun' | 'lostIdle' | 'gaveUp';

interface RunStore {
  readonly notice: EngineNotice | null;
  readonly engine: EngineStatus;
  /** The CPU as the engine computes on it; null until it has said so. */
  readonly device: Device | null;
  /** The engine has said nothing for long, in the middle of its work. */
  readonly quiet: boolean;
  /** By tab. */
  readonly runs: Readonly<Record<string, Run>>;
  setEngine(change: Partial<Pick<RunStore, 'engine' | 'device' | 'notice' | 'quiet'>>): void;
  /** The engine took all sessions with it. */
  lose(): void;
  update(tab: string, change: Partial<Run>): void;
  drop(tab: string): void;
}

export const useRun = create<RunStore>((set) => ({
  engine: 'starting',
  device: null,
  quiet: false,
  runs: {},
  notice: null,
  setEngine: (change) => set(change),
  lose: () =>
    set(({ runs }) => ({
      runs: Object.fromEntries(
        Object.entries(runs).map(([tab, run]) => [
          tab,
          { ...noRun, step: run.step, epoch: run.epoch, message: run.message, evaluations: run.evaluations },
        ]),
      ),
    })),
  update: (tab, change) =>
    set((state) => ({ runs: { ...state.runs, [tab]: { ...(state.runs[tab] ?? noRun), ...change } } })),
  drop: (tab) =>
    set((state) => {
      const { [tab]: _, ...runs } = state.runs;
      return { runs };
    }),
}));

/** Does it go, or will it as soon as it can? */
export const isGoing = ({ state, preparing, starting }: Run): boolean =>
  starting || (state === 'running' && !preparing);

export const runOf = (tab: string): Run => useRun.getState().runs[tab] ?? noRun;
