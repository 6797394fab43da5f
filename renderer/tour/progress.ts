import type { Place } from '../../engine/protocol/messages.ts';
import type { Standing } from '../stores/standing.ts';
import { type Goal, steps } from './steps.ts';

/** How far the tour has come. */
export interface Progress {
  /** Which step, from 0, and which of its goals. */
  readonly step: number;
  readonly goal: number;
  /** The goal is still to be met; once it is the tour goes on by itself. False where it was met already as the step came. */
  readonly waiting: boolean;
  /** The last goal is met. */
  readonly over: boolean;
}

type Stand = Pick<Standing, 'stop' | 'tape'> | undefined;

const keys = ['phase', 'address', 'op', 'parameter'] as const;

/** Where a goal's entry is in the iteration; undefined where nothing tells. */
function positionOf({ entry }: Goal, { tape }: NonNullable<Stand>): number | undefined {
  const found = tape?.entries.findIndex((one) => keys.every((key) => (entry[key] ?? one[key]) === one[key]));
  return found === -1 ? undefined : found;
}

/** Undefined while nobody can say: the run goes on, or has not told its tape yet. The tour is about the first iteration. */
export function isMet(goal: Goal, stand: Stand): boolean | undefined {
  if (stand === undefined || stand.tape === undefined) return undefined;
  const { tape } = stand;
  if (tape === null) return goal.until === 'before';
  const position = positionOf(goal, stand);
  if (position === undefined) return undefined;
  const isReached = tape.iteration > 0 || tape.done > position;
  return goal.until === 'reached' ? isReached : !isReached;
}

/** How many entries are still to be done; 0 where it is not known, or not about doing. */
export function entriesTo(goal: Goal, stand: Stand): number {
  if (stand?.tape == null || goal.until === 'before') return 0;
  const position = positionOf(goal, stand);
  return position === undefined || isMet(goal, stand) ? 0 : position + 1 - stand.tape.done;
}

/** The moment at which a goal is met first; undefined before the run has a tape. */
export function placeOf(goal: Goal, stand: Stand): Place | undefined {
  const position = stand && positionOf(goal, stand);
  return position === undefined ? undefined : { iteration: 0, position: position + (goal.until === 'reached' ? 1 : 0) };
}

/** The moment that a step begins at: where the one before has ended. */
export function startOf(step: number, stand: Stand): Place | undefined {
  const goal = steps[step - 1]?.goals.at(-1);
  return goal === undefined ? { iteration: 0, position: 0 } : placeOf(goal, stand);
}

/** The tour at a step, with the goals behind it that are met already. */
export function enter(step: number, stand: Stand): Progress {
  const goals = steps[step]?.goals ?? [];
  const open = goals.findIndex((goal) => isMet(goal, stand) !== true);
  return { step, goal: open === -1 ? goals.length - 1 : open, waiting: open !== -1, over: false };
}

/** What the tour makes of where the run stands now: a goal that it waited for and that is met leads on. */
export function follow(progress: Progress, stand: Stand): Progress {
  const { step, goal, waiting } = progress;
  const now = steps[step]?.goals[goal];
  if (now === undefined) return progress;
  const met = isMet(now, stand);
  if (met === undefined) return progress;
  // Whoever goes back in time wants to go through it again.
  if (!met) return waiting ? progress : enter(step, stand);
  if (!waiting) return progress;
  if (steps[step]?.goals[goal + 1] !== undefined) return { ...progress, goal: goal + 1 };
  return step + 1 < steps.length ? enter(step + 1, stand) : { ...progress, waiting: false, over: true };
}
