import { EngineClient, type TelemetryListener, type TransitionListener } from './client.ts';
import type { FromEngine, NodeTelemetry, Request, SessionId, ToEngine, Transition } from './messages.ts';
import type { Port } from './port.ts';
import { INITIAL_STATE, type LossReason, type SupervisorEvent, type SupervisorState, supervise } from './supervisor.ts';

/** A running engine as a host provides it: a dedicated worker, a hidden window, a thread of Node. */
export interface EngineProcess {
  readonly port: Port<ToEngine, FromEngine>;
  /** Called at most once, and not after `terminate`. */
  onDeath(listener: (reason: LossReason, detail: string) => void): void;
  terminate(): void;
}

type StateListener = (state: SupervisorState) => void;

/**
 * The engine as the application sees it: one object for as long as the application lives, whatever happens to the
 * process behind it. Subscriptions outlive engines; sessions do not (create them again after `lost`).
 */
export class SupervisedEngine {
  readonly #start: () => EngineProcess;
  readonly #clock: () => number;
  readonly #states = new Set<StateListener>();
  readonly #transitions = new Set<TransitionListener>();
  readonly #telemetry = new Set<TelemetryListener>();
  readonly #running = new Set<SessionId>();
  #state: SupervisorState = INITIAL_STATE;
  #process: EngineProcess;
  #client: EngineClient;

  constructor(start: () => EngineProcess, clock: () => number = () => performance.now()) {
    this.#start = start;
    this.#clock = clock;
    this.#process = start();
    this.#client = this.#connect(this.#process);
  }

  get state(): SupervisorState {
    return this.#state;
  }

  /** See {@link EngineClient.request}. */
  request(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    return this.#client.request(request, transfer);
  }

  inspect(session: SessionId, node: string): Promise<NodeTelemetry> {
    return this.#client.inspect(session, node);
  }

  ack(session: SessionId): void {
    this.#client.ack(session);
  }

  onState(listener: StateListener): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  onTransition(listener: TransitionListener): () => void {
    this.#transitions.add(listener);
    return () => this.#transitions.delete(listener);
  }

  onTelemetry(listener: TelemetryListener): () => void {
    this.#telemetry.add(listener);
    return () => this.#telemetry.delete(listener);
  }

  /** After three losses in a minute only this starts another engine. */
  restart(): void {
    if (this.#state.phase !== 'lost' || this.#state.restarting) return;
    this.#handle({ type: 'asked-to-restart' });
    this.#replace();
  }

  /** Kills the engine as a crash would: for tests, and for a user who has waited long enough. */
  kill(detail = 'stopped by the user'): void {
    this.#process.terminate();
    this.#lose('crashed', detail);
  }

  dispose(): void {
    this.#client.close();
    this.#process.terminate();
  }

  #connect(process: EngineProcess): EngineClient {
    const client = new EngineClient(process.port);
    process.onDeath((reason, detail) => {
      if (process === this.#process) this.#lose(reason, detail);
    });
    client.onTransition((session, transition) => this.#follow(session, transition));
    client.onTelemetry((session, frame) => {
      for (const listener of this.#telemetry) listener(session, frame);
    });
    void client.ready.then(() => {
      if (client === this.#client) this.#handle({ type: 'hello' });
    });
    client.watch({
      onSilent: () => {
        if (client !== this.#client) return;
        process.terminate();
        this.#lose('unresponsive', 'no answer for 15 s');
      },
    });
    return client;
  }

  #follow(session: SessionId, transition: Transition): void {
    if (transition.type === 'state') {
      if (transition.state === 'running') this.#running.add(session);
      else this.#running.delete(session);
      this.#handle({ type: this.#running.size > 0 ? 'run-began' : 'run-ended' });
    }
    for (const listener of this.#transitions) listener(session, transition);
  }

  #lose(reason: LossReason, detail: string): void {
    if (this.#state.phase === 'lost') return;
    this.#running.clear();
    this.#client.close();
    const after = this.#handle({ type: 'died', reason, detail, at: this.#clock() });
    if (after.phase === 'lost' && after.restarting) this.#replace();
  }

  #replace(): void {
    this.#process = this.#start();
    this.#handle({ type: 'started' });
    this.#client = this.#connect(this.#process);
  }

  #handle(event: SupervisorEvent): SupervisorState {
    const next = supervise(this.#state, event);
    if (next !== this.#state) {
      this.#state = next;
      for (const listener of this.#states) listener(next);
    }
    return next;
  }
}
