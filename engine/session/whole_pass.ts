import type { Tensor } from '../autograd/tensor.ts';
import type { Backend, NDArray } from '../backends/backend.ts';
import type { Place, PlannedCall, PlannedOperand, ReadyWork } from '../backends/calls.ts';
import type { Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import type { IterationOptions } from './iteration.ts';
import type { Writer } from './owner.ts';
import { type PassMade, SUM } from './pass.ts';
import type { Plan, PlannedEntry } from './plan.ts';

/** The parts of an iteration: up to the loss, which may end it, and from there on. */
const SECTIONS = { forward: 0, backward: 1 } as const;

/** A plan that the backend has made ready, with all of its arrays where they will be in every iteration. */
export interface ReadyPlan {
  readonly plan: Plan;
  readonly work: ReadyWork;
  readonly loss: NDArray;
  /** Arrays that take the rows of a batch. */
  readonly batches: readonly (readonly [Slot, NDArray])[];
  /** Leaves, and what their `.grad` is after backward. */
  readonly gradients: readonly (readonly [leaf: Tensor, gradient: Tensor])[];
}

/** Makes a plan ready. Undefined where the backend gains nothing by it, or gradients outlive an iteration. */
export function makeReady(
  plan: Plan,
  backend: Backend,
  { context, parameters }: Pick<IterationOptions, 'context' | 'parameters'>,
): ReadyPlan | undefined {
  if (backend.plan === undefined || plan.carries || plan.carried.length > 0) return undefined;
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
      callsOf([...plan.forward, plan.loss]),
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
    batches: plan.batches.map(([slot, at]) => [slot, work.array(at)]),
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

/** An iteration in one go, as a plan says that was made ready. */
export class WholePass implements PassMade {
  readonly schedule: Schedule;
  loss: number | undefined;
  readonly #ready: ReadyPlan;
  readonly #backend: Backend;
  readonly #parameters: IterationOptions['parameters'];
  readonly #data: IterationOptions['data'];
  #isBackwardDone = false;

  constructor(
    ready: ReadyPlan,
    backend: Backend,
    { parameters, data, take }: Pick<IterationOptions, 'parameters' | 'data' | 'take'>,
  ) {
    this.schedule = ready.plan.schedule;
    this.#ready = ready;
    this.#backend = backend;
    this.#parameters = parameters;
    this.#data = data;
    for (const [slot, target] of ready.batches) {
      const whole = data.get(slot);
      if (whole !== undefined) backend.scope(() => backend.assign(target, take(whole, slot)));
    }
  }

  /** Up to the loss; undefined where that is collected, to be read `later`. */
  forward(later: boolean): number | undefined {
    const { work, loss, plan } = this.#ready;
    work.run(SECTIONS.forward);
    if (later && work.collect !== undefined) {
      work.collect(plan.lossAt);
      return undefined;
    }
    this.loss = this.#backend.readSync(loss)[0] ?? Number.NaN;
    return this.loss;
  }

  /** From the loss to the end of the update, which `writers` count. */
  backward(writers: readonly Writer[]): void {
    const { work, gradients } = this.#ready;
    for (const [leaf, gradient] of gradients) leaf.grad = gradient;
    let cell = 0;
    const set = (number: number) => work.setCell(cell++, number);
    for (const writer of writers) writer.count(set);
    work.run(SECTIONS.backward);
    this.#isBackwardDone = true;
  }

  value(slot: Slot): NDArray | undefined {
    const { plan, work } = this.#ready;
    const at = plan.values.get(slot);
    if (at !== undefined) return work.array(at);
    const parameter = this.schedule.program.parameters.find((one) => one.slot === slot);
    return parameter === undefined ? this.#data.get(slot) : this.#parameters.get(parameter.address)?.tensor.value;
  }

  result(entry: number): readonly (NDArray | undefined)[] {
    if (!this.#isBackwardDone) return [];
    const { plan, work } = this.#ready;
    const results = plan.backward?.[entry]?.results ?? [];
    return results.map((result) => (result !== undefined && 'at' in result ? work.array(result.at) : result));
  }

  /** Its arrays are the plan's. */
  close(): void {}
}
