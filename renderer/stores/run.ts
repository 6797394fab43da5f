import { create } from 'zustand';
import type { Diagnostic, GraphDocument } from '../../engine/graph/document.ts';
import type { Evaluation, RunState } from '../../engine/protocol/messages.ts';

/** The life of the engine, as the supervisor tells it. `stopped`: it died too often and is not restarted by itself. */
export type EngineStatus = 'starting' | 'ready' | 'lost' | 'stopped';

/** A run, as its last transition left it. Live numbers are in `live.ts` and never here. */
export interface Run {
  readonly state: RunState;
  readonly step: number;
  readonly epoch: number;
  readonly message: Diagnostic | null;
  /** The document that is being trained; null when no session exists. */
  readonly trained: GraphDocument | null;
  readonly evaluations: readonly Evaluation[];
}

export const noRun: Run = { state: 'idle', step: 0, epoch: 0, message: null, trained: null, evaluations: [] };

interface RunStore {
  readonly engine: EngineStatus;
  /** What the engine computes on: `CPU`. */
  readonly device: string;
  /** By tab. */
  readonly runs: Readonly<Record<string, Run>>;
  setEngine(engine: EngineStatus, device?: string): void;
  update(tab: string, change: Partial<Run>): void;
  drop(tab: string): void;
}

export const useRun = create<RunStore>((set) => ({
  engine: 'starting',
  device: '',
  runs: {},
  setEngine: (engine, device) => set((state) => ({ engine, device: device ?? state.device })),
  update: (tab, change) =>
    set((state) => ({ runs: { ...state.runs, [tab]: { ...(state.runs[tab] ?? noRun), ...change } } })),
  drop: (tab) =>
    set((state) => {
      const { [tab]: _, ...runs } = state.runs;
      return { runs };
    }),
}));

export const runOf = (tab: string): Run => useRun.getState().runs[tab] ?? noRun;
