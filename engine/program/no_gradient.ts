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
  /** What needs no gradient: leaves, what is made of such alone, and what the update phase makes. */
  readonly #origins = new Map<Slot, NoGradient>();
  /** What keeps gradients away from those that would need one. */
  readonly #behind = new Map<Slot, NoGradient>();
  /** Whatever a loss depends on, differentiably or not. */
  readonly #needed: ReadonlySet<Slot>;
  /** `position input` of all that an operation's backward gives. */
  readonly #given = new Set<string>();
  #without: NoGradients | undefined;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
    this.#entries = entriesOf(schedule);
    const { program, steps, updateSteps } = schedule;
    const uses = (slot: Slot): Use[] => {
      const known = this.#uses.get(slot) ?? [];
      this.#uses.set(slot, known);
      return known;
    };
    for (const [i, step] of steps.entries()) {
      const position = this.#entries.start.forward + i;
      for (const slot of step.outputs) this.#makers.set(slot, step);
      for (const [input, slot] of step.inputs.entries()) uses(slot).push({ step, position, input });
    }
    for (const { outputs } of program.data)
      for (const { slot, dtype } of outputs) this.#origins.set(slot, { kind: dtype === 'i32' ? 'labels' : 'data' });
    for (const { slot, requiresGrad, address } of program.parameters)
      if (!requiresGrad) this.#origins.set(slot, { kind: 'frozen', by: address });
    for (const { slot } of program.gradients) this.#origins.set(slot, { kind: 'noGrad' });
    for (const { outputs } of updateSteps) for (const slot of outputs) this.#origins.set(slot, { kind: 'noGrad' });
    this.#needed = this.#neededByLosses();
    this.#findOrigins();
    this.#findCuts();
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
    const origin = this.#origins.get(slot);
    if (origin !== undefined) return origin;
    if (!learns(this.#schedule.program)) return { kind: 'nothingLearns' };
    return this.#behind.get(slot) ?? { kind: 'unused' };
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
    if (this.#origins.has(slot) || !learns(this.#schedule.program)) return this.ofSlot(slot);
    const behind = uses.map(({ step, input }) => this.#behindUse(step, input));
    return behind.find((why) => why !== undefined) ?? { kind: 'unused' };
  }

  #flowsBack({ step, position, input }: Use): boolean {
    // A dropout of nothing is no operation: what it gives is the very value.
    if (isNothing(step)) return step.outputs.some((slot) => this.#entries.accumulations.has(slot));
    return this.#given.has(`${position} ${input}`);
  }

  /** Of all that the forward pass makes, in its order: why it needs no gradient, what it is or what it was made of. */
  #findOrigins(): void {
    for (const step of this.#schedule.steps) {
      if (step.outputs.every((slot) => this.#entries.requiresGrad(slot))) continue;
      const cut = step.inputs
        .map((slot, input) => (this.#entries.requiresGrad(slot) ? this.#cutAt(step, input) : this.#origins.get(slot)))
        .find((why) => why?.kind === 'detached' || why?.kind === 'notDifferentiable');
      for (const slot of step.outputs) this.#origins.set(slot, cut ?? { kind: 'constant' });
    }
  }

  /** Backwards, so that what reads a value is known before it: the first cut on a way to a loss, or a loop that did not run. */
  #findCuts(): void {
    for (const [slot, loop] of this.#schedule.passedOver) this.#behind.set(slot, { kind: 'notRun', loop });
    for (const step of this.#schedule.steps.toReversed())
      for (const [input, slot] of step.inputs.entries()) {
        const why = this.#behindUse(step, input);
        if (why !== undefined && (why.kind !== 'notRun' || !this.#behind.has(slot))) this.#behind.set(slot, why);
      }
  }

  #behindUse(step: EntryStep, input: number): NoGradient | undefined {
    const cut = this.#cutAt(step, input);
    if (cut !== undefined && step.outputs.some((slot) => this.#needed.has(slot))) return cut;
    return step.outputs.map((slot) => this.#behind.get(slot)).find((why) => why !== undefined);
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
