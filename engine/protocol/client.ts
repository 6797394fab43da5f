import type { FunctionSignature } from '../functions/trace.ts';
import type { Diagnostic } from '../graph/document.ts';
import type { Ref } from '../program/entries.ts';
import type {
  BriefTape,
  CapturedPlan,
  Comparison,
  ComparisonProgress,
  ComparisonSlice,
  CreatedSession,
  Device,
  EntryReport,
  FromEngine,
  FunctionReport,
  GpuReport,
  LedgerRow,
  NodeTelemetry,
  Passing,
  Reply,
  Request,
  SessionId,
  TapeList,
  TapeReport,
  TelemetryFrame,
  TensorSlice,
  ToEngine,
  Transition,
  UnrolledGraph,
  Weight,
  WeightsPiece,
} from './messages.ts';
import type { Port } from './port.ts';

export type CreateRequest = Extract<Request, { type: 'create' }>;

/** A request that the engine refused, or that died with the engine. */
export class EngineError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join(' '));
    this.name = 'EngineError';
    this.diagnostics = diagnostics;
  }
}

/** What open requests are answered with when the engine is gone. */
const ENGINE_LOST: Diagnostic = {
  code: 'engine.lost',
  severity: 'error',
  message: 'The engine stopped before it could answer.',
  hint: 'Your document is untouched. Press Train to start again.',
};

export type TransitionListener = (session: SessionId, transition: Transition, run: number) => void;
export type TelemetryListener = (session: SessionId, frame: TelemetryFrame, run: number) => void;

export interface Watchdog {
  /** Milliseconds between two pings, and how long an engine that has nothing to do may be silent. */
  readonly intervalMs?: number;
  readonly silenceMs?: number;
  /** Is the engine known to be in the middle of work? Then it may be silent for `workingSilenceMs`. */
  readonly working?: () => boolean;
  readonly workingSilenceMs?: number;
  /** Silent beyond `silenceMs` while it works, and when it speaks again. */
  readonly onQuiet?: (quiet: boolean) => void;
  /** Silent for too long, told once. */
  readonly onSilent: () => void;
}

/** The renderer's half of the protocol. One client speaks to one engine until that engine ends. */
export class EngineClient {
  /** Resolves when the engine has said hello. */
  readonly ready: Promise<{ version: string; device: Device }>;
  readonly #port: Port<ToEngine, FromEngine>;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #transitions = new Set<TransitionListener>();
  readonly #telemetry = new Set<TelemetryListener>();
  /** The list of the last tape that was asked for, by session, with its number: told once, it stays the same. */
  readonly #lists = new Map<SessionId, { readonly number: number; readonly told: TapeList }>();
  readonly #stopListening: () => void;
  #greet: (hello: { version: string; device: Device }) => void = () => undefined;
  #next = 1;
  #closed = false;
  #lastHeard = 0;
  #quiet = false;
  #onQuiet: (quiet: boolean) => void = () => undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(port: Port<ToEngine, FromEngine>) {
    this.#port = port;
    this.ready = new Promise((resolve) => {
      this.#greet = resolve;
    });
    this.#stopListening = port.listen((message) => this.#receive(message));
  }

  /**
   * Sends a request and resolves with the reply's value.
   * @throws EngineError with the engine's diagnostics, or `engine.lost` when it ended first.
   */
  async request(request: Request, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    if (this.#closed) throw new EngineError([ENGINE_LOST]);
    if (request.type === 'close') this.#lists.delete(request.session);
    const id = this.#next++;
    const answer = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.#port.post({ kind: 'request', id, request }, transfer);
    const reply = await answer;
    if (!reply.ok) throw new EngineError(reply.diagnostics);
    return reply.value;
  }

  /** The exact statistics of a node in the last finished iteration. */
  async inspect(session: SessionId, node: string): Promise<NodeTelemetry> {
    // The server answers `inspect` with exactly this; both ends share messages.ts.
    return (await this.request({ type: 'inspect', session, node })) as NodeTelemetry;
  }

  /** The graph of the last pass with its loops written out; null before the first. */
  async unrolled(session: SessionId): Promise<UnrolledGraph | null> {
    return (await this.request({ type: 'unrolled', session })) as UnrolledGraph | null;
  }

  /** Makes a session, and tells what it computes on. */
  async create(request: CreateRequest, transfer: readonly ArrayBuffer[] = []): Promise<CreatedSession> {
    return (await this.request(request, transfer)) as CreatedSession;
  }

  /** Looks for a GPU. */
  async lookForGpu(): Promise<GpuReport> {
    return (await this.request({ type: 'gpu' })) as GpuReport;
  }

  /** Runs the code of a function once, in the sandbox, and checks its backward. */
  async examine(source: string, signature: FunctionSignature): Promise<FunctionReport> {
    return (await this.request({ type: 'function', source, signature })) as FunctionReport;
  }

  /** What static mode has captured. */
  async captured(session: SessionId): Promise<readonly CapturedPlan[]> {
    return (await this.request({ type: 'captured', session })) as readonly CapturedPlan[];
  }

  /**
   * Compares what was computed in the iteration that the session stands in with the reference. Yields how far it has come; who takes
   * no more has cancelled it. @throws EngineError where it runs, has computed nothing, or has moved on meanwhile
   */
  async *compare(session: SessionId): AsyncGenerator<ComparisonProgress, Comparison> {
    for (let isNew = true; ; isNew = false) {
      const slice = (await this.request({ type: 'compare', session, isNew })) as ComparisonSlice;
      if (slice.found !== undefined) return slice.found;
      yield slice.progress;
    }
  }

  /** The tape of the iteration that the session stands in, or that is over; null before the first. */
  async tape(session: SessionId): Promise<TapeReport | null> {
    const last = this.#lists.get(session);
    const known = last && { known: last.number };
    const brief = (await this.request({ type: 'tape', session, ...known })) as BriefTape | null;
    const told = brief?.fresh ?? last?.told;
    if (brief === null || told === undefined) return null;
    this.#lists.set(session, { number: brief.list, told });
    const { fresh: _, ...tape } = brief;
    return { ...tape, ...told };
  }

  /** An entry of that tape with its numbers; null where there is none. */
  async entry(session: SessionId, position: number): Promise<EntryReport | null> {
    return (await this.request({ type: 'entry', session, position })) as EntryReport | null;
  }

  /** What passes the wires into the node whose entry was done last. */
  async passing(session: SessionId): Promise<Passing> {
    return (await this.request({ type: 'passing', session })) as Passing;
  }

  /** How the gradient of a parameter came together in that iteration. */
  async ledger(session: SessionId, parameter: string): Promise<readonly LedgerRow[]> {
    return (await this.request({ type: 'ledger', session, parameter })) as readonly LedgerRow[];
  }

  /** `count` elements of a tensor in row-major order, from `start` on; null where it is not there. */
  async tensor(session: SessionId, ref: Ref, start: number, count: number): Promise<TensorSlice | null> {
    return (await this.request({ type: 'tensor', session, ref, start, count })) as TensorSlice | null;
  }

  /**
   * All weights, as whole iterations have left them. @throws EngineError where the run has failed, is replaced meanwhile, or stands in
   * the middle of an update
   */
  async weights(session: SessionId): Promise<readonly Weight[]> {
    const found: Weight[] = [];
    for (let piece: WeightsPiece | undefined; piece?.isLast !== true; ) {
      const next = piece && { taken: piece.taken };
      piece = (await this.request({ type: 'weights', session, ...next })) as WeightsPiece;
      found.push(...piece.weights);
    }
    return found;
  }

  /** To be called once a frame is painted: only then does the engine prepare the next one. */
  ack(session: SessionId, run = 0): void {
    if (!this.#closed) this.#port.post({ kind: 'ack', session, run });
  }

  /** Every change of a run's state, in order, none left out. Returns the function that unsubscribes. */
  onTransition(listener: TransitionListener): () => void {
    this.#transitions.add(listener);
    return () => this.#transitions.delete(listener);
  }

  /** The latest frame; older ones that nobody could paint in time never arrive. */
  onTelemetry(listener: TelemetryListener): () => void {
    this.#telemetry.add(listener);
    return () => this.#telemetry.delete(listener);
  }

  /** Pings at intervals; any message counts as a sign of life. */
  watch(watchdog: Watchdog): void {
    const { intervalMs = 2000, silenceMs = 15_000, workingSilenceMs = 120_000, onSilent } = watchdog;
    const { working = () => false, onQuiet = () => undefined } = watchdog;
    this.#stopWatching();
    this.#onQuiet = onQuiet;
    this.#lastHeard = performance.now();
    let lastTick = performance.now();
    this.#watch = setInterval(() => {
      const now = performance.now();
      // A computer that slept, or a tab that was throttled, is no silence of the engine.
      if (now - lastTick > 2 * intervalMs) this.#lastHeard = now;
      lastTick = now;
      const silence = now - this.#lastHeard;
      // One large operation answers nothing until it is done: no reason to take away what was learned.
      if (silence > silenceMs && silence <= workingSilenceMs && working()) this.#setQuiet(true);
      else if (silence > silenceMs) {
        this.#stopWatching();
        onSilent();
        return;
      }
      void this.request({ type: 'ping' }).catch(() => undefined);
    }, intervalMs);
  }

  /** Ends the conversation; what still waits for an answer is refused with `engine.lost`. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWatching();
    this.#stopListening();
    for (const answer of this.#waiting.values()) answer({ ok: false, diagnostics: [ENGINE_LOST] });
    this.#waiting.clear();
    this.#port.close();
  }

  #setQuiet(quiet: boolean): void {
    if (quiet === this.#quiet) return;
    this.#quiet = quiet;
    this.#onQuiet(quiet);
  }

  #stopWatching(): void {
    this.#setQuiet(false);
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #receive(message: FromEngine): void {
    this.#lastHeard = performance.now();
    this.#setQuiet(false);
    switch (message.kind) {
      case 'hello':
        this.#greet({ version: message.version, device: message.device });
        return;
      case 'reply':
        this.#waiting.get(message.id)?.(message.reply);
        this.#waiting.delete(message.id);
        return;
      case 'transition':
        for (const listener of this.#transitions) listener(message.session, message.transition, message.run);
        return;
      case 'telemetry':
        for (const listener of this.#telemetry) listener(message.session, message.frame, message.run);
        return;
      default:
        message satisfies never;
    }
  }
}
