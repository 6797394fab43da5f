import type { Backend } from '../backends/backend.ts';
import { keyOf } from '../graph/breakpoints.ts';
import type { Breakpoint, BreakpointCondition } from '../graph/document.ts';
import { withoutNumbers } from '../program/address.ts';
import { entriesOf, type Ref, type ScheduledEntry } from '../program/entries.ts';
import type { Slot } from '../program/program.ts';
import type { Schedule } from '../program/schedule.ts';
import type { Moment } from './moment.ts';
import type { Session } from './session.ts';
import { summarizeArray } from './statistics.ts';
import type { MetBreakpoint } from './summary.ts';

/** A breakpoint at a position of one kind of iteration. */
interface Armed {
  readonly breakpoint: number;
  /** What its condition looks at. */
  readonly ref: Ref | undefined;
}

interface Loss {
  readonly iteration: number;
  readonly loss: number;
}

/** What a condition is told beyond the moment: `told` are losses that are known of iterations before. */
interface Asked {
  readonly iteration: number;
  readonly told: readonly Loss[];
  readonly backend: Backend;
}

/** The breakpoints of one kind of iteration: those before the entry at a position, and those after it. */
interface Positions {
  readonly before: ReadonlyMap<number, readonly Armed[]>;
  readonly after: ReadonlyMap<number, readonly Armed[]>;
}

/**
 * Where a run stops. Asked after every entry; an iteration without a breakpoint costs a look into a table, and only the tensors
 * that a condition speaks of are read.
 */
export class Breakpoints {
  /** How often each one was passed with its condition true. */
  readonly #hits: number[];
  readonly #list: readonly Breakpoint[];
  readonly #positions = new WeakMap<Schedule, Positions>();
  /** Those that were read last; also anew, by whoever went back. */
  #losses: readonly Loss[] = [];

  constructor(list: readonly Breakpoint[]) {
    this.#list = list;
    this.#hits = list.map(() => 0);
  }

  /** Other breakpoints from now on; those of them that stay what they were go on counting. */
  with(list: readonly Breakpoint[]): Breakpoints {
    const next = new Breakpoints(list);
    const counted = new Map(this.#list.map((one, i) => [whatHits(one), this.#hits[i] ?? 0]));
    for (const [i, one] of list.entries()) next.#hits[i] = counted.get(whatHits(one)) ?? 0;
    next.#losses = this.#losses;
    return next;
  }

  /** The run begins anew. */
  reset(): void {
    this.#hits.fill(0);
    this.#losses = [];
  }

  /** How often each one was met, by its key. */
  get hits(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#list.map((one, i) => [keyOf(one), this.#hits[i] ?? 0]));
  }

  /** Can any of them be met? */
  get areSet(): boolean {
    return this.#list.some(({ disabled }) => disabled !== true);
  }

  /** The breakpoints at which `session` stands, having just done an entry; `told` are losses that are known of iterations before. */
  at(session: Session, told: readonly Loss[]): readonly MetBreakpoint[] {
    if (this.#list.length === 0) return [];
    const moment = session.moment();
    if (moment === undefined) return [];
    const { before, after } = this.#positionsOf(moment.pass.schedule);
    const done = moment.entries.list[moment.done - 1];
    const { iteration } = session;
    if (done?.phase === 'loss') {
      const recent = this.#losses.filter((one) => one.iteration < iteration && one.iteration >= iteration - 2);
      this.#losses = [...recent, { iteration, loss: moment.pass.loss ?? Number.NaN }];
    }
    const here = [...(after.get(moment.done - 1) ?? []), ...(before.get(moment.done) ?? [])];
    const met = new Map<number, MetBreakpoint>();
    for (const { breakpoint, ref } of here) {
      const spec = this.#list[breakpoint];
      if (spec === undefined || spec.disabled === true) continue;
      const value = this.#met(spec.condition, ref, moment, { iteration, told, backend: session.backend });
      if (value === undefined) continue;
      const hits = (this.#hits[breakpoint] ?? 0) + 1;
      this.#hits[breakpoint] = hits;
      if (hits >= (spec.hits ?? 1)) met.set(breakpoint, { breakpoint: spec, ...value });
    }
    return [...met.values()];
  }

  /** The loss that was read last, in this iteration or the one before it, and that of the iteration before. */
  #lastLosses({ done, entries, pass }: Moment, { iteration, told }: Asked): readonly [before: number, now: number] {
    const of = (wanted: number) =>
      [...this.#losses, ...told].findLast((one) => one.iteration === wanted)?.loss ?? Number.NaN;
    const isRead = done > entries.start.loss;
    return isRead ? [of(iteration - 1), pass.loss ?? Number.NaN] : [of(iteration - 2), of(iteration - 1)];
  }

  #positionsOf(schedule: Schedule): Positions {
    const known = this.#positions.get(schedule) ?? positionsOf(schedule, this.#list);
    this.#positions.set(schedule, known);
    return known;
  }

  /** The value for which a condition holds; undefined where it does not. */
  #met(
    condition: BreakpointCondition | undefined,
    ref: Ref | undefined,
    moment: Moment,
    asked: Asked,
  ): Omit<MetBreakpoint, 'breakpoint'> | undefined {
    if (condition === undefined) return {};
    if (condition.of === 'risingLoss') {
      const [before, value] = this.#lastLosses(moment, asked);
      return value > before ? { value, before } : undefined;
    }
    const { backend } = asked;
    const array = ref && moment.array(ref);
    if (array === undefined) return undefined;
    // What is finite needs no look at its elements.
    if (condition.of === 'nonFinite' && backend.finiteSync(array)) return undefined;
    const statistics = summarizeArray(backend, array);
    if (condition.of === 'nonFinite') return { value: statistics.nonFinite };
    const value = statistics[condition.of];
    const { above, below } = condition;
    const holds = (above === undefined || value > above) && (below === undefined || value < below);
    return holds ? { value } : undefined;
  }
}

/** The same text where the same hits are counted: switched off and on again, or told from which hit to stop, one stays what it is. */
function whatHits({ hits: _, disabled: __, ...place }: Breakpoint): string {
  return JSON.stringify(Object.entries(place).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function positionsOf(schedule: Schedule, list: readonly Breakpoint[]): Positions {
  const before = new Map<number, Armed[]>();
  const after = new Map<number, Armed[]>();
  for (const [breakpoint, spec] of list.entries())
    for (const { side, position, ref } of stopsOf(schedule, spec)) {
      const at = side === 'before' ? before : after;
      at.set(position, [...(at.get(position) ?? []), { breakpoint, ref }]);
    }
  return { before, after };
}

interface Stop {
  readonly side: 'before' | 'after';
  readonly position: number;
  readonly ref: Ref | undefined;
}

function stopsOf(schedule: Schedule, spec: Breakpoint): Stop[] {
  const { list } = entriesOf(schedule);
  if ('parameter' in spec)
    return list.flatMap(({ parameter, op, inputs }, position) =>
      op === 'accumulate' && parameter !== undefined && withoutNumbers(parameter) === spec.parameter
        ? [{ side: 'after', position, ref: inputs[1] }]
        : [],
    );
  if ('block' in spec)
    return (['forward', 'backward'] as const).flatMap((pass) =>
      uses(list, spec.block, pass)
        .filter(({ address }) => spec.iteration === undefined || address.endsWith(`#${spec.iteration}`))
        .map(({ first }): Stop => ({ side: 'before', position: first, ref: undefined })),
    );
  if ('wire' in spec) return wireStops(schedule, spec.wire);
  const { node, pass, when } = spec;
  const found = uses(list, node, pass).map(
    ({ first, last, lastOp }): Stop =>
      when === 'before'
        ? { side: 'before', position: first, ref: list[first]?.inputs[0] }
        : { side: 'after', position: last, ref: list[lastOp]?.outputs[0] },
  );
  const data = schedule.program.data.find(({ address }) => address === node)?.outputs[0];
  // What is given, not computed, comes with the batch.
  return data === undefined ? found : [{ side: 'after', position: 0, ref: { of: 'value', slot: data.slot } }];
}

/** One use of a node, or one iteration of a block: where its entries begin and end. */
interface Use {
  readonly address: string;
  first: number;
  last: number;
  /** The last entry that is no `+=`. */
  lastOp: number;
}

/** The uses of a node, named without numbers, in one direction. */
function uses(list: readonly ScheduledEntry[], node: string, pass: 'forward' | 'backward'): Use[] {
  const depth = node.split('/').length;
  const found = new Map<string, Use>();
  for (const [position, { phase, address, op }] of list.entries()) {
    if ((phase === 'backward') !== (pass === 'backward')) continue;
    const prefix = address.split('/').slice(0, depth).join('/');
    if (withoutNumbers(prefix) !== node) continue;
    const use = found.get(prefix) ?? { address: prefix, first: position, last: position, lastOp: position };
    found.set(prefix, use);
    use.last = position;
    if (op !== 'accumulate') use.lastOp = position;
  }
  return [...found.values()];
}

/** Where what leaves one node is read by another: before the first entry that does so, in every iteration of a loop. */
function wireStops(schedule: Schedule, wire: string): Stop[] {
  const { list } = entriesOf(schedule);
  const [from, to] = wire.split('→').map((port) => port.slice(0, port.lastIndexOf('.')));
  if (from === undefined || to === undefined) return [];
  // To the inner side of the block around it.
  if (from.startsWith(`${to}/`))
    return uses(list, from, 'forward').map(({ lastOp }) => ({
      side: 'after',
      position: lastOp,
      ref: list[lastOp]?.outputs[0],
    }));
  const made = slotsOf(schedule, from);
  return uses(list, to, 'forward').flatMap(({ first, last }): Stop[] => {
    for (let position = first; position <= last; position++) {
      const ref = list[position]?.inputs.find((one) => one.of === 'value' && made.has(one.slot));
      if (ref !== undefined) return [{ side: 'before', position, ref }];
    }
    // From the inner side of the block around it, or from a loss to its optimizer.
    const isInside = to.startsWith(`${from}/`) || list[first]?.phase === 'update';
    return isInside ? [{ side: 'before', position: first, ref: list[first]?.inputs[0] }] : [];
  });
}

/** The slots that a node, or what lies in a block, fills. */
function slotsOf(schedule: Schedule, node: string): Set<Slot> {
  const { program } = schedule;
  const isOf = (address: string) => `${withoutNumbers(address)}/`.startsWith(`${node}/`);
  const filled = new Set<Slot>();
  for (const { address, outputs } of program.data) if (isOf(address)) for (const { slot } of outputs) filled.add(slot);
  for (const { address, slot } of program.parameters)
    if (isOf(address.slice(0, address.lastIndexOf('.')))) filled.add(slot);
  for (const { address, outputs } of schedule.steps) if (isOf(address)) for (const slot of outputs) filled.add(slot);
  return filled;
}
