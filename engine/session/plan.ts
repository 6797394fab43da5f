import type { Context } from '../autograd/context.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { Backend, NDArray, OpenScope } from '../backends/backend.ts';
import type { Place, PlannedCall } from '../backends/calls.ts';
import type { Settings } from '../nodes/settings.ts';
import { sumSlot } from '../program/entries.ts';
import type { EntryStep, Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import { Iteration, type IterationOptions, type Surroundings } from './iteration.ts';
import type { Writer } from './owner.ts';
import { type BackwardEntry, type Pass, SUM } from './pass.ts';
import { type Recorder, Recording, replay } from './recorder.ts';

/** What one entry asked of the backend. */
export interface PlannedEntry extends BackwardEntry {
  readonly calls: readonly PlannedCall[];
  /** The parameter whose gradient this entry adds to. */
  readonly parameter?: string;
  /** Where what it made stands, in the order of `Pass.result`; an array itself where it is the same in every replay. */
  readonly results?: readonly (Place | NDArray | undefined)[];
}

/** A captured iteration: what was asked of the backend, entry by entry. It holds no values but those that never change. */
export interface Plan {
  readonly schedule: Schedule;
  /** What the arrays are, by place. */
  readonly table: readonly Pick<NDArray, 'shape' | 'dtype'>[];
  /** Places that are filled before a replay: batches by slot, and gradients of the last iteration by parameter. */
  readonly batches: readonly (readonly [Slot, number])[];
  readonly carried: readonly (readonly [parameter: string, number])[];
  readonly forward: readonly PlannedEntry[];
  readonly loss: PlannedEntry;
  readonly lossAt: number;
  /** Undefined where nothing is to be learned. */
  readonly backward: readonly PlannedEntry[] | undefined;
  readonly update: readonly PlannedEntry[];
  /** What optimizers and Updates did, one after another. Where passes are stepped through they do it themselves. */
  readonly writes: readonly (readonly PlannedCall[])[];
  /** The settings that were in force. */
  readonly settings: readonly Settings[];
  /** Are there gradients that outlive the iteration? */
  readonly carries: boolean;
  /** Where values stand, by slot. */
  readonly values: ReadonlyMap<Slot, number>;
}

export interface CaptureOptions extends IterationOptions {
  readonly recorder: Recorder;
  readonly writers: readonly Writer[];
  readonly captured: (plan: Plan) => void;
}

/** Gradients that are there as an iteration begins: those that the document clears itself. */
function carriedGradients({ parameters }: Pick<Surroundings, 'parameters'>): (readonly [string, NDArray])[] {
  const found: (readonly [string, NDArray])[] = [];
  for (const [address, { tensor }] of parameters) if (tensor.grad !== null) found.push([address, tensor.grad.value]);
  return found;
}

/** Plans are for the gradients that were there when they were captured: mostly none. */
export function carriedKey(around: Pick<Surroundings, 'parameters'>): string {
  for (const { tensor } of around.parameters.values())
    if (tensor.grad !== null)
      return carriedGradients(around)
        .map(([address]) => address)
        .join();
  return '';
}

/** A pass that runs as ever and is captured on the way; once it is whole, `captured` gets the plan. */
export class Capture implements Pass {
  readonly schedule: Schedule;
  readonly #iteration: Iteration;
  readonly #options: CaptureOptions;
  readonly #recording = new Recording();
  readonly #settings: readonly Settings[];
  readonly #carried: (readonly [string, number])[];
  readonly #batches: (readonly [Slot, number])[] = [];
  readonly #forward: PlannedEntry[] = [];
  readonly #update: PlannedEntry[] = [];
  readonly #writes: (readonly PlannedCall[])[] = [];
  #loss: PlannedEntry | undefined;
  #backward: PlannedEntry[] | undefined;
  /** Every entry of the pass was seen. */
  #whole = false;

  constructor(options: CaptureOptions) {
    const { recorder, schedule } = options;
    this.schedule = schedule;
    this.#options = options;
    this.#settings = options.writers.map(({ settings }) => settings);
    this.#carried = carriedGradients(options).map(
      ([address, value]) => [address, this.#recording.place(value)] as const,
    );
    this.#iteration = new Iteration({ ...options, draw: (make, shape) => recorder.draw(make, shape) });
    for (const { outputs } of schedule.program.data)
      for (const { slot } of outputs) {
        const batch = this.#iteration.value(slot);
        // What is given whole is the same array in every iteration.
        if (batch !== undefined && batch !== options.data.get(slot))
          this.#batches.push([slot, this.#recording.place(batch)]);
      }
  }

  get loss(): number | undefined {
    return this.#iteration.loss;
  }

  forward(step: EntryStep): void {
    this.#forward.push(this.#entry(step.address, opOf(step), () => this.#iteration.forward(step)));
  }
  readLoss(): number {
    this.#loss = this.#entry('', 'loss', () => this.#iteration.readLoss());
    return this.#iteration.loss ?? Number.NaN;
  }
  startBackward(): boolean {
    const started = this.#iteration.startBackward();
    this.#backward = started ? [] : undefined;
    this.#whole = !started;
    return started;
  }
  backward(): BackwardEntry | undefined {
    let done: BackwardEntry | undefined;
    const { calls } = this.#entry('', '', () => {
      done = this.#iteration.backward();
    });
    if (done === undefined) this.#whole = true;
    else this.#backward?.push({ ...done, ...this.#parameterOf(done), results: this.#results(), calls });
    return done;
  }
  startUpdate(gradientOf: (parameter: string) => Tensor | null | undefined): void {
    this.#iteration.startUpdate(gradientOf);
  }
  update(step: EntryStep): void {
    this.#update.push(this.#entry(step.address, opOf(step), () => this.#iteration.update(step)));
  }
  write(work: () => void): void {
    this.#writes.push(this.#entry('', '', work).calls);
  }
  value(slot: Slot): NDArray | undefined {
    return this.#iteration.value(slot);
  }
  result(entry: number): readonly (NDArray | undefined)[] {
    return this.#iteration.result(entry);
  }
  close(survivors: (keep: (x: NDArray) => void) => void = () => undefined): void {
    const made = this.#whole ? this.#plan() : undefined;
    let carries = false;
    this.#iteration.close((keep) =>
      survivors((x) => {
        carries = true;
        keep(x);
      }),
    );
    const plan = made && { ...made, carries };
    if (plan !== undefined) this.#options.captured(plan);
  }

  /** Runs `work` and returns what it asked of the backend. */
  #entry(address: string, op: string, work: () => void): PlannedEntry {
    const { recorder } = this.#options;
    const first = this.#recording.calls.length;
    recorder.recording = this.#recording;
    try {
      work();
    } finally {
      recorder.recording = null;
    }
    return { address, op, calls: this.#recording.calls.slice(first) };
  }

  #parameterOf({ leaf }: BackwardEntry): Pick<PlannedEntry, 'parameter'> {
    const found = leaf && [...this.#options.parameters].find(([, { tensor }]) => tensor === leaf);
    return found === undefined ? {} : { parameter: found[0] };
  }

  /** Where the results of the last entry of the backward pass stand. */
  #results(): (Place | NDArray | undefined)[] {
    return this.#iteration.result(this.#backward?.length ?? 0).map((array) => {
      const at = this.#recording.placeOf(array);
      return at === undefined ? array : { at };
    });
  }

  #plan(): Omit<Plan, 'carries'> | undefined {
    const { losses } = this.schedule.program;
    const slots = Array.from({ length: sumSlot(this.schedule, losses.length) }, (_, slot) => slot);
    const values = new Map(
      slots.flatMap((slot) => {
        const place = this.#recording.placeOf(this.#iteration.value(slot));
        return place === undefined ? [] : [[slot, place] as const];
      }),
    );
    const [first] = losses;
    const lossAt = first === undefined ? undefined : values.get(this.schedule.slotOf(first.slot));
    if (this.#loss === undefined || lossAt === undefined) return undefined;
    return {
      schedule: this.schedule,
      table: this.#recording.kinds,
      batches: this.#batches,
      carried: this.#carried,
      forward: this.#forward,
      loss: this.#loss,
      lossAt,
      backward: this.#backward,
      update: this.#update,
      writes: this.#writes,
      settings: this.#settings,
      values,
    };
  }
}

const opOf = (step: EntryStep): string => (step.kind === 'op' ? step.op : step.kind);

export interface ReplayOptions extends Omit<Surroundings, 'dropout'> {
  readonly plan: Plan;
  readonly backend: Backend;
}

/** A pass that does again what a plan says: no shapes, no tape, no graph; the same calls on the same kinds of arrays. */
export class Replay implements Pass {
  readonly schedule: Schedule;
  loss: number | undefined;
  readonly #plan: Plan;
  readonly #context: Context;
  readonly #backend: Backend;
  readonly #parameters: Surroundings['parameters'];
  readonly #scope: OpenScope;
  readonly #table: (NDArray | undefined)[];
  readonly #leaves = new Map<Slot, NDArray>();
  #done = { forward: 0, backward: 0, update: 0 };

  constructor({ plan, context, backend, parameters, data, take }: ReplayOptions) {
    this.schedule = plan.schedule;
    this.#plan = plan;
    this.#context = context;
    this.#parameters = parameters;
    this.#backend = backend;
    this.#scope = backend.openScope();
    this.#table = new Array<NDArray | undefined>(plan.table.length).fill(undefined);
    const { program } = plan.schedule;
    for (const { address, slot } of program.parameters) {
      const leaf = parameters.get(address)?.tensor.value;
      if (leaf !== undefined) this.#leaves.set(slot, leaf);
    }
    for (const { outputs } of program.data)
      for (const { slot } of outputs) {
        const whole = data.get(slot);
        if (whole !== undefined) this.#leaves.set(slot, whole);
      }
    for (const [slot, at] of plan.batches) {
      const whole = data.get(slot);
      if (whole !== undefined) this.#table[at] = take(whole, slot);
    }
    for (const [address, at] of plan.carried) this.#table[at] = parameters.get(address)?.tensor.grad?.value;
  }

  forward(): void {
    this.#run(this.#plan.forward[this.#done.forward++]);
  }
  readLoss(): number {
    this.#run(this.#plan.loss);
    const loss = this.#table[this.#plan.lossAt];
    this.loss = loss === undefined ? Number.NaN : (this.#backend.readSync(loss)[0] ?? Number.NaN);
    return this.loss;
  }
  startBackward(): boolean {
    return this.#plan.backward !== undefined;
  }
  backward(): BackwardEntry | undefined {
    const entry = this.#plan.backward?.[this.#done.backward++];
    this.#run(entry);
    const { parameter } = entry ?? {};
    const total = parameter === undefined ? undefined : this.#array(entry?.results?.[SUM]);
    const leaf = parameter === undefined ? undefined : this.#parameters.get(parameter)?.tensor;
    if (leaf !== undefined && total !== undefined) leaf.grad = this.#context.tensor(total);
    return entry;
  }
  startUpdate(): void {}
  update(): void {
    this.#run(this.#plan.update[this.#done.update++]);
  }
  write(work: () => void): void {
    work();
  }
  value(slot: Slot): NDArray | undefined {
    const at = this.#plan.values.get(slot);
    return at === undefined ? this.#leaves.get(slot) : this.#table[at];
  }
  result(entry: number): readonly (NDArray | undefined)[] {
    if (entry >= this.#done.backward) return [];
    return this.#plan.backward?.[entry]?.results?.map((result) => this.#array(result)) ?? [];
  }
  close(survivors: (keep: (x: NDArray) => void) => void = () => undefined): void {
    survivors((x) => this.#scope.keep(x));
    this.#table.fill(undefined);
    this.#scope.close();
  }

  #array(result: Place | NDArray | undefined): NDArray | undefined {
    return result !== undefined && 'at' in result ? this.#table[result.at] : result;
  }

  #run(entry: PlannedEntry | undefined): void {
    for (const call of entry?.calls ?? []) replay(this.#backend, call, this.#table);
  }
}
