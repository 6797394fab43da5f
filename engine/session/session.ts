import type { Backend, NDArray } from '../backends/backend.ts';
import type { FileSource } from '../data/dataset.ts';
import type { Tracer } from '../functions/tracer.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import type { FunctionUse } from '../graph/functions.ts';
import type { Settings } from '../nodes/settings.ts';
import type { Ref } from '../program/entries.ts';
import { lowerDocument } from '../program/lower.ts';
import type { Program } from '../program/program.ts';
import { TracedFunctions } from '../program/traced_functions.ts';
import type { PythonRandom } from '../random/python.ts';
import { TorchGenerator } from '../random/torch.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import { BatchPrograms } from './batch_programs.ts';
import { Beginnings } from './beginnings.ts';
import type { Cursor, Until } from './cursor.ts';
import { Execution, type Ingredients } from './execution.ts';
import { largestOf } from './fault.ts';
import { fullMemory, fullMemoryOr } from './full_memory.ts';
import { History } from './history.ts';
import type { LiveChange } from './live_settings.ts';
import { loadMaterial } from './material.ts';
import type { Moment } from './moment.ts';
import { type Elements, Reading } from './reading.ts';
import { Samples } from './samples.ts';
import { Copies, type Snapshot } from './snapshot.ts';
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

export interface SessionOptions {
  /** One backend per session: scopes are a stack. */
  readonly backend: Backend;
  readonly files: FileSource;
  /** Runs the code of the document's own functions; absent: in this thread. */
  readonly trace?: Tracer;
  /** Bytes that may be kept to go back in time; by default none. */
  readonly history?: number;
}

export type Created =
  | { readonly session: Session; readonly diagnostics?: undefined }
  | { readonly session?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** A live run of a document as it stood when the session was made: the one conductor of everything that executes. */
export class Session {
  readonly document: GraphDocument;
  readonly program: Program;
  /** Functions of the user's own, as they were traced. */
  readonly functions: readonly FunctionUse[];
  readonly backend: Backend;
  readonly generator: TorchGenerator;
  /** Called with each finished iteration (from 0) and its loss. */
  onStep: (step: number, loss: number) => void = () => undefined;
  onEvaluation: (result: Evaluation) => void = () => undefined;
  onState: (state: RunState) => void = () => undefined;
  /** Why the run failed. */
  failure: Diagnostic | undefined;
  readonly #execution: Execution;
  readonly #initial: Snapshot;
  readonly #copies: Copies;
  readonly #history: History;
  readonly #beginnings: Beginnings;
  readonly #reading: Reading;
  readonly #samples: Samples;
  #state: RunState = 'idle';
  #target: number;
  /** The most iterations that were ever finished: what is run again before it has been told already. */
  #frontier = 0;
  #remembersAll = false;

  private constructor(ingredients: Ingredients, history: number) {
    const { document, program, backend, generator, functions } = ingredients;
    this.document = document;
    this.program = program;
    this.backend = backend;
    this.generator = generator;
    this.functions = functions;
    this.#copies = new Copies(backend);
    this.#history = new History(history, (snapshot) => this.#copies.reuse(snapshot));
    this.#execution = new Execution(ingredients, {
      begins: () => this.#remember(),
      isEvaluated: (epochEnds) => this.#isNew && (epochEnds || this.cursor.iteration >= this.#target),
      finished: (step, loss) => this.#finished(step, loss),
      spoiled: (loss) => this.#spoiled(loss),
      evaluated: (result) => this.onEvaluation(result),
    });
    this.#beginnings = new Beginnings(this.#execution, this.#history);
    this.#reading = new Reading(backend, this.#execution, this.#beginnings, () => this.#mayRecall);
    this.#samples = new Samples(backend, program, this.#execution.weights.parameters);
    this.#target = this.#count();
    this.#initial = this.#execution.snapshot();
  }

  /** Traces the document's own functions, lowers it, loads and draws its data and its parameters. */
  static create(document: GraphDocument, options: SessionOptions): Promise<Created> {
    return Session.#create(document, options).catch((error: unknown) => ({ diagnostics: [fullMemoryOr(error)] }));
  }

  static async #create(document: GraphDocument, options: SessionOptions): Promise<Created> {
    const { backend, files, trace, history = 0 } = options;
    const traced = new TracedFunctions(trace);
    const checked = await traced.check(document);
    const lowered = lowerDocument(document, traced.lookup, checked);
    if (lowered.program === undefined) return lowered;
    const { program } = lowered;
    const generator = new TorchGenerator(document.run.seed);
    const loaded = await loadMaterial(program, backend, files, generator, document.run.batchSize);
    if ('diagnostics' in loaded) return loaded;
    const { functions } = checked;
    const programs = new BatchPrograms(document, program, loaded.material, traced);
    const diagnostics = await programs.prepare(functions);
    if (diagnostics.length > 0) return { diagnostics };
    const ingredients = { ...loaded, document, program, backend, generator, programs, functions };
    return { session: new Session(ingredients, history) };
  }

  get state(): RunState {
    return this.#state;
  }
  get cursor(): Cursor {
    return this.#execution.cursor;
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
    if (this.#state === 'running') this.#enter('paused');
  }

  /**
   * Does one entry: a step of the forward pass, one of backward, one optimizer. By iterations: all of the next one where there is a
   * plan of it, and an entry where there is none. False when there is nothing more to do.
   */
  advance(by: 'entry' | 'iteration' = 'entry'): boolean {
    if (this.failure !== undefined || this.#isAtTarget) return false;
    try {
      this.#execution.step(by === 'iteration');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#fail(fullMemory(error) ?? diagnostic('run-failed', {}, { step: this.cursor.iteration, reason }));
    }
    if (this.failure !== undefined) return false;
    if (!this.#isAtTarget) return true;
    this.#enter('finished');
    return false;
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
    this.#restore(snapshot);
    this.#enter('paused');
    return true;
  }

  /** What can be gone back to: the first iteration, and the memory that this takes. */
  get history(): { readonly earliest: number | undefined; readonly bytes: number } {
    return { earliest: this.#history.earliest, bytes: this.#history.bytes };
  }

  /** Remembers every iteration from here on: somebody steps. Without it one in a few. */
  rememberAll(all: boolean): void {
    this.#remembersAll = all;
    if (!all || this.#execution.isBetween || this.cursor.phase === 'update' || this.#beginnings.known !== undefined)
      return;
    // Who begins to step in the middle of an iteration will ask what its update has changed.
    this.#beginnings.hold();
  }

  /** Frees everything; the session is of no use afterwards. */
  close(): void {
    try {
      this.reset();
      this.#execution.close();
    } finally {
      this.backend.close();
    }
  }

  /** The nodes that `telemetry` tells about. */
  watch(nodes: Iterable<string>): void {
    this.#samples.watch(nodes);
  }

  /**
   * Statistics of the watched nodes: where the session stands still those of this very moment. In a run those of an iteration that is
   * over, the last one or, in the middle of one, the one before; and where they are of many numbers, of some nodes in turn.
   */
  telemetry(): Readonly<Record<string, NodeTelemetry>> {
    if (this.#state !== 'running') return this.#samples.now(this.moment());
    return this.#execution.isBetween ? this.#samples.inTurn(this.moment()) : this.#samples.later();
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
    return this.#samples.of(address, this.moment());
  }

  /** The iteration that is under way, or between two the one that is over; undefined before the first. */
  moment(): Moment | undefined {
    return this.#execution.moment();
  }

  /** The entry at `position` of the iteration that `moment()` gives, with its numbers. */
  entry(position: number): EntryReport | undefined {
    return this.#reading.entry(position);
  }

  /** The elements of what an entry names, at this moment; undefined where it is not there. */
  elements(ref: Ref): Elements | undefined {
    return this.#reading.elements(ref);
  }

  /** What passes the wires into the node whose entry was done last, at this moment. */
  passing(): Passing {
    return this.#reading.passing();
  }

  /** How the gradient of a parameter came together in the iteration that `moment()` gives. */
  ledger(parameter: string): LedgerRow[] {
    return this.#reading.ledger(parameter);
  }

  /** The graph of the pass that is under way or was the last; undefined before the first. */
  unrolled(): UnrolledGraph | undefined {
    const { pass } = this.#execution;
    return pass && unrolledGraph(pass.schedule, this.iteration + 1);
  }

  /** Is every parameter free of NaN and infinities? */
  get finite(): boolean {
    return [...this.#execution.weights.parameters.values()].every(({ value }) => this.backend.finiteSync(value));
  }

  /** The largest finite element of all parameters, as the run began and now. */
  get largestWeights(): { readonly from: number; readonly to: number } {
    const now = [...this.#execution.weights.parameters.values()].map(({ value }) => this.backend.readSync(value));
    const largest = (all: Iterable<TypedArray>) => Math.max(0, ...[...all].map(largestOf));
    return { from: largest(this.#initial.parameters.values()), to: largest(now) };
  }

  /** What static mode has captured so far. */
  captured(): CapturedPlan[] {
    return this.#execution.plans.map(describePlan);
  }

  /** How often each loop ran in this iteration, by its address. */
  get loops(): ReadonlyMap<string, number> {
    return this.#execution.pass?.schedule.loops ?? new Map();
  }

  /**
   * Takes over the weights of another run, by address and shape; what has no counterpart keeps its own. `reset` still leads
   * back to the weights this document draws.
   */
  keepWeights(other: Session): void {
    this.#execution.weights.carry((address) => {
      const before = other.parameter(address);
      return before && { shape: before.shape, values: other.backend.readSync(before) };
    });
  }

  /** Current values of a parameter, by address (`model/linear1.weight`). */
  parameter(address: string): NDArray | undefined {
    return this.#execution.weights.parameters.get(address)?.value;
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
    this.#history.add(this.#execution.snapshot(this.#copies));
  }

  #finished(step: number, loss: number): void {
    if (this.#samples.isWanted) this.#samples.inTurn(this.moment());
    // What an iteration that is run again would tell, it has told.
    if (!this.#isNew) return;
    this.#frontier = this.cursor.iteration;
    this.onStep(step, loss);
  }

  #spoiled(loss: number): void {
    const { iteration: step } = this.cursor;
    this.onStep(step, loss);
    const value = Number.isNaN(loss) ? 'NaN' : loss > 0 ? '∞' : '−∞';
    this.#fail(diagnostic('loss-not-finite', { node: this.program.losses[0]?.node ?? '' }, { value, step }));
  }

  #restore(snapshot: Snapshot): void {
    this.#beginnings.forget();
    this.#execution.restore(snapshot);
    this.failure = undefined;
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
