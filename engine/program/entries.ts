import { operations } from '../ops/index.ts';
import type { Attributes, OpRecord, SavedName } from '../ops/op.ts';
import type { EntryStep, Program, Slot } from './program.ts';
import type { Schedule } from './schedule.ts';

/** An array that an entry reads or makes, by what it is; who holds the pass finds it (`session/moment.ts`). */
export type Ref =
  /** What the forward pass made, a batch, or a parameter. */
  | { readonly of: 'value'; readonly slot: Slot }
  /** What has come together of the gradient of a value. */
  | { readonly of: 'gradient'; readonly slot: Slot }
  /** What the backward of an operation, the entry at `position`, gives to the gradient of input `input`. */
  | { readonly of: 'contribution'; readonly position: number; readonly input: number }
  /** The gradient of a value before the `+=` at `position`, and what that adds to it. */
  | { readonly of: 'before' | 'added'; readonly position: number }
  /** What the owner of the parameter in a slot remembers of its gradients. */
  | { readonly of: 'memory'; readonly slot: Slot; readonly name: string }
  /** How far the update of an iteration has moved the parameter in a slot. */
  | { readonly of: 'step'; readonly slot: Slot };

export type EntryPhase = 'batch' | 'forward' | 'loss' | 'backward' | 'update';

/** One entry of an iteration's tape, as it is known before it runs. */
export interface ScheduledEntry {
  readonly phase: EntryPhase;
  /** `outer/repeat1#2/linear1`; empty where it is about no node. */
  readonly address: string;
  /** The operation, `accumulate` for a `+=` into a gradient, an optimizer's kind, `ZeroGrad`. */
  readonly op: string;
  readonly inputs: readonly Ref[];
  readonly outputs: readonly Ref[];
  /** Of an operation, and of its backward. */
  readonly attrs?: Attributes;
  /** Of the backward of an operation and of what it adds: the position of the forward entry that it walks back over. */
  readonly forward?: number;
  /** Of a `+=`: the parameter, where it is the gradient of one. */
  readonly parameter?: string;
}

/** What an iteration by a schedule does, entry by entry. A position counts the entries before. */
export interface IterationEntries {
  readonly list: readonly ScheduledEntry[];
  /** Where each phase begins; one that has no entries begins where the next one does. */
  readonly start: Readonly<Record<EntryPhase, number>>;
  /** Positions of the `+=` into the gradient of a value, in order. */
  readonly accumulations: ReadonlyMap<Slot, readonly number[]>;
  /** Addresses of parameters by the slots that hold them. */
  readonly parameters: ReadonlyMap<Slot, string>;
  /** Does autograd record what a value came from? It need not be reached by the backward pass for that. */
  requiresGrad(slot: Slot): boolean;
}

/** Sums of several losses stand behind the slots of a schedule. */
export const sumSlot = (schedule: Schedule, sum: number): Slot => schedule.slots + sum;

/** Is there anything to learn? Without it an iteration ends with its loss. */
export const learns = ({ optimizers, updates }: Program): boolean =>
  [...optimizers, ...updates].some(({ parameters }) => parameters.length > 0);

const known = new WeakMap<Schedule, IterationEntries>();

/** The entries of every iteration by `schedule`: the backward pass is known from the forward pass before anything runs. */
export function entriesOf(schedule: Schedule): IterationEntries {
  const found = known.get(schedule) ?? listEntries(schedule);
  known.set(schedule, found);
  return found;
}

/** An operation that backward walks over. */
interface Recorded {
  readonly position: number;
  /** Counts the operations. */
  readonly index: number;
  readonly step: Pick<EntryStep, 'address' | 'inputs' | 'outputs'> & { readonly attrs?: Attributes };
  readonly op: string;
  readonly record: OpRecord;
}

const value = (slot: Slot): Ref => ({ of: 'value', slot });
const gradient = (slot: Slot): Ref => ({ of: 'gradient', slot });

function listEntries(schedule: Schedule): IterationEntries {
  const { program, steps } = schedule;
  const list: ScheduledEntry[] = [];
  const batches = program.data.flatMap(({ outputs }) => outputs.map(({ slot }) => value(slot)));
  list.push({ phase: 'batch', address: '', op: 'batch', inputs: [], outputs: batches });

  const graph = new Graph(program);
  for (const step of steps) {
    graph.record(step, list.length);
    const { address, inputs, outputs } = step;
    list.push({
      phase: 'forward',
      address,
      op: step.kind === 'op' ? step.op : step.kind,
      inputs: inputs.map(value),
      outputs: outputs.map(value),
      ...(step.kind === 'op' ? { attrs: step.attrs } : {}),
    });
  }

  const losses = program.losses.map(({ slot }) => schedule.slotOf(slot));
  let total = losses[0] ?? -1;
  for (const [i, loss] of losses.slice(1).entries()) {
    const sum = sumSlot(schedule, i);
    graph.recordSum([total, loss], sum, list.length);
    total = sum;
  }
  const lossAt = list.length;
  list.push({
    phase: 'loss',
    address: program.losses[0]?.node ?? '',
    op: 'loss',
    inputs: losses.map(value),
    outputs: [value(total)],
  });

  const accumulations = new Map<Slot, number[]>();
  const backwardAt = list.length;
  const isLearning = learns(program);
  if (isLearning && graph.tracks(total)) graph.backward(total, list, accumulations);
  for (const [alias, slot] of graph.aliases) {
    const positions = accumulations.get(slot);
    if (positions !== undefined) accumulations.set(alias, positions);
  }
  const updateAt = list.length;
  if (isLearning) list.push(...updateEntries(schedule));
  return {
    list,
    start: { batch: 0, forward: 1, loss: lossAt, backward: backwardAt, update: updateAt },
    accumulations,
    parameters: graph.parameters,
    requiresGrad: (slot) => graph.tracks(slot),
  };
}

function updateEntries({ program, updateSteps, slotOf }: Schedule): ScheduledEntry[] {
  const slots = new Map(program.parameters.map(({ address, slot }) => [address, slot]));
  const slotsOf = (parameters: readonly string[]) => parameters.flatMap((address) => slots.get(address) ?? []);
  return [
    ...updateSteps.map(
      (step): ScheduledEntry => ({
        phase: 'update',
        address: step.address,
        op: step.kind === 'op' ? step.op : step.kind,
        inputs: step.inputs.map(value),
        outputs: step.outputs.map(value),
        ...(step.kind === 'op' ? { attrs: step.attrs } : {}),
      }),
    ),
    ...program.optimizers.map(
      ({ node, kind, parameters }): ScheduledEntry => ({
        phase: 'update',
        address: node,
        op: kind,
        inputs: slotsOf(parameters).map(gradient),
        outputs: slotsOf(parameters).map(value),
      }),
    ),
    ...program.updates.map(
      ({ node, kind, parameters, gradient: slot }): ScheduledEntry => ({
        phase: 'update',
        address: node,
        op: kind,
        inputs: [value(slotOf(slot))],
        outputs: slotsOf(parameters).map(value),
      }),
    ),
    ...program.zeroGrads.map(
      ({ node, parameters }): ScheduledEntry => ({
        phase: 'update',
        address: node,
        op: 'ZeroGrad',
        inputs: slotsOf(parameters).map(gradient),
        outputs: [],
      }),
    ),
  ];
}

/** What autograd will have recorded of a forward pass, by slots instead of tensors. */
class Graph {
  /** Slots that hold the very value of another one. */
  readonly aliases = new Map<Slot, Slot>();
  readonly parameters = new Map<Slot, string>();
  readonly #tracked = new Set<Slot>();
  readonly #makers = new Map<Slot, Recorded>();
  readonly #program: Program;
  #count = 0;

  constructor(program: Program) {
    this.#program = program;
    for (const { slot, requiresGrad, address } of program.parameters) {
      if (requiresGrad) this.#tracked.add(slot);
      this.parameters.set(slot, address);
    }
  }

  tracks(slot: Slot): boolean {
    return this.#tracked.has(this.#find(slot));
  }

  record(step: EntryStep, position: number): void {
    if (step.kind === 'op') {
      const record = this.#program.functions.get(step.op) ?? operations.get(step.op);
      if (record !== undefined) this.#record(position, step, step.op, record);
      return;
    }
    const [input] = step.inputs;
    const [output] = step.outputs;
    const mul = operations.get('mul');
    if (input === undefined || output === undefined || mul === undefined) return;
    // A dropout of nothing is no operation; any other multiplies by a mask that needs no gradient.
    if (step.p === 0) this.aliases.set(output, this.#find(input));
    else this.#record(position, { ...step, inputs: [input] }, 'mul', mul);
  }

  recordSum(inputs: readonly Slot[], output: Slot, position: number): void {
    const add = operations.get('add');
    if (add !== undefined) this.#record(position, { address: '', inputs, outputs: [output] }, 'add', add);
  }

  /** Writes what `autograd/backward.ts` will do from `root` on. */
  backward(root: Slot, list: ScheduledEntry[], accumulations: Map<Slot, number[]>): void {
    const reached = new Set<Slot>();
    const accumulate = (target: Slot, from: Recorded | undefined) => {
      const slot = this.#find(target);
      const parameter = this.parameters.get(slot);
      const position = list.length;
      const positions = accumulations.get(slot) ?? [];
      accumulations.set(slot, positions);
      positions.push(position);
      reached.add(slot);
      list.push({
        phase: 'backward',
        address: from?.step.address ?? '',
        op: 'accumulate',
        inputs: [
          { of: 'before', position },
          { of: 'added', position },
        ],
        outputs: [gradient(slot)],
        ...(from === undefined ? {} : { forward: from.position }),
        ...(parameter === undefined ? {} : { parameter }),
      });
    };
    accumulate(root, undefined);
    for (const recorded of this.#reachable(root)) {
      const { step, op, record, position: forward } = recorded;
      if (!step.outputs.some((slot) => reached.has(slot))) continue;
      const position = list.length;
      const needed = step.inputs.flatMap((slot, input) =>
        this.tracks(slot) && record.withoutGradient?.includes(input) !== true ? [{ slot, input }] : [],
      );
      list.push({
        phase: 'backward',
        address: step.address,
        op,
        inputs: [...step.outputs.map(gradient), ...record.saves.flatMap((name) => savedSlot(step, name))],
        outputs: needed.map(({ input }): Ref => ({ of: 'contribution', position, input })),
        ...(step.attrs === undefined ? {} : { attrs: step.attrs }),
        forward,
      });
      for (const { slot } of needed) accumulate(slot, recorded);
    }
  }

  #find(slot: Slot): Slot {
    return this.aliases.get(slot) ?? slot;
  }

  #record(position: number, step: Recorded['step'], op: string, record: OpRecord): void {
    const recorded: Recorded = { position, index: this.#count++, step, op, record };
    if (record.backward === undefined || !step.inputs.some((slot) => this.tracks(slot))) return;
    for (const slot of step.outputs) {
      this.#tracked.add(slot);
      this.#makers.set(slot, recorded);
    }
  }

  /** What leads to `root`, latest first. */
  #reachable(root: Slot): Recorded[] {
    const found = new Set<Recorded>();
    const open = [root];
    for (let slot = open.pop(); slot !== undefined; slot = open.pop()) {
      const maker = this.#makers.get(this.#find(slot));
      if (maker === undefined || found.has(maker)) continue;
      found.add(maker);
      open.push(...maker.step.inputs);
    }
    return [...found].sort((a, b) => b.index - a.index);
  }
}

/** The value that the tape keeps under a name; what an operation computes on the way stands in no slot. */
function savedSlot({ inputs, outputs }: Recorded['step'], name: SavedName): Ref[] {
  const slots = name.startsWith('input') ? inputs : name.startsWith('output') ? outputs : [];
  const slot = slots[Number(name.replace(/^\D+/, ''))];
  return slot === undefined ? [] : [value(slot)];
}
