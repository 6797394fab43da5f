import { Context } from '../autograd/context.ts';
import { Kernels } from '../backends/kernels.ts';
import { Batches } from '../data/batches.ts';
import { entriesOf, learns } from '../program/entries.ts';
import { type Schedule, Schedules } from '../program/schedule.ts';
import { PythonRandom, type PythonState } from '../random/python.ts';
import type { Cursor, Entry, Phase } from './cursor.ts';
import { EvaluationRun } from './evaluation.ts';
import type { Ingredients } from './ingredients.ts';
import type { Surroundings } from './iteration.ts';
import { LiveSettings } from './live_settings.ts';
import type { Split } from './material.ts';
import { Moment } from './moment.ts';
import type { Pass, PassMade } from './pass.ts';
import { Passes } from './passes.ts';
import type { Plan } from './plan.ts';
import { Copies, type Snapshot } from './snapshot.ts';
import type { Evaluation } from './summary.ts';
import { type UpdateEntry, Updating } from './updating.ts';
import { Weights } from './weights.ts';
import { WholePass } from './whole_pass.ts';

/** What the conductor is told and asked. */
export interface ExecutionEvents {
  /** An iteration takes its batch next. */
  begins(): void;
  /** May the losses of iterations be told a few iterations later, where that is faster? */
  mayDefer(): boolean;
  /** An iteration has just been counted; is it to be followed by an evaluation? */
  isEvaluated(epochEnds: boolean): boolean;
  /** It is over: told between two iterations. */
  finished(step: number, loss: number): void;
  /** The loss of this iteration is NaN or infinite; the iteration goes no further. */
  spoiled(loss: number): void;
  evaluated(result: Evaluation): void;
}

/** An iteration that is over, but for its loss, which has not been read. */
interface Untold {
  readonly step: number;
  readonly pass: WholePass;
  readonly rows: Int32Array | undefined;
}

/** Executes a program, one entry at a time: batch → forward → loss → backward → update, and after an epoch its evaluation. */
export class Execution {
  readonly weights: Weights;
  readonly updating: Updating;
  readonly live: LiveSettings;
  /** The stream that the counts of loops are drawn from. */
  readonly random: PythonRandom;
  readonly #ingredients: Ingredients;
  readonly #events: ExecutionEvents;
  readonly #context: Context;
  readonly #passes: Passes;
  readonly #learns: boolean;
  readonly #schedules = new Map<number | Split, Schedules>();
  readonly #batches: Batches | undefined;
  readonly #around: Surroundings;
  #phase: Phase = 'batch';
  #entry = 0;
  #iterations = 0;
  #epoch = 0;
  #epochEnds = false;
  #rows: Int32Array | undefined;
  #pass: PassMade | undefined;
  /** The same, where it is under way. */
  #stepped: Pass | undefined;
  #updates: readonly UpdateEntry[] = [];
  #untold: Untold[] = [];
  /** The one whose loss is told just now. */
  #telling: Untold | undefined;
  #evaluation: EvaluationRun | undefined;
  #beforeEvaluation: PythonState | undefined;
  #last: Entry = { phase: 'batch', address: '', name: '' };

  constructor(ingredients: Ingredients, events: ExecutionEvents) {
    const { document, program, backend, initial, generator, material } = ingredients;
    this.#ingredients = ingredients;
    this.#events = events;
    this.random = new PythonRandom(document.run.seed);
    this.#passes = new Passes(document.run.mode, backend);
    this.#context = new Context(new Kernels(this.#passes.backend));
    this.weights = new Weights(program, this.#context, initial);
    this.updating = new Updating(program, this.#context.kernels, this.weights);
    this.live = new LiveSettings(this.updating.writers);
    this.#learns = learns(program);
    const { batchSize } = document.run;
    const samples = material.samples.train;
    this.#batches =
      batchSize === undefined || samples === 0 ? undefined : new Batches({ samples, batchSize, generator });
    this.#around = {
      context: this.#context,
      parameters: this.weights.parameters,
      data: material.train,
      take: (whole, slot) =>
        this.#rows === undefined || !material.cut.has(slot) ? whole : backend.takeRows(whole, this.#rows),
      rows: () => this.#rows,
      dropout: generator,
    };
  }

  get cursor(): Cursor {
    return { iteration: this.#iterations, phase: this.#phase, entry: this.#entry };
  }
  /** How many entries of the iteration under way are done. */
  get position(): number {
    const pass = this.#pass;
    if (pass === undefined || this.#phase === 'batch' || this.#phase === 'evaluate') return 0;
    return entriesOf(pass.schedule).start[this.#phase] + this.#entry;
  }
  get isBetween(): boolean {
    return this.#phase === 'batch' || this.#phase === 'evaluate';
  }
  /** The number of the iteration that `moment()` gives, from 0; −1 before the first. */
  get iteration(): number {
    return this.#iterations - (this.isBetween ? 1 : 0);
  }
  /** The entry that was done last. */
  get last(): Entry {
    return this.#last;
  }
  get epoch(): number {
    return this.#epoch;
  }
  /** Iterations in an epoch; 1 without minibatches. */
  get perEpoch(): number {
    return this.#batches?.perEpoch ?? 1;
  }
  /** Rows of the data set that the batch of this iteration holds, copied. */
  get rows(): Int32Array | undefined {
    return this.#telling === undefined ? this.#rows?.slice() : this.#telling.rows;
  }
  /** How often each loop ran in this iteration, by its address. */
  get loops(): ReadonlyMap<string, number> {
    return (this.#telling?.pass ?? this.#pass)?.schedule.loops ?? new Map();
  }
  /** Iterations that are over, but for their losses: those have not been read yet. */
  get untold(): number {
    return this.#untold.length;
  }
  get plans(): readonly Plan[] {
    return this.#passes.plans;
  }
  /** The pass that is under way, or between two iterations the one that is over. */
  get pass(): PassMade | undefined {
    return this.#pass;
  }

  moment(): Moment | undefined {
    const pass = this.#pass;
    if (pass === undefined) return undefined;
    const done = this.isBetween ? entriesOf(pass.schedule).list.length : this.position;
    return new Moment(pass, done, this.weights.parameters, this.updating.writers);
  }

  /** Does one entry; as an iteration begins all of it, where `isWhole` and there is a plan of it. @throws whatever a kernel throws */
  step(isWhole = false): void {
    const pass = this.#stepped;
    if (this.#phase === 'evaluate') this.#evaluate();
    else if (this.#phase === 'batch' || pass === undefined) this.#takeBatch(isWhole);
    else if (this.#phase === 'forward') this.#forward(pass);
    else if (this.#phase === 'loss') this.#readLoss(pass);
    else if (this.#phase === 'backward') this.#backward(pass);
    else if (this.#phase === 'update') this.#update(pass);
    else this.#phase satisfies never;
  }

  /**
   * Reads the losses that were collected and tells them, up to the first that is NaN or infinite: that one is returned with the number
   * of its iteration, and everything since then is of no use.
   */
  tell(): { readonly step: number; readonly loss: number } | undefined {
    const untold = this.#untold;
    if (untold.length === 0) return undefined;
    this.#untold = [];
    const losses = this.#ingredients.backend.collected?.() ?? [];
    try {
      for (const [i, one] of untold.entries()) {
        const loss = losses[i] ?? Number.NaN;
        if (!Number.isFinite(loss)) return { step: one.step, loss };
        this.#telling = one;
        one.pass.loss = loss;
        this.#events.finished(one.step, loss);
      }
    } finally {
      this.#telling = undefined;
    }
    return undefined;
  }

  /** Between two iterations. */
  snapshot(copies = new Copies(this.#ingredients.backend)): Snapshot {
    return copies.together(() => ({
      ...this.weights.state(copies),
      iteration: this.#iterations,
      epoch: this.#epoch,
      writers: this.updating.writers.map((writer) => writer.state(copies)),
      generator: this.#ingredients.generator.state(),
      random: this.random.state(),
      batches: this.#batches?.state(),
    }));
  }

  restore(snapshot: Snapshot): void {
    this.#evaluation = undefined;
    this.#untold = [];
    // What was collected since is of no use.
    this.#ingredients.backend.collected?.();
    this.#closePass();
    this.weights.restore(snapshot);
    for (const [i, writer] of this.updating.writers.entries()) writer.restore(snapshot.writers[i] ?? []);
    this.#ingredients.generator.restore(snapshot.generator);
    this.random.restore(snapshot.random);
    if (snapshot.batches !== undefined) this.#batches?.restore(snapshot.batches);
    this.#iterations = snapshot.iteration;
    this.#epoch = snapshot.epoch;
    this.live.rewind(snapshot.iteration);
    this.#moveTo('batch');
  }

  /** Frees everything. */
  close(): void {
    this.#closePass();
    for (const writer of this.updating.writers) writer.close();
    const { material, backend } = this.#ingredients;
    for (const array of new Set([...material.train.values(), ...material.test.values()])) backend.free(array);
    this.weights.close();
  }

  #closePass(): void {
    this.#pass?.close();
    this.#pass = undefined;
    this.#stepped = undefined;
  }

  #takeBatch(isWhole: boolean): void {
    // The last iteration's values stood until now, for whoever looked at them.
    this.#pass?.close(this.weights.carryGradients);
    this.#events.begins();
    this.weights.clear();
    this.live.apply(this.#iterations);
    const batch = this.#batches?.next();
    if (batch !== undefined) this.#epoch = batch.epoch;
    this.#epochEnds = batch?.last ?? false;
    this.#rows = batch?.rows;
    const schedule = this.#scheduleFor(batch?.rows.length ?? 0, 'train');
    const pass = this.#passes.begin(schedule, this.#around, this.updating.writers, isWhole);
    this.#pass = pass;
    if (pass instanceof WholePass) this.#runWhole(pass);
    else {
      this.#did('batch', '', 'batch');
      this.#stepped = pass;
      this.#moveTo('forward');
    }
  }

  #runWhole(pass: WholePass): void {
    const loss = pass.forward(this.#events.mayDefer);
    this.#did('loss', this.#ingredients.program.losses[0]?.node ?? '', 'loss');
    if (loss !== undefined && !Number.isFinite(loss)) {
      this.#moveTo('loss');
      this.#events.spoiled(loss);
      return;
    }
    if (this.#learns) {
      pass.backward(this.updating.writers);
      this.updating.clear();
    }
    this.#finishIteration(loss);
  }

  #forward(pass: Pass): void {
    const step = pass.schedule.steps[this.#entry];
    if (step !== undefined) {
      pass.forward(step);
      this.#did('forward', step.address, step.kind === 'op' ? step.op : step.kind);
      this.#entry++;
    }
    if (this.#entry >= pass.schedule.steps.length) this.#moveTo('loss');
  }

  #readLoss(pass: Pass): void {
    const loss = pass.readLoss();
    this.#did('loss', this.#ingredients.program.losses[0]?.node ?? '', 'loss');
    if (!Number.isFinite(loss)) this.#events.spoiled(loss);
    else if (!this.#learns) this.#finishIteration(loss);
    else if (pass.startBackward()) this.#moveTo('backward');
    else this.#startUpdate(pass);
  }

  #backward(pass: Pass): void {
    const done = pass.backward();
    if (done === undefined) this.#startUpdate(pass);
    else {
      this.#did('backward', done.address, done.op);
      this.#entry++;
    }
  }

  #startUpdate(pass: Pass): void {
    pass.startUpdate((address) => this.weights.parameters.get(address)?.tensor.grad);
    this.#updates = this.updating.entries(pass);
    this.#moveTo('update');
  }

  #update(pass: Pass): void {
    const update = this.#updates[this.#entry];
    if (update !== undefined) {
      update.run();
      this.#did('update', update.node, update.name);
      this.#entry++;
    }
    if (this.#entry >= this.#updates.length) this.#finishIteration(pass.loss ?? Number.NaN);
  }

  /** `loss` is undefined where it is told later. */
  #finishIteration(loss: number | undefined): void {
    const step = this.#iterations++;
    const { material, program, document } = this.#ingredients;
    // Without minibatches the end of the run is that of the only epoch.
    const hasEpochs = this.#batches !== undefined;
    const isWorthwhile = hasEpochs || material.samples.test > 0 || program.metrics.length > 0;
    if (isWorthwhile && (this.#epochEnds || !hasEpochs) && this.#events.isEvaluated(this.#epochEnds)) {
      this.#evaluation = new EvaluationRun(this.#context, material, this.weights.parameters, this.#epoch, {
        batchSize: document.run.batchSize,
        scheduleFor: (rows, split) => this.#scheduleFor(rows, split),
      });
      this.#beforeEvaluation = this.random.state();
      this.#moveTo('evaluate');
    } else this.#moveTo('batch');
    if (loss !== undefined) this.#events.finished(step, loss);
    else if (this.#pass instanceof WholePass) this.#untold.push({ step, pass: this.#pass, rows: this.#rows?.slice() });
  }

  #evaluate(): void {
    const result = this.#evaluation?.advance();
    this.#did('evaluate', '', 'evaluate');
    this.#entry++;
    if (result?.finished !== undefined) this.#events.evaluated(result.finished);
    if (result === undefined || result.done) {
      this.#evaluation = undefined;
      // An evaluation leaves no trace in any stream.
      if (this.#beforeEvaluation !== undefined) this.random.restore(this.#beforeEvaluation);
      this.#moveTo('batch');
    }
  }

  /** What a pass over `rows` samples does, with the counts of its loops drawn anew. */
  #scheduleFor(rows: number, split: Split): Schedule {
    const { document, programs } = this.#ingredients;
    const key = document.run.batchSize === undefined ? split : rows;
    const schedules = this.#schedules.get(key) ?? new Schedules(programs.for(rows, split));
    this.#schedules.set(key, schedules);
    return schedules.draw(this.random);
  }

  #moveTo(phase: Phase): void {
    this.#phase = phase;
    this.#entry = 0;
  }

  #did(phase: Phase, address: string, name: string): void {
    this.#last = { phase, address, name };
  }
}
