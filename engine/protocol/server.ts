import type { Device } from '../backends/device.ts';
import type { FunctionSignature } from '../functions/trace.ts';
import type { DeviceChoice } from '../graph/device.ts';
import type { Breakpoint, GraphDocument } from '../graph/document.ts';
import type { Ref } from '../program/entries.ts';
import type { Place, StepKind } from '../session/stepping.ts';
import type {
  BriefTape,
  CapturedPlan,
  ComparisonSlice,
  CreatedSession,
  EntryReport,
  FromEngine,
  FunctionReport,
  GpuReport,
  LedgerRow,
  NodeTelemetry,
  Passing,
  Reply,
  Request,
  SessionDevice,
  SessionId,
  TelemetryFrame,
  TensorSlice,
  ToEngine,
  Transition,
  UnrolledGraph,
  WeightsFile,
  WeightsPiece,
} from './messages.ts';
import type { Port } from './port.ts';
import { diagnosticsOf, unknownRequest, unknownSession } from './refusal.ts';
import { TelemetryGate } from './telemetry.ts';

/** A live run as the protocol needs it. */
export interface ServedSession {
  readonly running: boolean;
  /** Does it stand in the middle of an iteration, or has its last frame left out cards? Then another one tells more. */
  readonly hasMore: boolean;
  readonly device: SessionDevice;
  /** Where weights were to be kept, the addresses of the parameters that begin anew; absent: none. */
  readonly anew?: readonly string[];
  /** Resolves when it stopped, for whatever reason; yields to the event loop every 10 ms. Does nothing if it runs. */
  train(steps?: number): Promise<void>;
  /** From the next iteration boundary on. */
  pause(): void;
  /** Stops for good where the weights belong together: resolves between two iterations' updates. */
  hold(): Promise<void> | void;
  /** Back to the initial weights. */
  reset(): Promise<void> | void;
  /** @throws when the setting is not live or the value not allowed. */
  set(node: string, setting: string, value: number): void;
  watch(nodes: readonly string[]): void;
  inspect(node: string): NodeTelemetry;
  unrolled(): UnrolledGraph | undefined;
  captured(): readonly CapturedPlan[];
  /** @throws while it runs, where there is nothing to compare, and where what was begun is over. */
  compare(isNew: boolean): ComparisonSlice;
  /** @throws where there are none that belong together. */
  weights(taken?: number): Promise<WeightsPiece>;
  /** Both resolve when it stands again. */
  step(kind: StepKind | 'back'): Promise<void>;
  travel(place: Place): Promise<void>;
  breakAt(list: readonly Breakpoint[], nonFinite: boolean): void;
  tape(known?: number): BriefTape | undefined;
  entry(position: number): EntryReport | undefined;
  passing(): Passing;
  ledger(parameter: string): readonly LedgerRow[];
  tensor(ref: Ref, start: number, count: number): TensorSlice | undefined;
  /** The state of affairs now, with the losses since the last call. */
  frame(): TelemetryFrame;
  /** Stops and frees. */
  close(): void;
}

/** What a session reports while it lives. */
export interface SessionReports {
  transition(transition: Transition): void;
  /** Iterations have finished. */
  progressed(): void;
}

/** Checks, lowers and initialises. @throws with `diagnostics` for what is wrong. */
export type SessionFactory = (
  document: GraphDocument,
  files: Readonly<Record<string, ArrayBuffer>>,
  reports: SessionReports,
  options: { readonly device: DeviceChoice; readonly weights?: WeightsFile },
  /** The session whose weights are carried over, if any; it is stopped. */
  previous?: ServedSession,
) => Promise<ServedSession>;

/** What the engine answers without any session. */
export interface Services {
  /** Traces and checks a function of the user's own. */
  examine(source: string, signature: FunctionSignature): Promise<FunctionReport>;
  lookForGpu(): Promise<GpuReport>;
}

export interface Introduction {
  readonly version: string;
  /** What sessions compute on. */
  readonly device: Device;
}

/** A session with its gate, and the number of its run. */
interface Slot {
  readonly session: ServedSession;
  readonly gate: TelemetryGate;
  readonly run: number;
}

type SessionRequest = Exclude<Request, { type: 'ping' | 'function' | 'gpu' | 'create' | 'close' }>;

/**
 * The engine's half of the protocol: greets, then answers every request with exactly one reply, those of one session in
 * order. Returns the function that closes all sessions and stops listening.
 */
export function serveEngine(
  port: Port<FromEngine, ToEngine>,
  createSession: SessionFactory,
  introduction: Introduction,
  services: Services,
): () => void {
  const slots = new Map<SessionId, Slot>();
  /** The last request of each session: the next begins when it is answered, or a Train would overtake a Reset. */
  const queues = new Map<SessionId, Promise<unknown>>();
  let over = false;

  function inTurn<T>(session: SessionId, work: () => Promise<T>): Promise<T> {
    const result = (queues.get(session) ?? Promise.resolve()).then(work);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    queues.set(session, tail);
    void tail.then(() => {
      if (queues.get(session) === tail) queues.delete(session);
    });
    return result;
  }

  function drop(session: SessionId): void {
    const slot = slots.get(session);
    slots.delete(session);
    slot?.session.close();
  }

  async function create(request: Extract<Request, { type: 'create' }>): Promise<CreatedSession> {
    const { session, document, files, run = 0, device = 'auto', weights } = request;
    const older = slots.get(session)?.session;
    await older?.hold();
    let slot: Slot | undefined;
    const current = () => slot !== undefined && slots.get(session) === slot;
    const reports: SessionReports = {
      transition: (transition) => {
        if (current()) port.post({ kind: 'transition', session, run, transition });
      },
      progressed: () => slot?.gate.progressed(),
    };
    const previous = request.keepWeights === true ? older : undefined;
    const options = { device, ...(weights === undefined ? {} : { weights }) };
    const created = await createSession(document, files, reports, options, previous);
    // Only now: where the document is refused, the older session and what it has learned stay.
    drop(session);
    if (over) {
      created.close();
      return told(created);
    }
    const gate = new TelemetryGate(() => {
      if (!current()) return;
      const frame = created.frame();
      port.post({ kind: 'telemetry', session, run, frame }, ownedBuffers(frame));
    });
    slot = { session: created, gate, run };
    slots.set(session, slot);
    return told(created);
  }

  async function ask(request: SessionRequest): Promise<unknown> {
    const slot = slots.get(request.session);
    if (!slot) throw unknownSession(request.session);
    const { session } = slot;
    switch (request.type) {
      case 'train':
        return setOff(request.session, slot, session.train(request.steps), () => session.hasMore);
      case 'step':
        return setOff(request.session, slot, session.step(request.kind), () => true);
      case 'travel':
        return setOff(request.session, slot, session.travel(request.place), () => true);
      case 'breakAt':
        session.breakAt(request.list, request.nonFinite);
        return null;
      case 'tape':
        return session.tape(request.known) ?? null;
      case 'entry':
        return session.entry(request.position) ?? null;
      case 'passing':
        return session.passing();
      case 'ledger':
        return session.ledger(request.parameter);
      case 'tensor':
        return session.tensor(request.ref, request.start, request.count) ?? null;
      case 'pause':
        session.pause();
        return null;
      case 'reset':
        await session.reset();
        slot.gate.stopped(true);
        return null;
      case 'set':
        session.set(request.node, request.setting, request.value);
        return null;
      case 'watch':
        session.watch(request.nodes);
        // Cards that have just appeared want their numbers also when nothing runs.
        if (!session.running) slot.gate.stopped(true);
        return null;
      case 'inspect':
        return session.inspect(request.node);
      case 'unrolled':
        return session.unrolled() ?? null;
      case 'captured':
        return session.captured();
      case 'compare':
        return session.compare(request.isNew);
      case 'weights': {
        const piece = await session.weights(request.taken);
        return new Moved(
          piece,
          piece.weights.map(({ values }) => values.buffer),
        );
      }
      default:
        throw unknownRequest((request satisfies never as { type: unknown }).type);
    }
  }

  /**
   * Answered at once; how it goes is told by transitions. `hasNews`: are there numbers at the end that no frame has told?
   */
  function setOff(session: SessionId, slot: Slot, work: Promise<void>, hasNews: () => boolean): null {
    void work.then(
      () => slot.gate.stopped(hasNews()),
      (error: unknown) => fail(session, slot, error),
    );
    return null;
  }

  /** An exception in mid-run becomes the transition that says so. */
  function fail(session: SessionId, slot: Slot, error: unknown): void {
    if (slots.get(session) !== slot) return;
    const [message] = diagnosticsOf(error);
    const { step, epoch } = slot.session.frame();
    port.post({
      kind: 'transition',
      session,
      run: slot.run,
      transition: { type: 'state', state: 'failed', step, epoch, ...(message ? { message } : {}) },
    });
    slot.gate.stopped();
  }

  async function answer(request: Request): Promise<unknown> {
    if (request.type === 'ping') return 'pong';
    if (request.type === 'function') return services.examine(request.source, request.signature);
    if (request.type === 'gpu') return services.lookForGpu();
    return inTurn(request.session, async () => {
      if (request.type === 'create') return create(request);
      if (request.type !== 'close') return ask(request);
      drop(request.session);
      return null;
    });
  }

  async function reply(id: number, request: Request): Promise<void> {
    const result: Reply = await answer(request).then(
      (value) => ({ ok: true, value }),
      (error: unknown) => ({ ok: false, diagnostics: diagnosticsOf(error) }),
    );
    if (result.ok && result.value instanceof Moved) {
      const { value, buffers } = result.value;
      port.post({ kind: 'reply', id, reply: { ok: true, value } }, buffers);
    } else port.post({ kind: 'reply', id, reply: result });
  }

  const stopListening = port.listen((message) => {
    if (message.kind === 'request') void reply(message.id, message.request);
    else if (message.kind === 'ack') {
      const slot = slots.get(message.session);
      if (slot?.run === message.run) slot.gate.acked();
    }
  });
  port.post({ kind: 'hello', ...introduction });

  return () => {
    over = true;
    for (const session of [...slots.keys()]) drop(session);
    stopListening();
  };
}

const told = ({ device, anew = [] }: ServedSession): CreatedSession =>
  anew.length === 0 ? device : { ...device, anew };

/** An answer whose buffers were made for it: they move instead of being copied. */
class Moved {
  readonly value: unknown;
  readonly buffers: readonly ArrayBuffer[];
  constructor(value: unknown, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/** The losses are made for one frame: they move instead of being copied. */
function ownedBuffers(frame: TelemetryFrame): readonly ArrayBuffer[] {
  const { buffer } = frame.losses;
  return buffer instanceof ArrayBuffer && buffer.byteLength > 0 ? [buffer] : [];
}
