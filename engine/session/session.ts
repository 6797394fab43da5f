import { type Backend, LONGEST_BACKLOG, type NDArray } from '../backends/backend.ts';
import { DeviceFailure, deviceFailureOf } from '../backends/device_failure.ts';
import type { Need } from '../graph/device.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import type { FunctionUse } from '../graph/functions.ts';
import type { Settings } from '../nodes/settings.ts';
import type { Program } from '../program/program.ts';
import type { PythonRandom } from '../random/python.ts';
import type { TorchGenerator } from '../random/torch.ts';
import type { Cursor, Until } from './cursor.ts';
import { DeviceLoss, type Renew } from './device_loss.ts';
import type { Execution } from './execution.ts';
import { fullMemory, fullMemoryOr } from './full_memory.ts';
import { EVERY_ON_DEVICE, History } from './history.ts';
import { type Ingredients, ingredientsOf, type Sources } from './ingredients.ts';
import type { LiveChange } from './live_settings.ts';
import type { Moment } from './moment.ts';
import { assemble, type Parts } from './parts.ts';
import type { Samples } from './samples.ts';
import type { Snapshot } from './snapshot.ts';
import type { Evaluation, NodeTelemetry, RunState } from './summary.ts';
import { Told } from './told.ts';
import { View } from './view.ts';

export interface SessionOptions extends Sources {
  /** Bytes that may be kept to go back in time; by default none. */
  readonly history?: number;
  readonly renew?: Renew;
}

export type Created =
  | { readonly session: Session; readonly diagnostics?: undefined }
  | { readonly session?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Bytes for what a run goes on from where its device was lost, also where nobody goes back. */
const CHECKPOINTS = 64 * 2 ** 20;

/** A live run of a document as it stood when the session was made: the one conductor of everything that executes. */
export class Session {
  readonly document: GraphDocument;
  readonly program: Program;
  /** Functions of the user's own, as they were traced. */
  readonly functions: readonly FunctionUse[];
  /** What can be seen of it where it stands. */
  readonly view: View;
  /** Called with each finished iteration (from 0) and its loss. */
  onStep: (step: number, loss: number) => void = () => undefined;
  onEvaluation: (result: Evaluation) => void = () => undefined;
  onState: (state: RunState) => void = () => undefined;
  /** Why the run failed. */
  failure: Diagnostic | undefined;
  /** Who runs it waits for this before going on: somebody reads what must not change meanwhile. */
  held: Promise<unknown> | undefined;
  /** Told where the device has failed while nobody ran: `revive` goes on without it. */
  onLost: () => void = () => undefined;
  readonly #options: SessionOptions;
  readonly #initial: Snapshot;
  readonly #history: History;
  readonly #told = new Told();
  readonly #loss: DeviceLoss;
  #parts: Parts;
  #watched: ReadonlySet<string> = new Set();
  /** Iterations before this one are waited for: one of them gives no finite loss. */
  #cautiousUntil = 0;
  #isClosed = false;
  #state: RunState = 'idle';
  #target: number;
  #remembersAll = false;

  private constructor(ingredients: Ingredients, options: SessionOptions) {
    const { document, program, backend, functions } = ingredients;
    this.document = document;
    this.program = program;
    this.functions = functions;
    this.#options = options;
    const { history = 0 } = options;
    const reuse = (snapshot: Snapshot) => this.#parts.copies.reuse(snapshot);
    this.#history =
      backend.collected === undefined
        ? new History(history, reuse)
        : new History(Math.max(history, CHECKPOINTS), reuse, EVERY_ON_DEVICE);
    this.#loss = new DeviceLoss(options.renew, () => {
      if (this.#state !== 'running') this.onLost();
    });
    this.#parts = this.#assemble(ingredients);
    this.#target = this.#count();
    this.#initial = this.#execution.snapshot();
    this.view = new View({
      parts: () => this.#parts,
      look: (read, otherwise) => this.#loss.look(read, otherwise),
      initial: this.#initial.parameters,
    });
  }

  /** Traces the document's own functions, lowers it, loads and draws its data and its parameters. */
  static async create(document: GraphDocument, options: SessionOptions): Promise<Created> {
    let opened: Backend | undefined;
    const backend = async (need: Need) => {
      opened = typeof options.backend === 'function' ? await options.backend(need) : options.backend;
      return opened;
    };
    try {
      const found = await ingredientsOf(document, { ...options, backend });
      return 'diagnostics' in found ? found : { session: new Session(found, options) };
    } catch (error) {
      const failure = deviceFailureOf(error);
      const other = failure === undefined ? undefined : await options.renew?.(failure);
      if (other === undefined) return { diagnostics: [fullMemoryOr(error)] };
      opened?.close();
      return Session.create(document, { ...options, backend: other });
    }
  }

  get #execution(): Execution {
    return this.#parts.execution;
  }
  get #samples(): Samples {
    return this.#parts.samples;
  }

  get backend(): Backend {
    return this.#parts.backend;
  }
  get generator(): TorchGenerator {
    return this.#parts.generator;
  }
  /** Why the device that this run was on is of no use any more: it stands still until `revive`. */
  get lost(): DeviceFailure | undefined {
    return this.#loss.failure;
  }
  get state(): RunState {
    return this.#state;
  }
  get cursor(): Cursor {
    return this.#execution.cursor;
  }
  /** Have the losses of all iterations that are over been told? In mid-run they may be waited for no more than now and then. */
  get isTold(): boolean {
    return this.#execution.untold === 0;
  }
  /** How many entries of the iteration under way are done; 0 between two. */
  get position(): number {
    return this.#execution.position;
  }
  /** The number of the iteration that `moment()` gives, from 0; −1 before the first. */
  get iteration(): number {
    return this.#execution.iteration;
  }
  /** The pass over the data, from 0; 0 without minibatches. */
  get epoch(): number {
    return this.#execution.epoch;
  }
  /** Rows of the data set that the batch of this iteration holds; undefined where it is whole. */
  get rows(): Int32Array | undefined {
    return this.#execution.rows;
  }
  /** The stream that the counts of loops are drawn from. */
  get random(): PythonRandom {
    return this.#execution.random;
  }
  /** The count of iterations at which the run is finished. */
  get target(): number {
    return this.#target;
  }
  /** Has it done all iterations that the document asks for? */
  get complete(): boolean {
    return this.cursor.iteration >= this.#count();
  }
  /** The loss of the last iteration whose loss phase is over. */
  get loss(): number | undefined {
    return this.#execution.pass?.loss;
  }

  /** What `read` finds on the device; `otherwise` where that has failed: then the run stands still until `revive`. */
  look<Found>(read: () => Found, otherwise: Found): Found {
    return this.#loss.look(read, otherwise);
  }

  /** Makes the session running; after the end, `steps` more (or as many as the document says). False where it cannot run. */
  start(steps?: number): boolean {
    if (this.#state === 'failed') return false;
    const { iteration, phase } = this.cursor;
    if (steps !== undefined) this.#target = iteration + steps;
    else if (iteration >= this.#target && phase === 'batch') {
      // A run that was taken a few iterations at a time goes on to the end the document names; after that, once more as far.
      const count = this.#count();
      this.#target = iteration < count ? count : iteration + count;
    }
    this.#enter('running');
    return true;
  }

  pause(): void {
    this.settle();
    if (this.#state === 'running') this.#enter('paused');
  }

  /**
   * Does one entry: a step of the forward pass, one of backward, one optimizer. By iterations: all of the next one where there is a
   * plan of it, and an entry where there is none. False when there is nothing more to do.
   */
  advance(by: 'entry' | 'iteration' = 'entry'): boolean {
    if (this.#isStopped) return false;
    try {
      if (by === 'entry') this.settle();
      // What that finds out may be the end.
      if (this.#isStopped) return false;
      this.#execution.step(by === 'iteration');
      if (this.#isToBeTold) this.settle();
    } catch (error) {
      if (this.#loss.isCause(error)) return false;
      this.fail(error);
    }
    if (this.failure !== undefined || this.lost !== undefined) return false;
    if (!this.#isAtTarget) return true;
    this.#enter('finished');
    return false;
  }

  /** Ends the run for a reason that nobody expected. */
  fail(error: unknown): void {
    const { iteration: step } = this.cursor;
    this.#fail(fullMemory(error) ?? diagnostic('run-failed', {}, { step, reason: reasonOf(error) }));
  }

  /** Tells the losses of iterations that were not waited for. Whoever looks at the session in mid-run asks for it first. */
  settle(): void {
    const spoiled = this.look(() => this.#execution.tell(), undefined);
    if (spoiled === undefined) return;
    const snapshot = this.#history.nearest(spoiled.step);
    if (snapshot === undefined) throw new Error('an iteration was not waited for that cannot be gone back to');
    // It is done again, and this time waited for: then everything stands where it failed.
    this.#cautiousUntil = spoiled.step + 1;
    this.#restore(snapshot);
  }

  /** Advances until `until` holds after an entry, or the run ends. Returns where it stands. */
  run(until?: Until): Cursor {
    if (!this.start()) return this.cursor;
    while (this.advance(until === undefined ? 'iteration' : 'entry'))
      if (until?.(this.cursor, this.#execution.last)) {
        this.pause();
        break;
      }
    return this.cursor;
  }

  /** Changes a live setting from the next iteration on. Returns what is wrong with it, if anything. */
  set(node: string, setting: string, value: number): Diagnostic | undefined {
    const iteration = this.cursor.iteration + (this.cursor.phase === 'batch' ? 0 : 1);
    const problem = this.#execution.live.set({ iteration, node, setting, value });
    if (problem !== undefined) return problem;
    // From there on the run will be another one than it was.
    this.#history.forgetAfter(iteration);
    this.#told.forgetAfter(iteration);
    return undefined;
  }

  /** Changes of live settings since the start; those that a reset kept stand at iteration 0. */
  get changes(): readonly LiveChange[] {
    return this.#execution.live.changes;
  }

  /** The values in force of an optimizer's settings. */
  settingsOf(node: string): Settings | undefined {
    return this.#execution.live.of(node);
  }

  /** The learning rates in force. */
  get learningRates(): readonly number[] {
    return this.#execution.updating.writers.map(({ settings }) => Number(settings.lr));
  }

  /** Restores the initial weights, the random stream and the start of the data. Live settings keep their last value. */
  reset(): void {
    this.#restore(this.#initial);
    this.#execution.live.restart();
    this.#history.clear();
    this.#told.forgetAfter(0);
    this.#target = this.#count();
    this.#enter('idle');
  }

  /**
   * Goes back to the last snapshot at or before `iteration`; false where none reaches so far. What is run again from there is the
   * same to the bit and tells nothing anew.
   */
  rewind(iteration: number): boolean {
    const snapshot = this.#history.nearest(iteration);
    if (snapshot === undefined) return false;
    if (!this.#restore(snapshot)) return false;
    this.#enter('paused');
    return true;
  }

  /**
   * Goes on without the device that has failed: from the last moment that is remembered, on the backend that `renew` brings. What is
   * run again from there tells nothing anew. False where that is not possible: the run has failed.
   */
  async revive(): Promise<boolean> {
    if (this.lost === undefined) return true;
    const { iteration, phase } = this.cursor;
    if (phase === 'evaluate') this.#told.breakOff(iteration);
    const from = Math.min(iteration, this.#told.iterations);
    const { changes } = this;
    this.backend.close();
    try {
      await this.#loss.replace((backend) => this.#takeUp(backend, from, changes));
      return true;
    } catch (error) {
      if (!this.#isClosed) this.fail(error);
      return false;
    }
  }

  /** What can be gone back to: the first iteration, and the memory that this takes. */
  get history(): { readonly earliest: number | undefined; readonly bytes: number } {
    return { earliest: this.#history.earliest, bytes: this.#history.bytes };
  }

  /** Remembers every iteration from here on: somebody steps. Without it one in a few. */
  rememberAll(all: boolean): void {
    this.#remembersAll = all;
    if (
      !all ||
      this.#execution.isBetween ||
      this.cursor.phase === 'update' ||
      this.#parts.beginnings.known !== undefined
    )
      return;
    // Who begins to step in the middle of an iteration will ask what its update has changed.
    this.look(() => this.#parts.beginnings.hold(), undefined);
  }

  /** Frees everything; the session is of no use afterwards. */
  close(): void {
    this.#isClosed = true;
    try {
      if (this.lost !== undefined) return;
      this.reset();
      this.#execution.close();
    } catch (error) {
      // What it held is gone anyway.
      if (!(error instanceof DeviceFailure)) throw error;
    } finally {
      this.backend.close();
    }
  }

  /** The nodes that `telemetry` tells about. */
  watch(nodes: Iterable<string>): void {
    this.#watched = new Set(nodes);
    this.#samples.watch(this.#watched);
  }

  /**
   * Statistics of the watched nodes: where the session stands still those of this very moment. In a run those of an iteration that is
   * over, the last one or, in the middle of one, the one before; and where they are of many numbers, of some nodes in turn.
   */
  telemetry(): Readonly<Record<string, NodeTelemetry>> {
    this.settle();
    return this.look(() => {
      if (this.#state !== 'running') return this.#samples.now(this.moment());
      return this.#execution.isBetween ? this.#samples.inTurn(this.moment()) : this.#samples.later();
    }, {});
  }

  /** Did the last `telemetry` speak of all watched nodes? */
  get isToldWhole(): boolean {
    return this.#samples.isWhole;
  }

  /** The iteration that is under way, or between two the one that is over; undefined before the first. */
  moment(): Moment | undefined {
    return this.#execution.moment();
  }

  /** How often each loop ran in this iteration, by its address. */
  get loops(): ReadonlyMap<string, number> {
    return this.#execution.loops;
  }

  /**
   * Takes over the weights of another run, by address and shape; what has no counterpart keeps its own. `reset` still leads
   * back to the weights this document draws. Returns the addresses of the parameters that begin anew.
   */
  keepWeights(other: Session | undefined): string[] {
    return this.#execution.weights.carry((address) => {
      const before = other?.parameter(address);
      const values = before && other?.look(() => other.backend.readSync(before), undefined);
      return values && { shape: before.shape, values };
    });
  }

  /** Current values of a parameter, by address (`model/linear1.weight`). */
  parameter(address: string): NDArray | undefined {
    return this.#execution.weights.parameters.get(address)?.value;
  }

  /** The last moment at or before iteration `from` that is remembered, on another backend; false where that cannot be. */
  async #takeUp(backend: Backend, from: number, changes: readonly LiveChange[]): Promise<boolean> {
    if (this.#isClosed) return false;
    const found = await ingredientsOf(this.document, { ...this.#options, backend });
    if ('diagnostics' in found || this.#isClosed) return false;
    this.#parts = this.#assemble(found);
    for (const change of changes) this.#execution.live.set(change);
    this.#execution.restore(this.#history.nearest(from) ?? this.#initial);
    return true;
  }

  #assemble(ingredients: Ingredients): Parts {
    const parts = assemble(ingredients, this.#history, {
      begins: () => this.#remember(),
      mayDefer: () => this.#mayDefer,
      mayRecall: () => this.#mayRecall,
      isEvaluated: (epochEnds) => this.#isToBeEvaluated(epochEnds),
      finished: (step, loss) => this.#finished(step, loss),
      spoiled: (loss) => this.#spoiled(loss),
      evaluated: (result) => this.#evaluated(result),
    });
    parts.samples.watch(this.#watched);
    return parts;
  }

  /** Iterations that the document asks for. */
  #count(): number {
    const { steps, epochs } = this.document.run;
    return steps ?? (epochs ?? 1) * this.#execution.perEpoch;
  }

  get #isAtTarget(): boolean {
    const { phase, iteration } = this.cursor;
    return phase === 'batch' && iteration >= this.#target;
  }

  #isToBeEvaluated(epochEnds: boolean): boolean {
    const { iteration } = this.cursor;
    return this.#told.lacksEvaluation(iteration) && (epochEnds || iteration >= this.#target);
  }

  get #isStopped(): boolean {
    return this.failure !== undefined || this.lost !== undefined || this.#isAtTarget;
  }

  /** May losses be read later? Where one then turns out not to be finite, there must be a way back. */
  get #mayDefer(): boolean {
    const { iteration } = this.cursor;
    const mayGoBack = this.#history.nearest(iteration) !== undefined;
    return this.#state === 'running' && !this.#remembersAll && iteration >= this.#cautiousUntil && mayGoBack;
  }

  /** Are losses to be read before the run goes on: to evaluate, to remember, to end, or because the device has enough to do? */
  get #isToBeTold(): boolean {
    if (this.#execution.untold === 0) return false;
    const { iteration, phase } = this.cursor;
    const backlog = this.backend.backlog?.() ?? 0;
    const isDue = phase !== 'batch' || this.#isAtTarget || this.#history.wants(iteration, this.#remembersAll);
    return isDue || backlog > LONGEST_BACKLOG;
  }

  /** A run that stands still can be taken to this very moment again. */
  get #mayRecall(): boolean {
    return this.#state !== 'running' && this.failure === undefined && this.cursor.phase !== 'evaluate';
  }

  #remember(): void {
    if (!this.#history.wants(this.cursor.iteration, this.#remembersAll)) return;
    this.#history.add(this.#execution.snapshot(this.#parts.copies));
  }

  #finished(step: number, loss: number): void {
    if (this.#samples.isWanted) this.#samples.inTurn(this.moment());
    // What an iteration that is run again would tell, it has told.
    if (this.#told.finish(step)) this.onStep(step, loss);
  }

  #evaluated(result: Evaluation): void {
    if (this.#told.evaluate(result.split)) this.onEvaluation(result);
  }

  #spoiled(loss: number): void {
    const { iteration: step } = this.cursor;
    this.onStep(step, loss);
    const value = Number.isNaN(loss) ? 'NaN' : loss > 0 ? '∞' : '−∞';
    this.#fail(diagnostic('loss-not-finite', { node: this.program.losses[0]?.node ?? '' }, { value, step }));
  }

  /** False where the device has failed. */
  #restore(snapshot: Snapshot): boolean {
    this.#parts.beginnings.forget();
    this.failure = undefined;
    return this.look(() => {
      this.#execution.restore(snapshot);
      return true;
    }, false);
  }

  #fail(failure: Diagnostic): void {
    this.failure = failure;
    this.#enter('failed');
  }

  #enter(state: RunState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.onState(state);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
