import { Context } from '../autograd/context.ts';
import type { Backend, NDArray } from '../backends/backend.ts';
import { Kernels } from '../backends/kernels.ts';
import { Batches } from '../data/batches.ts';
import type { FileSource } from '../data/dataset.ts';
import type { Tracer } from '../functions/tracer.ts';
import { diagnostic } from '../graph/diagnostics.ts';
import type { Diagnostic, GraphDocument } from '../graph/document.ts';
import type { FunctionUse } from '../graph/functions.ts';
import type { Settings } from '../nodes/settings.ts';
import { entriesOf, learns } from '../program/entries.ts';
import { lowerDocument } from '../program/lower.ts';
import type { Program } from '../program/program.ts';
import { type Schedule, Schedules } from '../program/schedule.ts';
import { TracedFunctions } from '../program/traced_functions.ts';
import { PythonRandom, type PythonState } from '../random/python.ts';
import { TorchGenerator } from '../random/torch.ts';
import { BatchPrograms } from './batch_programs.ts';
import type { Cursor, Entry, Phase, Until } from './cursor.ts';
import { EvaluationRun } from './evaluation.ts';
import { History } from './history.ts';
import { writeLedger } from './ledger.ts';
import { type LiveChange, LiveSettings } from './live_settings.ts';
import { loadMaterial, type Material, type Split } from './material.ts';
import { Moment } from './moment.ts';
import type { Pass } from './pass.ts';
import { Passes } from './passes.ts';
import { reportEntry } from './report.ts';
import { Samples } from './samples.ts';
import type { Snapshot } from './snapshot.ts';
import type {
  CapturedPlan,
  EntryReport,
  Evaluation,
  LedgerRow,
  NodeTelemetry,
  RunState,
  UnrolledGraph,
} from './summary.ts';
import { describePlan, unrolledGraph } from './unrolled.ts';
import { type UpdateEntry, Updating } from './updating.ts';
import { Weights } from './weights.ts';

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

/** What a session is made of, once it is loaded, drawn and traced. */
interface Ingredients {
  readonly material: Material;
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly programs: BatchPrograms;
  readonly functions: readonly FunctionUse[];
}

/** A live run of a document as it stood when the session was made: the one conductor of everything that executes. */
export class Session {
  readonly document: GraphDocument;
  readonly program: Program;
  /** Functions of the user's own, as they were traced. */
  readonly functions: readonly FunctionUse[];
  readonly backend: Backend;
  readonly generator: TorchGenerator;
  /** The stream that the counts of loops are drawn from. */
  readonly random: PythonRandom;
  /** Called with each finished iteration (from 0) and its loss. */
  onStep: (step: number, loss: number) => void = () => undefined;
  onEvaluation: (result: Evaluation) => void = () => undefined;
  onState: (state: RunState) => void = () => undefined;
  /** Why the run failed. */
  failure: Diagnostic | undefined;
  readonly #context: Context;
  readonly #passes: Passes;
  readonly #material: Material;
  readonly #weights: Weights;
  readonly #live: LiveSettings;
  readonly #initial: Snapshot;
  readonly #history: History;
  readonly #samples: Samples;
  readonly #learns: boolean;
  readonly #programs: BatchPrograms;
  readonly #schedules = new Map<number | Split, Schedules>();
  readonly #updating: Updating;
  #batches: Batches | undefined;
  #state: RunState = 'idle';
  #phase: Phase = 'batch';
  #entry = 0;
  #iterations = 0;
  #epoch = 0;
  #target: number;
  #epochEnds = false;
  #rows: Int32Array | undefined;
  #iteration: Pass | undefined;
  #updates: readonly UpdateEntry[] = [];
  #evaluation: EvaluationRun | undefined;
  #beforeEvaluation: PythonState | undefined;
  /** The most iterations that were ever finished: what is run again before it has been told already. */
  #frontier = 0;
  #remembersAll = false;
  #lastEntry: Entry = { phase: 'batch', address: '', name: '' };

  private constructor(
    document: GraphDocument,
    program: Program,
    options: SessionOptions,
    { material, initial, programs, functions }: Ingredients,
    generator: TorchGenerator,
  ) {
    this.document = document;
    this.program = program;
    this.backend = options.backend;
    this.generator = generator;
    this.random = new PythonRandom(document.run.seed);
    this.functions = functions;
    this.#programs = programs;
    this.#material = material;
    this.#passes = new Passes(document.run.mode, options.backend);
    this.#context = new Context(new Kernels(this.#passes.backend));
    this.#weights = new Weights(program, this.#context, initial);
    this.#updating = new Updating(program, this.#context.kernels, this.#weights);
    this.#learns = learns(program);
    this.#live = new LiveSettings(this.#updating.writers);
    this.#history = new History(options.history ?? 0);
    this.#samples = new Samples(this.backend, program, this.#weights.parameters);
    this.#batches = this.#newBatches();
    this.#target = this.#count();
    this.#initial = this.#snapshot();
  }

  /** Traces the document's own functions, lowers it, loads and draws its data and its parameters. */
  static async create(document: GraphDocument, options: SessionOptions): Promise<Created> {
    const traced = new TracedFunctions(options.trace);
    const checked = await traced.check(document);
    const lowered = lowerDocument(document, traced.lookup, checked);
    if (lowered.program === undefined) return lowered;
    const generator = new TorchGenerator(document.run.seed);
    const loaded = await loadMaterial(
      lowered.program,
      options.backend,
      options.files,
      generator,
      document.run.batchSize,
    );
    if ('diagnostics' in loaded) return loaded;
    const { functions } = checked;
    const programs = new BatchPrograms(document, lowered.program, loaded.material, traced);
    const diagnostics = await programs.prepare(functions);
    if (diagnostics.length > 0) return { diagnostics };
    const ingredients = { ...loaded, programs, functions };
    return { session: new Session(document, lowered.program, options, ingredients, generator) };
  }

  get state(): RunState {
    return this.#state;
  }
  get cursor(): Cursor {
    return { iteration: this.#iterations, phase: this.#phase, entry: this.#entry };
  }
  /** How many entries of the iteration under way are done. */
  get position(): number {
    const pass = this.#iteration;
    if (pass === undefined || this.#phase === 'batch' || this.#phase === 'evaluate') return 0;
    return entriesOf(pass.schedule).start[this.#phase] + this.#entry;
  }
  /** The pass over the data, from 0; 0 without minibatches. */
  get epoch(): number {
    return this.#epoch;
  }
  /** The count of iterations at which the run is finished. */
  get target(): number {
    return this.#target;
  }
  /** Has it done all iterations that the document asks for? */
  get complete(): boolean {
    return this.#iterations >= this.#count();
  }
  /** The loss of the last iteration whose loss phase is over. */
  get loss(): number | undefined {
    return this.#iteration?.loss;
  }

  /** Makes the session running; after the end, `steps` more (or as many as the document says). False where it cannot run. */
  start(steps?: number): boolean {
    if (this.#state === 'failed') return false;
    if (steps !== undefined) this.#target = this.#iterations + steps;
    else if (this.#iterations >= this.#target && this.#phase === 'batch') {
      // A run that was taken a few iterations at a time goes on to the end the document names; after that, once more as far.
      const count = this.#count();
      this.#target = this.#iterations < count ? count : this.#iterations + count;
    }
    this.#enter('running');
    return true;
  }

  pause(): void {
    if (this.#state === 'running') this.#enter('paused');
  }

  /** Does one entry: a step of the forward pass, one of backward, one optimizer. False when there is nothing more to do. */
  advance(): boolean {
    if (this.failure !== undefined || (this.#phase === 'batch' && this.#iterations >= this.#target)) return false;
    try {
      this.#step();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#fail(diagnostic('run-failed', {}, { step: this.#iterations, reason }));
    }
    if (this.failure !== undefined) return false;
    if (this.#phase !== 'batch' || this.#iterations < this.#target) return true;
    this.#enter('finished');
    return false;
  }

  /** Advances until `until` holds after an entry, or the run ends. Returns where it stands. */
  run(until: Until = () => false): Cursor {
    if (!this.start()) return this.cursor;
    while (this.advance())
      if (until(this.cursor, this.#lastEntry)) {
        this.pause();
        break;
      }
    return this.cursor;
  }

  /** Changes a live setting from the next iteration on. Returns what is wrong with it, if anything. */
  set(node: string, setting: string, value: number): Diagnostic | undefined {
    const iteration = this.#phase === 'batch' ? this.#iterations : this.#iterations + 1;
    const problem = this.#live.set({ iteration, node, setting, value });
    if (problem === undefined) this.#forgetFuture(iteration);
    return problem;
  }

  /** Changes of live settings since the start; those that a reset kept stand at iteration 0. */
  get changes(): readonly LiveChange[] {
    return this.#live.changes;
  }

  /** The values in force of an optimizer's settings. */
  settingsOf(node: string): Settings | undefined {
    return this.#live.of(node);
  }

  /** Restores the initial weights, the random stream and the start of the data. Live settings keep their last value. */
  reset(): void {
    this.#restore(this.#initial);
    this.#live.restart();
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
  }

  /** Frees everything; the session is of no use afterwards. */
  close(): void {
    this.reset();
    for (const writer of this.#updating.writers) writer.close();
    const { train, test } = this.#material;
    for (const array of new Set([...train.values(), ...test.values()])) this.backend.free(array);
    this.#weights.close();
  }

  /** The nodes that `telemetry` tells about. */
  watch(nodes: Iterable<string>): void {
    this.#samples.watch(nodes);
  }

  /**
   * Statistics of the watched nodes: in a run those of an iteration that is over, the last one or, in the middle of one, the one
   * before; where the session stands still those of this very moment.
   */
  telemetry(): Readonly<Record<string, NodeTelemetry>> {
    return this.#isBetween || this.#state !== 'running' ? this.#samples.now(this.moment()) : this.#samples.later();
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
    const pass = this.#iteration;
    if (pass === undefined) return undefined;
    const done = this.#isBetween ? entriesOf(pass.schedule).list.length : this.position;
    return new Moment(pass, done, this.#weights.parameters);
  }

  /** The entry at `position` of the iteration that `moment()` gives, with its numbers. */
  entry(position: number): EntryReport | undefined {
    const moment = this.moment();
    return moment && reportEntry(moment, position, this.backend);
  }

  /** How the gradient of a parameter came together in the iteration that `moment()` gives. */
  ledger(parameter: string): LedgerRow[] {
    const moment = this.moment();
    if (moment === undefined) return [];
    const began = this.#history.nearest(this.iteration);
    const memories = this.#updating.writers.map((writer) => writer.memoryOf(parameter));
    return writeLedger({
      moment,
      parameter,
      start: began?.iteration === this.iteration ? began.parameters.get(parameter) : undefined,
      now: this.parameter(parameter),
      memory: memories.find((memory) => memory !== undefined) ?? {},
      read: (array) => this.backend.readSync(array),
    });
  }

  /** The graph of the pass that is under way or was the last; undefined before the first. */
  unrolled(): UnrolledGraph | undefined {
    return this.#iteration && unrolledGraph(this.#iteration.schedule, this.iteration + 1);
  }

  /** The number of the iteration that `moment()` gives, from 0; −1 before the first. */
  get iteration(): number {
    return this.#isBetween ? this.#iterations - 1 : this.#iterations;
  }

  /** Rows of the data set that the batch of this iteration holds; undefined where it is whole. */
  get rows(): Int32Array | undefined {
    return this.#rows;
  }

  /** The learning rates in force. */
  get learningRates(): readonly number[] {
    return this.#updating.writers.map(({ settings }) => Number(settings.lr));
  }

  /** Is every parameter free of NaN and infinities? */
  get finite(): boolean {
    return [...this.#weights.parameters.values()].every(({ value }) => this.backend.finiteSync(value));
  }

  /** What static mode has captured so far. */
  captured(): CapturedPlan[] {
    return this.#passes.plans.map(describePlan);
  }

  /** How often each loop ran in this iteration, by its address. */
  get loops(): ReadonlyMap<string, number> {
    return this.#iteration?.schedule.loops ?? new Map();
  }

  /**
   * Takes over the weights of another run, by address and shape; what has no counterpart keeps its own. `reset` still leads
   * back to the weights this document draws.
   */
  keepWeights(other: Session): void {
    this.#weights.carry((address) => {
      const before = other.parameter(address);
      return before && { shape: before.shape, values: other.backend.readSync(before) };
    });
  }

  /** Current values of a parameter, by address (`model/linear1.weight`). */
  parameter(address: string): NDArray | undefined {
    return this.#weights.parameters.get(address)?.value;
  }

  #step(): void {
    const iteration = this.#iteration;
    if (this.#phase === 'evaluate') this.#evaluate();
    else if (this.#phase === 'batch' || iteration === undefined) this.#takeBatch();
    else if (this.#phase === 'forward') this.#forward(iteration);
    else if (this.#phase === 'loss') this.#readLoss(iteration);
    else if (this.#phase === 'backward') this.#backward(iteration);
    else if (this.#phase === 'update') this.#update(iteration);
    else this.#phase satisfies never;
  }

  #takeBatch(): void {
    // The last iteration's values stood until now, for whoever looked at them.
    this.#iteration?.close((keep) => this.#weights.carryGradients(keep));
    if (this.#history.wants(this.#iterations, this.#remembersAll)) this.#history.add(this.#snapshot());
    this.#weights.clear();
    this.#live.apply(this.#iterations);
    const batch = this.#batches?.next();
    if (batch !== undefined) this.#epoch = batch.epoch;
    this.#epochEnds = batch?.last ?? false;
    this.#rows = batch?.rows;
    this.#iteration = this.#passes.begin({
      schedule: this.#scheduleFor(batch?.rows.length ?? 0, 'train'),
      context: this.#context,
      parameters: this.#weights.parameters,
      data: this.#material.train,
      take: (whole, slot) =>
        batch === undefined || !this.#material.cut.has(slot) ? whole : this.backend.takeRows(whole, batch.rows),
      dropout: this.generator,
    });
    this.#did('batch', '', 'batch');
    this.#moveTo('forward');
  }

  #forward(iteration: Pass): void {
    const step = iteration.schedule.steps[this.#entry];
    if (step !== undefined) {
      iteration.forward(step);
      this.#did('forward', step.address, step.kind === 'op' ? step.op : step.kind);
      this.#entry++;
    }
    if (this.#entry >= iteration.schedule.steps.length) this.#moveTo('loss');
  }

  #readLoss(iteration: Pass): void {
    const node = this.program.losses[0]?.node ?? '';
    const loss = iteration.readLoss();
    this.#did('loss', node, 'loss');
    if (!Number.isFinite(loss)) {
      this.onStep(this.#iterations, loss);
      this.#fail(
        diagnostic(
          'loss-not-finite',
          { node },
          { value: Number.isNaN(loss) ? 'NaN' : loss > 0 ? '∞' : '−∞', step: this.#iterations },
        ),
      );
    } else if (this.#learns) {
      if (iteration.startBackward()) this.#moveTo('backward');
      else this.#startUpdate(iteration);
    } else this.#finishIteration(loss);
  }

  #backward(iteration: Pass): void {
    const name = iteration.backward();
    if (name === undefined) this.#startUpdate(iteration);
    else {
      this.#did('backward', name.address, name.op);
      this.#entry++;
    }
  }

  #startUpdate(iteration: Pass): void {
    iteration.startUpdate((address) => this.#weights.parameters.get(address)?.tensor.grad);
    this.#updates = this.#updating.entries(iteration);
    this.#moveTo('update');
  }

  #update(iteration: Pass): void {
    const update = this.#updates[this.#entry];
    if (update !== undefined) {
      update.run();
      this.#did('update', update.node, update.name);
      this.#entry++;
    }
    if (this.#entry >= this.#updates.length) this.#finishIteration(iteration.loss ?? Number.NaN);
  }

  #finishIteration(loss: number): void {
    const step = this.#iterations++;
    const atEnd = this.#batches === undefined && this.#iterations >= this.#target;
    const worthwhile = this.#material.samples.test > 0 || this.program.metrics.length > 0;
    // What an iteration that is run again would tell, it has told.
    const isNew = step >= this.#frontier;
    if (isNew) this.#frontier = this.#iterations;
    if (isNew && (this.#epochEnds || (atEnd && worthwhile))) {
      this.#evaluation = new EvaluationRun(this.#context, this.#material, this.#weights.parameters, this.#epoch, {
        batchSize: this.document.run.batchSize,
        scheduleFor: (rows, split) => this.#scheduleFor(rows, split),
      });
      this.#beforeEvaluation = this.random.state();
      this.#moveTo('evaluate');
    } else this.#moveTo('batch');
    this.#samples.iterationEnded(() => this.moment());
    // Told between two iterations, where telemetry is exact.
    if (isNew) this.onStep(step, loss);
  }

  #evaluate(): void {
    const result = this.#evaluation?.advance();
    this.#did('evaluate', '', 'evaluate');
    this.#entry++;
    if (result?.finished !== undefined) this.onEvaluation(result.finished);
    if (result === undefined || result.done) {
      this.#evaluation = undefined;
      // An evaluation leaves no trace in any stream.
      if (this.#beforeEvaluation !== undefined) this.random.restore(this.#beforeEvaluation);
      this.#moveTo('batch');
    }
  }

  /** From `iteration` on the run will be another one than it was. */
  #forgetFuture(iteration: number): void {
    this.#history.forgetAfter(iteration);
    this.#frontier = Math.min(this.#frontier, iteration);
  }

  get #isBetween(): boolean {
    return this.#phase === 'batch' || this.#phase === 'evaluate';
  }

  #snapshot(): Snapshot {
    return {
      ...this.#weights.state(),
      iteration: this.#iterations,
      epoch: this.#epoch,
      writers: this.#updating.writers.map((writer) => writer.state()),
      generator: this.generator.state(),
      random: this.random.state(),
      batches: this.#batches?.state(),
    };
  }

  #restore(snapshot: Snapshot): void {
    this.#evaluation = undefined;
    this.#iteration?.close();
    this.#iteration = undefined;
    this.#weights.restore(snapshot);
    for (const [i, writer] of this.#updating.writers.entries()) writer.restore(snapshot.writers[i] ?? []);
    this.generator.restore(snapshot.generator);
    this.random.restore(snapshot.random);
    if (snapshot.batches !== undefined) this.#batches?.restore(snapshot.batches);
    this.#iterations = snapshot.iteration;
    this.#epoch = snapshot.epoch;
    this.#live.rewind(snapshot.iteration);
    this.#moveTo('batch');
    this.failure = undefined;
  }

  /** What a pass over `rows` samples does, with the counts of its loops drawn anew. */
  #scheduleFor(rows: number, split: Split): Schedule {
    const key = this.document.run.batchSize === undefined ? split : rows;
    const schedules = this.#schedules.get(key) ?? new Schedules(this.#programs.for(rows, split));
    this.#schedules.set(key, schedules);
    return schedules.draw(this.random);
  }

  #newBatches(): Batches | undefined {
    const { batchSize } = this.document.run;
    const samples = this.#material.samples.train;
    return batchSize === undefined || samples === 0
      ? undefined
      : new Batches({ samples, batchSize, generator: this.generator });
  }

  /** Iterations that the document asks for. */
  #count(): number {
    const { steps, epochs } = this.document.run;
    return steps ?? (epochs ?? 1) * (this.#batches?.perEpoch ?? 1);
  }

  #moveTo(phase: Phase): void {
    this.#phase = phase;
    this.#entry = 0;
  }

  #did(phase: Phase, address: string, name: string): void {
    this.#lastEntry = { phase, address, name };
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
