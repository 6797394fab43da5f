import { type Backend, LONGEST_BACKLOG, type NDArray } from '../backends/backend.ts';
import { DeviceFailure } from '../backends/device_failure.ts';
import type { Need } from '../graph/device.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import type { FunctionUse } from '../graph/functions.ts';
import type { Settings } from '../nodes/settings.ts';
import type { Ref } from '../program/entries.ts';
import type { Program } from '../program/program.ts';
import type { PythonRandom } from '../random/python.ts';
import type { TorchGenerator } from '../random/torch.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { Beginnings } from './beginnings.ts';
import type { Comparison, ComparisonProgress } from './comparison.ts';
import type { Cursor, Until } from './cursor.ts';
import { Execution } from './execution.ts';
import { largestOf } from './fault.ts';
import { fullMemory, fullMemoryOr } from './full_memory.ts';
import { EVERY_ON_DEVICE, History } from './history.ts';
import { type Ingredients, ingredientsOf, type Sources } from './ingredients.ts';
import type { LiveChange } from './live_settings.ts';
import type { Moment } from './moment.ts';
import { type Elements, Reading } from './reading.ts';
import { Samples } from './samples.ts';
import { Copies, type SavedArrays, type Snapshot } from './snapshot.ts';
import type {
  CapturedPlan,
  EntryReport,
  Evaluation,
  LedgerRow,
  NodeTelemetry,
  Passing,
  RunState,
  UnrolledGraph,
} from './summary.ts';
import { describePlan, unrolledGraph } from './unrolled.ts';

export interface SessionOptions extends Sources {
  /** Bytes that may be kept to go back in time; by default none. */
  readonly history?: number;
  /** Brings another backend to go on with where the device has failed; undefined where there is none. */
  readonly renew?: (failure: DeviceFailure) => Promise<Backend | undefined>;
}

export type Created =
  | { readonly session: Session; readonly diagnostics?: undefined }
  | { readonly session?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** Bytes for what a run goes on from where its device was lost, also where nobody goes back. */
const CHECKPOINTS = 64 * 2 ** 20;

/** What belongs to one backend. */
interface Parts {
  readonly backend: Backend;
  readonly generator: TorchGenerator;
  readonly execution: Execution;
  readonly copies: Copies;
  readonly beginnings: Beginnings;
  readonly reading: Reading;
  readonly samples: Samples;
}

/** A live run of a document as it stood when the session was made: the one conductor of everything that executes. */
export class Session {
  readonly document: GraphDocument;
  readonly program: Program;
  /** Functions of the user's own, as they were traced. */
  readonly functions: readonly FunctionUse[];
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
  #parts: Parts;
  #watched: ReadonlySet<string> = new Set();
  #lost: DeviceFailure | undefined;
  /** Iterations before this one are waited for: one of them gives no finite loss. */
  #cautiousUntil = 0;
  /** The iteration whose evaluation was under way as the device failed. */
  #owed: number | undefined;
  /** Splits whose evaluation was told since the last iteration. */
  readonly #toldSplits = new Set<Evaluation['split']>();
  #isClosed = false;
  #state: RunState = 'idle';
  #target: number;
  /** The most iterations that were ever finished: what is run again before it has been told already. */
  #frontier = 0;
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
    this.#parts = this.#assemble(ingredients);
    this.#target = this.#count();
    this.#initial = this.#execution.snapshot();
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
      const other = error instanceof DeviceFailure ? await options.renew?.(error) : undefined;
      if (other === undefined) return { diagnostics: [fullMemoryOr(error)] };
      opened?.close();
      return Session.create(document, { ...options, backend: other });
    }
  }

  get #execution(): Execution {
    return this.#parts.execution;
  }
  get #reading(): Reading {
    return this.#parts.reading;
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
    return this.#lost;
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
    if (this.#lost !== undefined) return otherwise;
    try {
      return read();
    } catch (error) {
      if (!this.#isLost(error)) throw error;
      if (this.#state !== 'running') this.onLost();
      return otherwise;
    }
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
      if (this.#isLost(error)) return false;
      this.fail(error);
    }
    if (this.failure !== undefined || this.#lost !== undefined) return false;
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
    this.#frontier = Math.min(this.#frontier, iteration);
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
    this.#frontier = 0;
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
    if (this.#lost === undefined) return true;
    const { iteration, phase } = this.cursor;
    if (phase === 'evaluate') this.#owed = iteration;
    const told = Math.min(iteration, this.#frontier);
    const { changes } = this;
    this.backend.close();
    // The next one may fail as well.
    for (let failure = this.#lost; ; ) {
      const backend = await this.#options.renew?.(failure);
      try {
        if (backend === undefined || this.#isClosed) throw new Error(failure.message);
        const found = await ingredientsOf(this.document, { ...this.#options, backend });
        if ('diagnostics' in found || this.#isClosed) throw new Error(failure.message);
        this.#parts = this.#assemble(found);
        for (const change of changes) this.#execution.live.set(change);
        this.#execution.restore(this.#history.nearest(told) ?? this.#initial);
        this.#lost = undefined;
        return true;
      } catch (error) {
        backend?.close();
        if (error instanceof DeviceFailure) failure = error;
        else {
          if (!this.#isClosed) this.fail(error);
          return false;
        }
      }
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
      if (this.#lost !== undefined) return;
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

  /**
   * Exact statistics of the node at an address, in a loop with the number of the iteration (`repeat1#2/linear1`): output, gradient
   * of it, parameters, all as they are now.
   */
  inspect(address: string): NodeTelemetry {
    return this.look(() => this.#samples.of(address, this.moment()), {});
  }

  /** The iteration that is under way, or between two the one that is over; undefined before the first. */
  moment(): Moment | undefined {
    return this.#execution.moment();
  }

  /** The entry at `position` of the iteration that `moment()` gives, with its numbers. */
  entry(position: number): EntryReport | undefined {
    return this.look(() => this.#reading.entry(position), undefined);
  }

  /** The parameters as the iteration of `moment()` found them, by address; undefined where nobody remembers, nor can find out. */
  beginning(): SavedArrays | undefined {
    return this.look(() => this.#reading.beginning(), undefined);
  }

  /** The elements of what an entry names, at this moment; undefined where it is not there. */
  elements(ref: Ref): Elements | undefined {
    return this.look(() => this.#reading.elements(ref), undefined);
  }

  /** What passes the wires into the node whose entry was done last, at this moment. */
  passing(): Passing {
    return this.look(() => this.#reading.passing(), {});
  }

  /** How the gradient of a parameter came together in the iteration that `moment()` gives. */
  ledger(parameter: string): LedgerRow[] {
    return this.look(() => this.#reading.ledger(parameter), []);
  }

  /**
   * Begins to compare what `moment()` holds with what the reference makes of the same; undefined before the first iteration. Each call
   * of what it gives goes on a little; undefined from it: the device has failed. Of no use once the session moves on.
   */
  compare(): (() => IteratorResult<ComparisonProgress, Comparison> | undefined) | undefined {
    const comparing = this.look(() => this.#reading.compare(), undefined);
    return comparing && (() => this.look(() => comparing.next(), undefined));
  }

  /** The graph of the pass that is under way or was the last; undefined before the first. */
  unrolled(): UnrolledGraph | undefined {
    const { pass } = this.#execution;
    return pass && unrolledGraph(pass.schedule, this.iteration + 1);
  }

  /** Is every parameter free of NaN and infinities? */
  get finite(): boolean {
    const { parameters } = this.#execution.weights;
    return this.look(() => this.backend.finiteSync(...[...parameters.values()].map(({ value }) => value)), false);
  }

  /** The largest finite element of all parameters, as the run began and now. */
  get largestWeights(): { readonly from: number; readonly to: number } {
    const largest = (all: Iterable<TypedArray>) => Math.max(0, ...[...all].map(largestOf));
    const read = () =>
      [...this.#execution.weights.parameters.values()].map(({ value }) => this.backend.readSync(value));
    return { from: largest(this.#initial.parameters.values()), to: largest(this.look(read, [])) };
  }

  /** What static mode has captured so far. */
  captured(): CapturedPlan[] {
    return this.#execution.plans.map(describePlan);
  }

  /** How often each loop ran in this iteration, by its address. */
  get loops(): ReadonlyMap<string, number> {
    return this.#execution.loops;
  }

  /**
   * Takes over the weights of another run, by address and shape; what has no counterpart keeps its own. `reset` still leads
   * back to the weights this document draws.
   */
  keepWeights(other: Session): void {
    this.#execution.weights.carry((address) => {
      const before = other.parameter(address);
      const values = before && other.look(() => other.backend.readSync(before), undefined);
      return values && { shape: before.shape, values };
    });
  }

  /** Current values of a parameter, by address (`model/linear1.weight`). */
  parameter(address: string): NDArray | undefined {
    return this.#execution.weights.parameters.get(address)?.value;
  }

  #assemble(ingredients: Ingredients): Parts {
    const { program, backend, generator } = ingredients;
    const execution = new Execution(ingredients, {
      begins: () => this.#remember(),
      mayDefer: () => this.#mayDefer,
      isEvaluated: (epochEnds) => this.#isToBeEvaluated(epochEnds),
      finished: (step, loss) => this.#finished(step, loss),
      spoiled: (loss) => this.#spoiled(loss),
      evaluated: (result) => this.#evaluated(result),
    });
    const beginnings = new Beginnings(execution, this.#history);
    const samples = new Samples(backend, program, execution.weights.parameters);
    samples.watch(this.#watched);
    return {
      backend,
      generator,
      execution,
      copies: new Copies(backend),
      beginnings,
      reading: new Reading(backend, execution, beginnings, () => this.#mayRecall),
      samples,
    };
  }

  /** Says whether an error means that the device has failed, and that there may be another one to go on with. */
  #isLost(error: unknown): boolean {
    if (!(error instanceof DeviceFailure) || this.#options.renew === undefined) return false;
    this.#lost ??= error;
    return true;
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
    const isOwed = this.#owed === iteration;
    if (isOwed) this.#owed = undefined;
    return (this.#isNew || isOwed) && (epochEnds || iteration >= this.#target);
  }

  get #isStopped(): boolean {
    return this.failure !== undefined || this.#lost !== undefined || this.#isAtTarget;
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

  /** Was the iteration that has just been counted never finished before? */
  get #isNew(): boolean {
    return this.cursor.iteration > this.#frontier;
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
    if (step < this.#frontier) return;
    this.#frontier = step + 1;
    this.#toldSplits.clear();
    this.onStep(step, loss);
  }

  #evaluated(result: Evaluation): void {
    // Of one that is done again because the device was lost in it, a part was told.
    if (this.#toldSplits.has(result.split)) return;
    this.#toldSplits.add(result.split);
    this.onEvaluation(result);
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
