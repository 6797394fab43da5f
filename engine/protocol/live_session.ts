import type { Backend } from '../backends/backend.ts';
import type { FileSource } from '../data/dataset.ts';
import type { Tracer } from '../functions/tracer.ts';
import { pump } from '../session/pump.ts';
import { Session } from '../session/session.ts';
import type { RunState } from '../session/summary.ts';
import type { CapturedPlan, NodeTelemetry, TelemetryFrame, UnrolledGraph } from './messages.ts';
import type { ServedSession, SessionFactory, SessionReports } from './server.ts';

export interface Surroundings {
  /** A new backend for each session. */
  createBackend(): Backend;
  /** Files that came with the document, and beyond them what this host can reach. */
  findFiles(given: Readonly<Record<string, ArrayBuffer>>): FileSource;
  /** Runs the code of a document's own functions; absent: in this thread. */
  readonly trace?: Tracer;
}

/** Makes real sessions for the server. @throws an object with `diagnostics` when the document cannot be trained. */
export const liveSessions =
  ({ createBackend, findFiles, ...sandbox }: Surroundings): SessionFactory =>
  async (document, files, reports, previous) => {
    const created = await Session.create(document, { backend: createBackend(), files: findFiles(files), ...sandbox });
    if (created.session === undefined) throw { diagnostics: created.diagnostics };
    // Weights that gave no finite loss would give none here.
    if (previous instanceof LiveSession && previous.session.failure?.code !== 'loss-not-finite')
      created.session.keepWeights(previous.session);
    return new LiveSession(created.session, reports);
  };

/** A session with the pump that runs it and the numbers collected since the last frame. */
class LiveSession implements ServedSession {
  readonly session: Session;
  readonly #reports: SessionReports;
  #losses: number[] = [];
  /** The pump at work; a new one starts only when the last has stopped. */
  #pumping: Promise<void> = Promise.resolve();
  #paused = false;
  #rate = 0;
  #measured = { step: 0, at: performance.now() };

  constructor(session: Session, reports: SessionReports) {
    this.session = session;
    this.#reports = reports;
    session.onStep = (step, loss) => {
      this.#losses.push(step, loss);
      reports.progressed();
    };
    session.onEvaluation = (result) => reports.transition({ type: 'evaluation', result });
    session.onState = (state) => this.#tell(state);
  }

  get running(): boolean {
    return this.session.state === 'running';
  }

  async train(steps?: number): Promise<void> {
    const session = this.session;
    if (session.failure !== undefined) throw session.failure;
    this.#paused = false;
    if (this.running) {
      if (steps !== undefined) session.start(steps);
      return this.#pumping;
    }
    this.#measured = { step: session.cursor.iteration, at: performance.now() };
    this.#pumping = this.#pumping.then(() => {
      session.start(steps);
      return pump(session, { paused: () => this.#paused });
    });
    return this.#pumping;
  }

  pause(): void {
    this.#paused = true;
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
    this.session.reset();
  }

  set(node: string, setting: string, value: number): void {
    const problem = this.session.set(node, setting, value);
    if (problem) throw problem;
  }

  watch(nodes: readonly string[]): void {
    this.session.watch(nodes);
  }

  inspect(node: string): NodeTelemetry {
    return this.session.inspect(node);
  }

  unrolled(): UnrolledGraph | undefined {
    return this.session.unrolled();
  }

  captured(): readonly CapturedPlan[] {
    return this.session.captured();
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
    void this.#stop().then(() => this.session.close());
  }

  /** Resolves at the boundary where the pump has let go. */
  #stop(): Promise<void> {
    this.#paused = true;
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
      ...(state === 'finished' && !this.session.complete ? { early: true as const } : {}),
      ...(failure && state === 'failed' ? { message: failure } : {}),
    });
  }
}
