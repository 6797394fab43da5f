import type { FileSource } from '../data/dataset.ts';
import type { Tracer } from '../functions/tracer.ts';
import type { Breakpoint, Diagnostic } from '../graph/document.ts';
import type { Ref } from '../program/entries.ts';
import { readWeights } from '../program/given_weights.ts';
import { Debugger } from '../session/debugger.ts';
import { type Machine, RunDevice } from '../session/device.ts';
import { Session } from '../session/session.ts';
import { type Place, placeOf, type StepKind } from '../session/stepping.ts';
import { Comparer } from './comparer.ts';
import type {
  BriefTape,
  CapturedPlan,
  ComparisonSlice,
  EntryReport,
  LedgerRow,
  NodeTelemetry,
  Passing,
  RunState,
  SessionDevice,
  TelemetryFrame,
  TensorSlice,
  UnrolledGraph,
  WeightsPiece,
} from './messages.ts';
import { comparisonEnded, isUnderWay } from './refusal.ts';
import type { ServedSession, SessionFactory, SessionReports } from './server.ts';
import { WeightsReader } from './weights_reader.ts';

/** Each session has a backend of its own. */
export interface Surroundings extends Machine {
  /** Files that came with the document, and beyond them what this host can reach. */
  findFiles(given: Readonly<Record<string, ArrayBuffer>>): FileSource;
  /** Runs the code of a document's own functions; absent: in this thread. */
  readonly trace?: Tracer;
}

/** What a session may keep in memory to go back in time. */
const HISTORY_BYTES = 256 * 2 ** 20;

/** Steps that wait for those before them, as of a key that is held; what is asked for beyond them is not done. */
const MOST_WAITING = 100;

/** Makes real sessions for the server. @throws an object with `diagnostics` when the document cannot be trained. */
export const liveSessions =
  ({ findFiles, trace, ...machine }: Surroundings): SessionFactory =>
  async (document, files, reports, { device, weights }, previous) => {
    const given = weights && readWeights(weights.name, new Uint8Array(weights.bytes));
    if (Array.isArray(given)) throw { diagnostics: given };
    let live: LiveSession | undefined;
    let found: Diagnostic | undefined;
    const on = new RunDevice(device, machine, (problem, backend) => {
      found = problem;
      live?.goOn({ device: backend.device, problem });
    });
    const sandbox = trace === undefined ? {} : { trace };
    try {
      const source = { files: findFiles(files), ...sandbox };
      const start = given === undefined ? {} : { weights: given };
      const options = { backend: on.open, renew: on.renew, history: HISTORY_BYTES, ...source, ...start };
      const created = await Session.create(document, options);
      if (created.session === undefined) throw { diagnostics: created.diagnostics };
      // Weights that gave no finite loss, or are not finite themselves, would give none here.
      const isSound = (session: Session) => session.failure?.code !== 'loss-not-finite' && session.view.finite === true;
      let anew: readonly string[] = [];
      if (previous instanceof LiveSession) {
        // Whether its device is still there is found out by looking.
        if (!isSound(previous.session)) await previous.revived();
        anew = created.session.keepWeights(isSound(previous.session) ? previous.session : undefined);
      }
      live = new LiveSession(created.session, reports, found, anew);
      return live;
    } catch (error) {
      // Its threads would hold the memory for ever.
      on.close();
      throw error;
    }
  };

/** A session with the pump that runs it and the numbers collected since the last frame. */
class LiveSession implements ServedSession {
  readonly session: Session;
  device: SessionDevice;
  readonly anew: readonly string[];
  readonly #debugger: Debugger;
  readonly #comparer: Comparer;
  readonly #weights: WeightsReader;
  readonly #reports: SessionReports;
  #losses: number[] = [];
  /** The pump at work; a new one starts only when the last has stopped. */
  #pumping: Promise<void> = Promise.resolve();
  #paused = false;
  #waiting = 0;
  /** What was asked for is being done. */
  #moving = false;
  /** Counts the stops that were asked for: what waited at one is not begun. */
  #turn = 0;
  /** It was set off to train, and has not stopped since. */
  #training = false;
  #rate = 0;
  #measured = { step: 0, at: performance.now() };

  constructor(session: Session, reports: SessionReports, problem: Diagnostic | undefined, anew: readonly string[]) {
    this.session = session;
    this.anew = anew;
    this.device = { device: session.backend.device, ...(problem === undefined ? {} : { problem }) };
    this.#reports = reports;
    this.#debugger = new Debugger(session);
    this.#comparer = new Comparer(session);
    this.#weights = new WeightsReader(session);
    session.onStep = (step, loss) => {
      this.#losses.push(step, loss);
      this.#debugger.finished(step, loss);
      reports.progressed();
    };
    session.onEvaluation = (result) => reports.transition({ type: 'evaluation', result });
    this.#debugger.onState = (state) => this.#tell(state);
    // Whoever moves finds out at the end of that.
    session.onLost = () => {
      if (!this.#moving) void this.revived();
    };
  }

  /** The device that the run was on has failed; this is what it goes on with. */
  goOn(told: SessionDevice): void {
    this.device = told;
    this.#reports.transition({ type: 'device', told });
  }

  /** Stands again where it stood, where the device has failed since. */
  revived(): Promise<void> {
    return this.#inTurn(async () => undefined);
  }

  get running(): boolean {
    return this.session.state === 'running';
  }

  get hasMore(): boolean {
    return this.session.position > 0 || !this.session.isToldWhole;
  }

  async train(steps?: number): Promise<void> {
    const session = this.session;
    if (session.failure !== undefined) throw session.failure;
    if (this.#training) {
      this.#paused = false;
      if (steps !== undefined) session.start(steps);
      return this.#pumping;
    }
    this.#measured = { step: session.cursor.iteration, at: performance.now() };
    this.#training = true;
    return this.#inTurn(async () => {
      session.start(steps);
      await this.#debugger.train(() => this.#paused);
    }).finally(() => {
      this.#training = false;
    });
  }

  step(kind: StepKind | 'back'): Promise<void> {
    return this.#move(() => this.#debugger.step(kind, () => this.#paused));
  }

  travel(place: Place): Promise<void> {
    return this.#move(() => this.#debugger.travel(place, () => this.#paused));
  }

  breakAt(list: readonly Breakpoint[], nonFinite: boolean): void {
    this.#debugger.breakAt(list, nonFinite);
  }

  tape(known?: number): BriefTape | undefined {
    return this.#debugger.briefTape(known);
  }

  entry(position: number): EntryReport | undefined {
    return this.session.view.entry(position);
  }

  passing(): Passing {
    return this.session.view.passing();
  }

  ledger(parameter: string): readonly LedgerRow[] {
    return this.session.view.ledger(parameter);
  }

  tensor(ref: Ref, start: number, count: number): TensorSlice | undefined {
    return this.#debugger.tensor(ref, start, count);
  }

  /** Not while anything moves, nor where something waits to. */
  compare(isNew: boolean): ComparisonSlice {
    if (this.#moving || this.#waiting > 0) throw isNew ? isUnderWay : comparisonEnded;
    return this.#comparer.advance(isNew);
  }

  weights(taken?: number): Promise<WeightsPiece> {
    return this.#weights.next(taken);
  }

  pause(): void {
    this.#comparer.forget();
    this.#paused = true;
    this.#turn++;
  }

  /** A pause between two entries is not enough where some parameters are updated and others not yet. */
  async hold(): Promise<void> {
    await this.#stop();
    while (this.session.cursor.phase === 'update' && this.session.advance());
  }

  async reset(): Promise<void> {
    await this.#stop();
    this.#losses = [];
    this.#measured = { step: 0, at: performance.now() };
    this.#debugger.reset();
    await this.session.revive();
  }

  set(node: string, setting: string, value: number): void {
    const problem = this.session.set(node, setting, value);
    if (problem) throw problem;
  }

  watch(nodes: readonly string[]): void {
    this.session.watch(nodes);
  }

  inspect(node: string): NodeTelemetry {
    return this.session.view.inspect(node);
  }

  unrolled(): UnrolledGraph | undefined {
    return this.session.view.unrolled();
  }

  captured(): readonly CapturedPlan[] {
    return this.session.view.captured();
  }

  frame(): TelemetryFrame {
    const session = this.session;
    const step = session.cursor.iteration;
    const losses = Float64Array.from(this.#losses);
    this.#losses = [];
    return {
      step,
      steps: session.target,
      epoch: session.epoch,
      stepsPerSecond: this.#stepsPerSecond(step),
      losses,
      memoryBytes: session.backend.memory().bytes,
      loops: Object.fromEntries(session.loops),
      nodes: session.telemetry(),
    };
  }

  close(): void {
    // Where there is no memory left to set it in order, all of its memory goes with it.
    void this.#stop()
      .then(() => this.session.close())
      .catch(() => undefined);
  }

  /** Moves after what was asked for before; not while it trains, nor where too much waits already. */
  #move(body: () => Promise<void>): Promise<void> {
    if (this.#training || this.#waiting >= MOST_WAITING) return this.#pumping;
    return this.#inTurn(body);
  }

  #inTurn(body: () => Promise<void>): Promise<void> {
    const turn = this.#turn;
    this.#waiting++;
    this.#pumping = this.#pumping.then(async () => {
      this.#waiting--;
      if (turn !== this.#turn) return;
      this.#paused = false;
      this.#comparer.forget();
      this.#moving = true;
      try {
        await body();
        if (this.session.lost !== undefined) await this.#revive();
      } catch (error) {
        // What comes after it is not to fail with it.
        this.session.fail(error);
      } finally {
        this.#moving = false;
      }
    });
    return this.#pumping;
  }

  /** Where nobody ran: stands again where it stood. */
  async #revive(): Promise<void> {
    const place = placeOf(this.session);
    if (await this.session.revive()) await this.#debugger.travel(place, () => this.#paused);
  }

  /** Resolves at the boundary where the pump has let go. */
  #stop(): Promise<void> {
    this.pause();
    return this.#pumping;
  }

  /** Over the time since the last frame; the old rate while nothing new has been measured. */
  #stepsPerSecond(step: number): number {
    const now = performance.now();
    const seconds = (now - this.#measured.at) / 1000;
    if (step > this.#measured.step && seconds > 0) {
      this.#rate = (step - this.#measured.step) / seconds;
      this.#measured = { step, at: now };
    }
    return this.#rate;
  }

  #tell(state: RunState): void {
    const { failure, cursor, epoch } = this.session;
    this.#reports.transition({
      type: 'state',
      state,
      step: cursor.iteration,
      epoch,
      ...(state === 'running' && !this.#training ? { stepping: true as const } : {}),
      ...(state === 'finished' && !this.session.complete ? { early: true as const } : {}),
      ...(failure && state === 'failed' ? { message: failure } : {}),
      // Who has failed can still look around, and go back.
      ...(state === 'paused' || state === 'finished' || state === 'failed' ? { stop: this.#debugger.report() } : {}),
    });
  }
}
