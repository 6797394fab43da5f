import type { BackwardStep } from '../autograd/backward.ts';
import type { Context } from '../autograd/context.ts';
import type { Tensor } from '../autograd/tensor.ts';
import type { NDArray, OpenScope } from '../backends/backend.ts';
import { operations } from '../ops/index.ts';
import type { Attributes } from '../ops/op.ts';
import { sumSlot } from '../program/entries.ts';
import type { DropoutStep, EntryStep, Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import { dropoutMask } from '../random/dropout_mask.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { numel, type Shape } from '../tensor/shape.ts';
import type { BackwardEntry, Pass } from './pass.ts';

/** What the iterations of a run have in common. */
export interface Surroundings {
  readonly context: Context;
  /** Leaves by address. */
  readonly parameters: ReadonlyMap<string, { readonly tensor: Tensor }>;
  /** Whole sets by the slot that receives the batch. */
  readonly data: ReadonlyMap<Slot, NDArray>;
  /** The rows of this batch, of what `slot` receives. */
  take(whole: NDArray, slot: Slot): NDArray;
  /** Where the numbers of these rows stand, in batches of this size; absent where the data are not cut. */
  readonly rows?: (() => Int32Array | undefined) | undefined;
  /** The stream of dropout's masks; absent in evaluation, which also records no gradients. */
  readonly dropout?: TorchGenerator;
  /** Makes an array of numbers that are drawn; by default an upload. */
  readonly draw?: (make: () => Float32Array, shape: Shape) => NDArray;
}

export interface IterationOptions extends Surroundings {
  readonly schedule: Schedule;
}

/** A pass that runs its schedule afresh. */
export class Iteration implements Pass {
  readonly schedule: Schedule;
  loss: number | undefined;
  readonly #context: Context;
  readonly #dropout: TorchGenerator | undefined;
  readonly #draw: NonNullable<IterationOptions['draw']>;
  readonly #scope: OpenScope;
  readonly #values: (Tensor | undefined)[];
  readonly #results: (readonly (NDArray | undefined)[])[] = [];
  #total: Tensor | undefined;
  #backward: Iterator<BackwardStep, void> | undefined;

  constructor({ schedule, context, parameters, data, take, dropout, draw }: IterationOptions) {
    this.schedule = schedule;
    this.#context = context;
    this.#dropout = dropout;
    this.#draw = draw ?? ((make, shape) => context.kernels.upload(make(), shape));
    this.#scope = context.kernels.backend.openScope();
    const { program } = schedule;
    this.#values = new Array<Tensor | undefined>(sumSlot(schedule, program.losses.length)).fill(undefined);
    for (const { address, slot } of program.parameters) this.#values[slot] = parameters.get(address)?.tensor;
    try {
      for (const { outputs } of program.data)
        for (const { slot } of outputs) {
          const whole = data.get(slot);
          if (whole !== undefined) this.#values[slot] = context.tensor(take(whole, slot));
        }
    } catch (error) {
      // Nobody will close what was never made.
      this.#scope.close();
      throw error;
    }
  }

  forward(step: EntryStep): void {
    this.#context.phase = this.#dropout === undefined ? 'evaluation' : 'forward';
    const inputs = step.inputs.map((slot) => this.#tensor(slot));
    this.#keep(
      step,
      step.kind === 'op' ? this.#apply(step.address, step.op, inputs, step.attrs) : [this.#drop(step, inputs)],
    );
  }

  readLoss(): number {
    this.#context.phase = 'loss';
    const { program } = this.schedule;
    const [first, ...others] = program.losses.map(({ slot }) => this.#tensor(this.schedule.slotOf(slot)));
    if (first === undefined) throw new Error('the program has no loss');
    this.#total = others.reduce((sum, loss, i) => {
      const total = this.#one('', 'add', [sum, loss]);
      this.#values[sumSlot(this.schedule, i)] = total;
      return total;
    }, first);
    this.loss = first.item();
    return this.loss;
  }

  startBackward(): boolean {
    if (this.#total?.requiresGrad !== true) return false;
    this.#backward = this.#context.backward([this.#total]);
    return true;
  }

  backward(): BackwardEntry | undefined {
    const next = this.#backward?.next();
    if (next === undefined || next.done === true) return undefined;
    const step = next.value;
    if (step.kind === 'op') {
      this.#results.push(step.inputGrads);
      return { address: step.entry.address, op: step.entry.op.name };
    }
    const { target, from, leaf, before, contribution, total } = step;
    this.#results.push([before ?? undefined, contribution, total]);
    return { address: from?.address ?? '', op: 'accumulate', ...(leaf ? { leaf: target } : {}) };
  }

  startUpdate(gradientOf: (parameter: string) => Tensor | null | undefined): void {
    this.#context.phase = 'update';
    for (const { parameter, slot } of this.schedule.program.gradients)
      this.#values[slot] = gradientOf(parameter) ?? undefined;
  }

  update(step: EntryStep): void {
    const inputs = step.inputs.flatMap((slot) => this.#values[slot] ?? []);
    if (step.kind !== 'op' || inputs.length < step.inputs.length) return;
    this.#keep(
      step,
      this.#context.noGrad(() => this.#apply(step.address, step.op, inputs, step.attrs)),
    );
  }

  write(work: () => void): void {
    work();
  }

  value(slot: Slot): NDArray | undefined {
    return this.#values[slot]?.value;
  }

  result(entry: number): readonly (NDArray | undefined)[] {
    return this.#results[entry] ?? [];
  }

  close(survivors: (keep: (x: NDArray) => void) => void = () => undefined): void {
    survivors((x) => this.#scope.keep(x));
    this.#results.length = 0;
    this.#values.fill(undefined);
    this.#scope.close();
  }

  #keep({ outputs }: EntryStep, made: readonly Tensor[]): void {
    for (const [i, slot] of outputs.entries()) this.#values[slot] = made[i];
  }

  #apply(address: string, op: string, inputs: readonly Tensor[], attrs: Attributes): Tensor[] {
    const record = this.schedule.program.functions.get(op) ?? operations.get(op);
    if (record === undefined) throw new Error(`there is no operation named ${op}`);
    const run = () => this.#context.within(address, () => this.#context.apply(record, inputs, attrs));
    return this.#dropout === undefined ? this.#context.noGrad(run) : run();
  }

  #one(address: string, op: string, inputs: readonly Tensor[]): Tensor {
    const [output] = this.#apply(address, op, inputs, {});
    if (output === undefined) throw new Error(`operation ${op} gave no output`);
    return output;
  }

  /** `functional.dropout`: a multiplication by a mask that is drawn from the session's stream. */
  #drop({ p, address }: DropoutStep, [input]: readonly Tensor[]): Tensor {
    if (input === undefined) throw new Error('dropout has no input');
    if (this.#dropout === undefined || p === 0) return input;
    const stream = this.#dropout;
    const noise = this.#context.tensor(this.#draw(() => dropoutMask(numel(input.shape), p, stream), input.shape));
    return this.#one(address, 'mul', [input, noise]);
  }

  #tensor(slot: Slot): Tensor {
    const tensor = this.#values[slot];
    if (tensor === undefined) throw new Error(`value ${slot} was read before it was made`);
    return tensor;
  }
}
