import { operations } from '../ops/index.ts';
import { withoutNumbers } from './address.ts';
import { entriesOf, type IterationEntries, learns } from './entries.ts';
import type { EntryStep, NodePorts, Slot } from './program.ts';
import type { Schedule, Scope } from './schedule.ts';

/** Why no gradient comes to a value, in one pass. `by` and `loop` are addresses. */
export type NoGradient =
  /** A batch, or a number: a leaf that needs none. */
  | { readonly kind: 'data' }
  /** Whole numbers; there is no step small enough to differentiate by. */
  | { readonly kind: 'labels' }
  /** A parameter with `requiresGrad` off. */
  | { readonly kind: 'frozen'; readonly by: string }
  /** Computed from such values alone. */
  | { readonly kind: 'constant' }
  | { readonly kind: 'detached'; readonly by: string }
  /** An operation that has no derivative, or none by this input: a comparison, `null` from a function of the user's own. */
  | { readonly kind: 'notDifferentiable'; readonly by: string; readonly op: string }
  /** No loss depends on it. */
  | { readonly kind: 'unused' }
  /** All that reads it stands in a loop that ran no iteration. */
  | { readonly kind: 'notRun'; readonly loop: string }
  /** The update phase runs under no-grad. */
  | { readonly kind: 'noGrad' }
  /** There is no backward pass: nothing is updated. */
  | { readonly kind: 'nothingLearns' };

/** All places of a pass that no gradient comes to. What stands in none of these lists has one. */
export interface NoGradients {
  /** By address: nodes of whose outputs none has a gradient. */
  readonly nodes: Readonly<Record<string, NoGradient>>;
  /** By `address.port`: outputs, and inputs through which nothing goes back. */
  readonly outputs: Readonly<Record<string, NoGradient>>;
  readonly inputs: Readonly<Record<string, NoGradient>>;
  /** By address: parameters whose `.grad` this pass leaves as it was. */
  readonly parameters: Readonly<Record<string, NoGradient>>;
}

/** What is known of the gradients of one pass, before it runs. */
export interface GradientFlow {
  readonly without: NoGradients;
  /** Of a value; undefined where it has a gradient. */
  ofSlot(slot: Slot): NoGradient | undefined;
  /** Of input `input` of the forward entry at `position`; undefined where something goes back through it. */
  ofInput(position: number, input: number): NoGradient | undefined;
}

const known = new WeakMap<Schedule, GradientFlow>();

/** Through what gradients flow in every pass by `schedule`, and why not through the rest. */
export function gradientFlow(schedule: Schedule): GradientFlow {
  const found = known.get(schedule) ?? new Flow(schedule);
  known.set(schedule, found);
  return found;
}

/** A forward entry that reads a value. */
interface Use {
  readonly step: EntryStep;
  readonly position: number;
  readonly input: number;
}

class Flow implements GradientFlow {
  readonly #schedule: Schedule;
  readonly #entries: IterationEntries;
  readonly #uses = new Map<Slot, Use[]>();
  readonly #makers = new Map<Slot, EntryStep>();
  /** Leaves and what the update phase makes, which never have a gradient. */
  readonly #leaves = new Map<Slot, NoGradient>();
  /** Whatever a loss depends on, differentiably or not. */
  readonly #needed: ReadonlySet<Slot>;
  /** `position input` of all that an operation's backward gives. */
  readonly #given = new Set<string>();
  #without: NoGradients | undefined;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
    this.#entries = entriesOf(schedule);
    const { program, steps, updateSteps } = schedule;
    for (const [i, step] of steps.entries()) {
      const position = this.#entries.start.forward + i;
      for (const slot of step.outputs) this.#makers.set(slot, step);
      for (const [input, slot] of step.inputs.entries())
        this.#uses.set(slot, [...(this.#uses.get(slot) ?? []), { step, position, input }]);
    }
    for (const { outputs } of program.data)
      for (const { slot, dtype } of outputs) this.#leaves.set(slot, { kind: dtype === 'i32' ? 'labels' : 'data' });
    for (const { slot, requiresGrad, address } of program.parameters)
      if (!requiresGrad) this.#leaves.set(slot, { kind: 'frozen', by: address });
    for (const { slot } of program.gradients) this.#leaves.set(slot, { kind: 'noGrad' });
    for (const { outputs } of updateSteps) for (const slot of outputs) this.#leaves.set(slot, { kind: 'noGrad' });
    this.#needed = this.#neededByLosses();
    for (const { forward, outputs } of this.#entries.list)
      for (const ref of outputs)
        if (ref.of === 'contribution' && forward !== undefined) this.#given.add(`${forward} ${ref.input}`);
  }

  get without(): NoGradients {
    this.#without ??= this.#listAll();
    return this.#without;
  }

  ofSlot(slot: Slot): NoGradient | undefined {
    if (this.#entries.accumulations.has(slot)) return undefined;
    if (this.#leaves.get(slot)?.kind === 'noGrad') return { kind: 'noGrad' };
    if (!this.#entries.requiresGrad(slot)) return this.#originOf(slot);
    return this.#cutBehind([slot], this.#uses.get(slot) ?? []);
  }

  ofInput(position: number, input: number): NoGradient | undefined {
    const step = this.#schedule.steps[position - this.#entries.start.forward];
    const slot = step?.inputs[input];
    if (step === undefined || slot === undefined) return undefined;
    return this.#ofUses(slot, [{ step, position, input }]);
  }

  /** Of what comes to a value through some of those that read it. */
  #ofUses(slot: Slot, uses: readonly Use[]): NoGradient | undefined {
    if (uses.some((use) => this.#flowsBack(use))) return undefined;
    if (!this.#entries.requiresGrad(slot)) return this.ofSlot(slot);
    return this.#cutBehind([], uses);
  }

  #flowsBack({ step, position, input }: Use): boolean {
    // A dropout of nothing is no operation: what it gives is the very value.
    if (isNothing(step)) return step.outputs.some((slot) => this.#entries.accumulations.has(slot));
    return this.#given.has(`${position} ${input}`);
  }

  /** Why a value needs no gradient: what it is, or what it was made of. */
  #originOf(slot: Slot, seen = new Set<Slot>()): NoGradient {
    const leaf = this.#leaves.get(slot);
    if (leaf !== undefined) return leaf;
    const step = this.#makers.get(slot);
    if (step === undefined || seen.has(slot)) return { kind: 'constant' };
    seen.add(slot);
    for (const [input, from] of step.inputs.entries()) {
      if (!this.#entries.requiresGrad(from)) continue;
      const cut = this.#cutAt(step, input);
      if (cut !== undefined) return cut;
    }
    for (const from of step.inputs) {
      const origin = this.#originOf(from, seen);
      if (origin.kind === 'detached' || origin.kind === 'notDifferentiable') return origin;
    }
    return { kind: 'constant' };
  }

  /** Why nothing comes back through `uses` to what would need it: the first cut on a way to a loss. */
  #cutBehind(slots: readonly Slot[], uses: readonly Use[]): NoGradient {
    if (!learns(this.#schedule.program)) return { kind: 'nothingLearns' };
    const open = [...uses];
    const reached = new Set(slots);
    for (const { step, input } of open) {
      const cut = this.#cutAt(step, input);
      if (cut !== undefined && step.outputs.some((slot) => this.#needed.has(slot))) return cut;
      for (const slot of step.outputs) {
        if (reached.has(slot)) continue;
        reached.add(slot);
        open.push(...(this.#uses.get(slot) ?? []));
      }
    }
    for (const slot of reached) {
      const loop = this.#schedule.passedOver.get(slot);
      if (loop !== undefined) return { kind: 'notRun', loop };
    }
    return { kind: 'unused' };
  }

  /** What keeps a gradient from going back through an input of an operation. */
  #cutAt(step: EntryStep, input: number): NoGradient | undefined {
    if (step.kind === 'dropout') return undefined;
    const { op, address: by } = step;
    const record = this.#schedule.program.functions.get(op) ?? operations.get(op);
    if (record?.backward !== undefined && record.withoutGradient?.includes(input) !== true) return undefined;
    return op === 'detach' ? { kind: 'detached', by } : { kind: 'notDifferentiable', by, op };
  }

  #neededByLosses(): Set<Slot> {
    const needed = new Set(this.#schedule.program.losses.map(({ slot }) => this.#schedule.slotOf(slot)));
    // A set's iterator also visits what is added on the way.
    for (const slot of needed) for (const from of this.#makers.get(slot)?.inputs ?? []) needed.add(from);
    return needed;
  }

  #listAll(): NoGradients {
    const nodes: Record<string, NoGradient> = {};
    const outputs: Record<string, NoGradient> = {};
    const inputs: Record<string, NoGradient> = {};
    const { program, scopes, loops } = this.#schedule;
    const templates = new Set([...loops.keys()].map(withoutNumbers));
    const byLoop = Map.groupBy(program.ports, ([address]) => loopAround(address, templates));
    for (const scope of scopes)
      for (const [template, ports] of byLoop.get(scope.loop) ?? []) {
        const address = scope.address(template);
        const given = [...ports.outputs].map(([port, slot]) => [port, this.ofSlot(scope.slotOf(slot))] as const);
        for (const [port, why] of given) if (why !== undefined) outputs[`${address}.${port}`] = why;
        const [first] = given;
        if (first?.[1] !== undefined && given.every(([, why]) => why !== undefined)) nodes[address] = first[1];
        for (const [port, slot] of ports.inputs) {
          const why = this.#ofPort(address, ports, scope, slot);
          if (why !== undefined) inputs[`${address}.${port}`] = why;
        }
      }
    const parameters = Object.fromEntries(
      program.parameters.flatMap(({ slot, address }) => {
        const why = this.ofSlot(slot);
        return why === undefined ? [] : [[address, why]];
      }),
    );
    return { nodes, outputs, inputs, parameters };
  }

  #ofPort(address: string, { phase, outputs }: NodePorts, scope: Scope, given: Slot): NoGradient | undefined {
    if (phase === 'update') return { kind: 'noGrad' };
    const slot = scope.slotOf(given);
    const uses = (this.#uses.get(slot) ?? []).filter(({ step }) => isAt(step.address, address));
    // What only passes through a block, or ends at an optimizer, is what it is.
    const passes = [...outputs.values()].some((output) => scope.slotOf(output) === slot);
    return passes || uses.length === 0 ? this.ofSlot(slot) : this.#ofUses(slot, uses);
  }
}

const isNothing = (step: EntryStep): boolean => step.kind === 'dropout' && step.p === 0;

/** Is it the node at `place`, or something in it? */
const isAt = (address: string, place: string): boolean =>
  address === place || address.startsWith(`${place}/`) || address.startsWith(`${place}#`);

/** The innermost of `loops` that an address without numbers lies in; empty outside of all. */
function loopAround(address: string, loops: ReadonlySet<string>): string {
  for (let at = address.lastIndexOf('/'); at > 0; at = address.lastIndexOf('/', at - 1))
    if (loops.has(address.slice(0, at))) return address.slice(0, at);
  return '';
}
