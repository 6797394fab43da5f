/** Why an engine was lost. */
export type LossReason = 'failed-to-start' | 'crashed' | 'unresponsive' | 'out-of-memory';

interface Counted {
  /** When engines were lost, in milliseconds; those of the last minute. */
  readonly losses: readonly number[];
}

export type SupervisorState =
  | ({ readonly phase: 'starting' } & Counted)
  | ({ readonly phase: 'ready' } & Counted)
  | ({ readonly phase: 'busy' } & Counted)
  | ({
      readonly phase: 'lost';
      readonly reason: LossReason;
      /** What the host knows beyond the reason, for the curious. */
      readonly detail: string;
      /** Was something training? */
      readonly midRun: boolean;
      /** False: it died too often, and only the user starts the next one. */
      readonly restarting: boolean;
    } & Counted);

export type SupervisorEvent =
  | { readonly type: 'started' }
  | { readonly type: 'hello' }
  | { readonly type: 'run-began' }
  | { readonly type: 'run-ended' }
  | { readonly type: 'died'; readonly reason: LossReason; readonly detail: string; readonly at: number }
  /** The user asks for another engine after the supervisor gave up. */
  | { readonly type: 'asked-to-restart' };

const MAXIMUM_LOSSES = 3;
export const LOSS_WINDOW_MS = 60_000;

export const INITIAL_STATE: SupervisorState = { phase: 'starting', losses: [] };

/**
 * The life of an engine, for every host: starting → ready ⇄ busy → lost → starting.
 * Pure: the host does what the state says (`lost` with `restarting` means: start another one, then report `started`).
 * An event that makes no sense in a state changes nothing, since it comes from an engine that is already gone.
 */
export function supervise(state: SupervisorState, event: SupervisorEvent): SupervisorState {
  const { losses } = state;
  switch (event.type) {
    case 'started':
      return state.phase === 'lost' && state.restarting ? { phase: 'starting', losses } : state;
    case 'hello':
      return state.phase === 'starting' ? { phase: 'ready', losses } : state;
    case 'run-began':
      return state.phase === 'ready' ? { phase: 'busy', losses } : state;
    case 'run-ended':
      return state.phase === 'busy' ? { phase: 'ready', losses } : state;
    case 'died': {
      if (state.phase === 'lost') return state;
      const recent = [...losses.filter((at) => event.at - at < LOSS_WINDOW_MS), event.at];
      return {
        phase: 'lost',
        reason: state.phase === 'starting' && event.reason === 'crashed' ? 'failed-to-start' : event.reason,
        detail: event.detail,
        midRun: state.phase === 'busy',
        restarting: recent.length < MAXIMUM_LOSSES,
        losses: recent,
      };
    }
    case 'asked-to-restart':
      return state.phase === 'lost' ? { ...state, restarting: true, losses: [] } : state;
    default:
      return event satisfies never;
  }
}
