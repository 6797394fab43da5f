import type { PythonRandom } from '../random/python.ts';
import { withoutNumbers } from './address.ts';
import type { EntryStep, Program, ProgramStep, RepeatStep, Slot } from './program.ts';

/**
 * What one pass does: a program with its loops written out for the counts that were drawn, as a flat list. Every iteration of a
 * loop has slots and addresses of its own (`repeat1#2/middle`, counted from 1), so that each can be looked at.
 */
export interface Schedule {
  readonly program: Program;
  /** How often each loop runs, in program order; a loop within a loop has one count for each time it is run. */
  readonly counts: readonly number[];
  readonly slots: number;
  readonly steps: readonly EntryStep[];
  readonly updateSteps: readonly EntryStep[];
  /** Where a value of the program outside of loops stands: results of loops are what their last iteration gave. */
  slotOf(slot: Slot): Slot;
  /** The first output of each node, by its address. */
  readonly outputs: ReadonlyMap<string, Slot>;
  /** How often each loop runs, by its address. */
  readonly loops: ReadonlyMap<string, number>;
  /** The outermost, and each iteration of each loop. */
  readonly scopes: readonly Scope[];
  /** What a loop that does not run would have read, with the loop. */
  readonly passedOver: ReadonlyMap<Slot, string>;
}

/** Where the nodes directly in one iteration of a loop stand, or those outside of loops. */
export interface Scope {
  /** The loop, by its address without numbers; empty outside of loops. */
  readonly loop: string;
  /** With the numbers of the iterations around it. */
  address(template: string): string;
  slotOf(slot: Slot): Slot;
}

/** Schedules kept for counts that come again. */
const KEPT = 64;

/** The schedules of one program, by the counts of its loops. */
export class Schedules {
  readonly #program: Program;
  readonly #kept = new Map<string, Schedule>();
  readonly #isDrawn: boolean;
  /** The only one, where nothing is drawn. */
  #only: Schedule | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.#isDrawn = hasDrawnCounts(program.steps) || hasDrawnCounts(program.updateSteps);
  }

  /** Draws the counts of this pass, and gives its schedule. */
  draw(random: PythonRandom): Schedule {
    if (this.#isDrawn) return this.for(drawCounts(this.#program, random));
    this.#only ??= this.for(drawCounts(this.#program, random));
    return this.#only;
  }

  for(counts: readonly number[]): Schedule {
    const key = counts.join();
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const made = schedule(this.#program, counts);
    if (this.#kept.size < KEPT) this.#kept.set(key, made);
    return made;
  }
}

const hasDrawnCounts = (steps: readonly ProgramStep[]): boolean =>
  steps.some((step) => step.kind === 'repeat' && (typeof step.count !== 'number' || hasDrawnCounts(step.body)));

/** The count of every loop, in program order, from the stream of Python's `random`. */
function drawCounts({ steps, updateSteps }: Program, random: PythonRandom): number[] {
  const counts: number[] = [];
  const draw = (list: readonly ProgramStep[]): void => {
    for (const step of list) {
      if (step.kind !== 'repeat') continue;
      const { count, body } = step;
      const times = typeof count === 'number' ? count : random.randint(count.min, count.max);
      counts.push(times);
      for (let i = 0; i < times; i++) draw(body);
    }
  };
  draw(steps);
  draw(updateSteps);
  return counts;
}

/** Where the slots of the body of one iteration stand, and which copy of its weights it has. */
interface Iteration {
  readonly around: Iteration | undefined;
  readonly slots: Map<Slot, Slot>;
  /** Numbers of the copies of the untied loops around: `2.1`. */
  readonly copies: string;
  /** Loops around it by address, with the number of this iteration. */
  readonly numbers: readonly (readonly [address: string, number: number])[];
}

function schedule(program: Program, counts: readonly number[]): Schedule {
  let slots = program.slots;
  let next = 0;
  const outputs = new Map<string, Slot>();
  const loops = new Map<string, number>();
  const scopes: Scope[] = [];
  const passedOver = new Map<Slot, string>();
  const outermost: Iteration = { around: undefined, slots: new Map(), copies: '', numbers: [] };

  function find(at: Iteration, slot: Slot): Slot {
    const copy = program.copies.get(slot)?.get(at.copies);
    if (copy !== undefined) return copy;
    for (let scope: Iteration | undefined = at; scope !== undefined; scope = scope.around) {
      const found = scope.slots.get(slot);
      if (found !== undefined) return found;
    }
    return slot;
  }

  function write(list: readonly ProgramStep[], at: Iteration, into: EntryStep[]): void {
    for (const step of list) {
      if (step.kind === 'output') outputs.set(numbered(step.address, at), find(at, step.slot));
      else if (step.kind === 'repeat') loop(step, at, into);
      else if (at.around === undefined) into.push({ ...step, inputs: step.inputs.map((slot) => find(at, slot)) });
      else {
        const inputs = step.inputs.map((slot) => find(at, slot));
        const outputs = step.outputs.map((slot) => {
          at.slots.set(slot, slots);
          return slots++;
        });
        into.push({ ...step, inputs, outputs, address: numbered(step.address, at) });
      }
    }
  }

  function loop({ address, carried, untied, body }: RepeatStep, at: Iteration, into: EntryStep[]): void {
    const times = counts[next++] ?? 0;
    loops.set(numbered(address, at), times);
    let values = carried.map(({ start }) => find(at, start));
    for (let number = 1; number <= times; number++) {
      const copies = untied ? (at.copies === '' ? `${number}` : `${at.copies}.${number}`) : at.copies;
      const inner: Iteration = { around: at, slots: new Map(), copies, numbers: [...at.numbers, [address, number]] };
      for (const [i, { current }] of carried.entries()) inner.slots.set(current, values[i] ?? -1);
      write(body, inner, into);
      scopes.push(scopeOf(address, inner));
      values = carried.map((one) => find(inner, one.next));
    }
    for (const [i, { result }] of carried.entries()) at.slots.set(result, values[i] ?? -1);
    if (times === 0) passOver(body, at, numbered(address, at));
  }

  function passOver(list: readonly ProgramStep[], at: Iteration, loop: string): void {
    for (const step of list) {
      if (step.kind === 'output') continue;
      const reads = step.kind === 'repeat' ? step.carried.map(({ start }) => start) : step.inputs;
      for (const slot of reads) passedOver.set(find(at, slot), loop);
      if (step.kind === 'repeat') passOver(step.body, at, loop);
    }
  }

  const scopeOf = (loop: string, at: Iteration): Scope => ({
    loop,
    address: (template) => numbered(template, at),
    slotOf: (slot) => find(at, slot),
  });

  const steps: EntryStep[] = [];
  const updateSteps: EntryStep[] = [];
  write(program.steps, outermost, steps);
  write(program.updateSteps, outermost, updateSteps);
  scopes.push(scopeOf('', outermost));
  const { slotOf } = scopeOf('', outermost);
  return { program, counts, slots, steps, updateSteps, slotOf, outputs, loops, scopes, passedOver };
}

/** `outer/repeat1/linear1` with the numbers of the iterations that it stands in: `outer/repeat1#2/linear1`. */
function numbered(address: string, { numbers }: Iteration): string {
  let out = address;
  // Innermost first: what is inserted then lies behind what comes later.
  for (const [loop, number] of [...numbers].reverse())
    out = `${out.slice(0, loop.length)}#${number}${out.slice(loop.length)}`;
  return out;
}

/**
 * Addresses of the parameters of the node at `address`, whose loops are numbered as in a schedule: in an untied loop the numbers
 * choose the copy.
 */
export function parametersAt(program: Program, address: string): string[] {
  const known = new Map(program.parameters.map((spec) => [spec.slot, spec.address]));
  const path = address.split('/');
  return (program.holders.get(withoutNumbers(address)) ?? []).flatMap((slot) => {
    const own = known.get(slot);
    if (own !== undefined) return [own];
    // A copy's address has numbers where the loop is untied; all that it has, this address has too.
    const copy = [...(program.copies.get(slot)?.values() ?? [])]
      .map((one) => known.get(one) ?? '')
      .find((candidate) =>
        candidate
          .slice(0, candidate.lastIndexOf('.'))
          .split('/')
          .every((part, i) => !part.includes('#') || part === path[i]),
      );
    return copy === undefined ? [] : [copy];
  });
}
