import { create } from 'zustand';
import type { WeightsFile } from '../../engine/protocol/messages.ts';
import type { Run } from './run.ts';

interface Starts {
  /** By tab, the weights that a run begins with from now on, in place of drawn ones. */
  readonly starts: Readonly<Record<string, WeightsFile>>;
  choose(tab: string, file: WeightsFile): void;
  drop(tab: string): void;
}

/** They are no part of a document, and no longer here after a reload. */
export const useStarts = create<Starts>((set) => ({
  starts: {},
  choose: (tab, file) => set(({ starts }) => ({ starts: { ...starts, [tab]: file } })),
  drop: (tab) =>
    set(({ starts }) => {
      const { [tab]: _, ...rest } = starts;
      return { starts: rest };
    }),
}));

export const startOf = (tab: string): WeightsFile | null => useStarts.getState().starts[tab] ?? null;

/** Were other weights chosen since this run began than those that it began with? */
export const startsOtherwise = ({ trained, from }: Run, start: WeightsFile | null): boolean =>
  trained !== null && from !== start;
