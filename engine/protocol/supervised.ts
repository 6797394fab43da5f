import type { FunctionSignature } from '../functions/trace.ts';
import type { Ref } from '../program/entries.ts';
import { type CreateRequest, EngineClient, type TelemetryListener, type TransitionListener } from './client.ts';
import type {
  CapturedPlan,
  Comparison,
  ComparisonProgress,
  CreatedSession,
  EntryReport,
  FromEngine,
  FunctionReport,
  GpuReport,
  LedgerRow,
  NodeTelemetry,
  Passing,
  Request,
  SessionId,
  TapeReport,
  TensorSlice,
  ToEngine,
  Transition,
  UnrolledGraph,
  Weight,
} from './messages.ts';
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
type QuietListener = (quiet: boolean) => void;

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
  readonly #quiet = new Set<QuietListener>();
  readonly #running = new Set<SessionId>();
  /** Sessions asked for that are not made yet. */
  #creating = 0;
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
    const answer = this.#client.request(request, transfer);
    if (request.type !== 'create' && request.type !== 'close') return answer;
    const client = this.#client;
    const { session } = request;
    if (request.type === 'create') this.#creating += 1;
    return answer.finally(() => {
      // Those of a lost engine are no longer counted.
      if (client !== this.#client) return;
      if (request.type === 'create') this.#creating -= 1;
      // The older session ended without a word about it.
      this.#running.delete(session);
      this.#tellBusy();
    });
  }

  /** See {@link EngineClient.create}. */
  async create(request: CreateRequest, transfer: readonly ArrayBuffer[] = []): Promise<CreatedSession> {
    return (await this.request(request, transfer)) as CreatedSession;
  }

  lookForGpu(): Promise<GpuReport> {
    return this.#client.lookForGpu();
  }

  inspect(session: SessionId, node: string): Promise<NodeTelemetry> {
    return this.#client.inspect(session, node);
  }

  unrolled(session: SessionId): Promise<UnrolledGraph | null> {
    return this.#client.unrolled(session);
  }

  examine(source: string, signature: FunctionSignature): Promise<FunctionReport> {
    return this.#client.examine(source, signature);
  }

  captured(session: SessionId): Promise<readonly CapturedPlan[]> {
    return this.#client.captured(session);
  }

  compare(session: SessionId): AsyncGenerator<ComparisonProgress, Comparison> {
    return this.#client.compare(session);
  }

  tape(session: SessionId): Promise<TapeReport | null> {
    return this.#client.tape(session);
  }

  entry(session: SessionId, position: number): Promise<EntryReport | null> {
    return this.#client.entry(session, position);
  }

  passing(session: SessionId): Promise<Passing> {
    return this.#client.passing(session);
  }

  ledger(session: SessionId, parameter: string): Promise<readonly LedgerRow[]> {
    return this.#client.ledger(session, parameter);
  }

  tensor(session: SessionId, ref: Ref, start: number, count: number): Promise<TensorSlice | null> {
    return this.#client.tensor(session, ref, start, count);
  }

  weights(session: SessionId): Promise<readonly Weight[]> {
    return this.#client.weights(session);
  }

  ack(session: SessionId, run = 0): void {
    this.#client.ack(session, run);
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

  /** Told true when the engine has said nothing for 15 s in the middle of its work, false when that is over. */
  onQuiet(listener: QuietListener): () => void {
    this.#quiet.add(listener);
    return () => this.#quiet.delete(listener);
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
    client.onTransition((session, transition, run) => this.#follow(session, transition, run));
    client.onTelemetry((session, frame, run) => {
      for (const listener of this.#telemetry) listener(session, frame, run);
    });
    void client.ready.then(() => {
      if (client === this.#client) this.#handle({ type: 'hello' });
    });
    client.watch({
      working: () => this.#running.size > 0 || this.#creating > 0,
      onQuiet: (quiet) => {
        for (const listener of this.#quiet) listener(quiet);
      },
      onSilent: () => {
        if (client !== this.#client) return;
        process.terminate();
        this.#lose('unresponsive', 'it answered nothing for too long');
      },
    });
    return client;
  }

  #follow(session: SessionId, transition: Transition, run: number): void {
    if (transition.type === 'state') {
      if (transition.state === 'running') this.#running.add(session);
      else this.#running.delete(session);
      this.#tellBusy();
    }
    for (const listener of this.#transitions) listener(session, transition, run);
  }

  #tellBusy(): void {
    this.#handle({ type: this.#running.size > 0 ? 'run-began' : 'run-ended' });
  }

  #lose(reason: LossReason, detail: string): void {
    if (this.#state.phase === 'lost') return;
    this.#running.clear();
    this.#creating = 0;
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
