import type { TapeReport } from '../../engine/protocol/messages.ts';
import type { CommandId } from '../commands/table.ts';
import type { Panel } from '../stores/preferences.ts';

/** What the tour shows, in order, and what it waits for; what it says stands in `words.ts`. */

type Entry = TapeReport['entries'][number];
type EntryName = Partial<Pick<Entry, 'phase' | 'address' | 'op' | 'parameter'>>;

/** Where the run is to come to. `before`: to any moment before the entry; `reached`: until the entry is done. */
export interface Goal {
  readonly until: 'reached' | 'before';
  /** The first entry of the iteration that all of this is true of. */
  readonly entry: EntryName;
  /** What the user is asked to press. */
  readonly command: CommandId;
}

/** What a step points at. */
export type Target =
  | { readonly command: CommandId }
  | { readonly node: string }
  | { readonly panel: Panel; readonly part: 'tape' | 'formula' | 'ledger' };

export type StepId =
  | 'batch'
  | 'forward'
  | 'tape'
  | 'loss'
  | 'seed'
  | 'backward'
  | 'accumulate'
  | 'travel'
  | 'update'
  | 'zeroGrad';

export interface Step {
  readonly id: StepId;
  readonly target: Target;
  /** Where beside the target there is room. */
  readonly side: 'top' | 'bottom' | 'left';
  /** Begins where the target begins, so that what is left of it stays to be seen. */
  readonly align?: 'start';
  readonly goals: readonly Goal[];
}

/** The example that the tour goes through. */
export const EXAMPLE = 'autograd';

const reached = (command: CommandId, entry: EntryName): Goal => ({ until: 'reached', entry, command });
const addedToW2 = { phase: 'backward', op: 'accumulate', parameter: 'w2.value' } as const;

export const steps: readonly Step[] = [
  {
    id: 'batch',
    target: { command: 'run.step' },
    side: 'bottom',
    goals: [reached('run.step', { phase: 'batch' })],
  },
  {
    id: 'forward',
    target: { node: 'h' },
    side: 'top',
    align: 'start',
    goals: [reached('run.step', { phase: 'forward', address: 'h' })],
  },
  {
    id: 'tape',
    target: { panel: 'dock', part: 'tape' },
    side: 'top',
    goals: [reached('run.phase', { phase: 'forward', address: 'loss' })],
  },
  {
    id: 'loss',
    target: { node: 'loss' },
    side: 'top',
    goals: [reached('run.step', { phase: 'loss' })],
  },
  {
    id: 'seed',
    target: { command: 'run.step' },
    side: 'bottom',
    goals: [reached('run.step', { phase: 'backward', op: 'accumulate' })],
  },
  {
    id: 'backward',
    target: { panel: 'inspector', part: 'formula' },
    side: 'left',
    goals: [reached('run.step', { phase: 'backward', address: 'y_pred', op: 'matmul' })],
  },
  {
    id: 'accumulate',
    target: { panel: 'inspector', part: 'ledger' },
    side: 'left',
    goals: [reached('run.step', addedToW2)],
  },
  {
    id: 'travel',
    target: { command: 'run.back' },
    side: 'bottom',
    goals: [{ until: 'before', entry: addedToW2, command: 'run.back' }, reached('run.step', addedToW2)],
  },
  {
    id: 'update',
    target: { node: 'update_w2' },
    side: 'bottom',
    goals: [
      reached('run.phase', { phase: 'backward', op: 'accumulate', parameter: 'w1.value' }),
      reached('run.step', { phase: 'update', address: 'update_w2' }),
    ],
  },
  {
    id: 'zeroGrad',
    target: { node: 'zero_grad' },
    side: 'top',
    goals: [reached('run.step', { phase: 'update', address: 'zero_grad' })],
  },
];
