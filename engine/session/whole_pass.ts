import type { Tensor } from '../autograd/tensor.ts';
import type { Backend, NDArray } from '../backends/backend.ts';
import type { Place, PlannedCall, PlannedOperand, ReadyWork } from '../backends/calls.ts';
import type { Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import type { TypedArray } from '../tensor/dtype.ts';
import type { Surroundings } from './iteration.ts';
import type { Writer } from './owner.ts';
import { type PassMade, SUM } from './pass.ts';
import type { Plan, PlannedEntry } from './plan.ts';

/** The parts of an iteration: from its batch to the loss, which may end it, and from there on. */
const SECTIONS = { forward: 0, backward: 1 } as const;

/** A plan that the backend has made ready, with all of its arrays where they will be in every iteration. */
export interface ReadyPlan {
  readonly plan: Plan;
  readonly work: ReadyWork;
  readonly loss: NDArray;
  /** How many numbers change from run to run. */
  readonly cells: number;
  /** Leaves, and what their `.grad` is after backward. */
  readonly gradients: readonly (readonly [leaf: Tensor, gradient: Tensor])[];
}

/** Makes a plan ready. Undefined where the backend gains nothing by it, or gradients outlive an iteration. */
export function makeReady(
  plan: Plan,
  backend: Backend,
  { context, parameters, data, rows }: Pick<Surroundings, 'context' | 'parameters' | 'data' | 'rows'>,
): ReadyPlan | undefined {
  if (backend.plan === undefined || plan.carries || plan.carried.length > 0) return undefined;
  const index = rows?.() ?? [];
  const batches = plan.batches.flatMap(([slot, output]): PlannedCall[] => {
    const whole = data.get(slot);
    return whole === undefined ? [] : [{ call: { call: 'takeRows', index }, inputs: [whole], output }];
  });
  const callsOf = (entries: readonly PlannedEntry[]) => entries.flatMap(({ calls }) => calls);
  const writes = withCells(plan.writes.flat());
  const gradients = (plan.backward ?? []).flatMap(({ parameter, results }) => {
    const total = results?.[SUM];
    const leaf = parameter === undefined ? undefined : parameters.get(parameter)?.tensor;
    return leaf === undefined || total === undefined ? [] : [[leaf, total] as const];
  });
  const results = (plan.backward ?? []).flatMap((entry) => entry.results ?? []);
  const work = backend.plan({
    sections: [
      [...batches, ...callsOf([...plan.forward, plan.loss])],
      [...callsOf([...(plan.backward ?? []), ...plan.update]), ...writes.calls],
    ],
    table: plan.table,
    lookedAt: new Set([...plan.values.values(), ...plan.batches.map(([, at]) => at), ...results.flatMap(placeOf)]),
    cells: writes.count,
  });
  const arrayOf = (result: Place | NDArray) => ('at' in result ? work.array(result.at) : result);
  return {
    plan,
    work,
    loss: work.array(plan.lossAt),
    cells: writes.count,
    // The last sum of each leaf is its gradient.
    gradients: [...new Map(gradients)].map(([leaf, total]) => [leaf, context.tensor(arrayOf(total))]),
  };
}

const placeOf = (result: Place | NDArray | undefined): number[] =>
  result !== undefined && 'at' in result ? [result.at] : [];

/** Calls whose numbers are set anew before each run, in the order in which they stand. */
function withCells(calls: readonly PlannedCall[]): { calls: PlannedCall[]; count: number } {
  let count = 0;
  const cell = (input: PlannedOperand) => (typeof input === 'number' ? { cell: count++ } : input);
  return { calls: calls.map((one) => ({ ...one, inputs: one.inputs.map(cell) })), count };
}

/** Iterations in one go, as a plan says that was made ready: one after the other, and nothing is made for any of them. */
export class WholePass implements PassMade {
  readonly schedule: Schedule;
  loss: number | undefined;
  readonly #ready: ReadyPlan;
  readonly #backend: Backend;
  readonly #around: Surroundings;
  readonly #read: TypedArray;
  readonly #cells: Float64Array;
  #isBackwardDone = false;

  constructor(ready: ReadyPlan, backend: Backend, around: Surroundings) {
    this.schedule = ready.plan.schedule;
    this.#ready = ready;
    this.#backend = backend;
    this.#around = around;
    this.#read = backend.readSync(ready.loss);
    this.#cells = new Float64Array(ready.cells);
  }

  /** The next iteration begins. */
  begin(): this {
    this.loss = undefined;
    this.#isBackwardDone = false;
    return this;
  }

  /** From the batch, whose rows are chosen, to the loss; undefined where that is collected, as it `mayBeLate`. */
  forward(mayBeLate: () => boolean): number | undefined {
    const { work, loss, plan } = this.#ready;
    work.run(SECTIONS.forward);
    if (work.collect !== undefined && mayBeLate()) {
      work.collect(plan.lossAt);
      return undefined;
    }
    this.loss = this.#backend.readSync(loss, this.#read)[0] ?? Number.NaN;
    return this.loss;
  }

  /** From the loss to the end of the update, which `writers` count. */
  backward(writers: readonly Writer[]): void {
    const { work, gradients } = this.#ready;
    for (const [leaf, gradient] of gradients) leaf.grad = gradient;
    let at = 0;
    for (const writer of writers) at = writer.count(this.#cells, at);
    work.setCells(this.#cells);
    work.run(SECTIONS.backward);
    this.#isBackwardDone = true;
  }

  value(slot: Slot): NDArray | undefined {
    const { plan, work } = this.#ready;
    const at = plan.values.get(slot);
    if (at !== undefined) return work.array(at);
    const parameter = this.schedule.program.parameters.find((one) => one.slot === slot);
    const { data, parameters } = this.#around;
    return parameter === undefined ? data.get(slot) : parameters.get(parameter.address)?.tensor.value;
  }

  result(entry: number): readonly (NDArray | undefined)[] {
    if (!this.#isBackwardDone) return [];
    const { plan, work } = this.#ready;
    const results = plan.backward?.[entry]?.results ?? [];
    return results.map((result) => (result !== undefined && 'at' in result ? work.array(result.at) : result));
  }

  /** Its arrays are the plan's. */
  close(): void {}

  /** There will be no iteration of this kind any more. */
  discard(): void {
    this.#ready.work.close();
  }
}
