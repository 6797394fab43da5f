import type { CapturedPlan } from '../../engine/protocol/messages.ts';

/** Readings of what static mode captured. */

export type PlannedPhase = CapturedPlan['entries'][number]['phase'];

const PHASES: readonly PlannedPhase[] = ['forward', 'loss', 'backward', 'update'];

export const kernelsOf = ({ entries }: Pick<CapturedPlan, 'entries'>): number =>
  entries.reduce((sum, { kernels }) => sum + kernels.length, 0);

/** The phases in their order, with their entries and the number of their kernels. */
export function phasesOf({ entries }: CapturedPlan) {
  return PHASES.map((phase) => {
    const own = entries.filter((entry) => entry.phase === phase);
    return { phase, entries: own, kernels: kernelsOf({ entries: own }) };
  });
}
