import { expect } from 'vitest';
import type { NDArray } from '../../engine/backends/backend.ts';
import { withoutNumbers } from '../../engine/program/address.ts';
import type { Slot } from '../../engine/program/program.ts';
import type { Moment } from '../../engine/session/moment.ts';
import type { Session } from '../../engine/session/session.ts';
import { stepDone } from '../../engine/session/stepping.ts';
import type { TypedArray } from '../../engine/tensor/dtype.ts';
import type { Shape } from '../../engine/tensor/shape.ts';

export interface Seen {
  readonly shape: Shape;
  readonly values: TypedArray;
}

/** What was seen at the stops of an iteration. */
export class Watched {
  /** By slot. */
  readonly #values = new Map<Slot, Seen>();
  readonly #gradients = new Map<Slot, Seen>();
  readonly #session: Session;
  #outputs: ReadonlyMap<string, Slot> = new Map();
  /** What was added to the gradient of each parameter, in order. */
  readonly added = new Map<string, readonly Seen[]>();
  /** Operations, with the addresses of their nodes, that made what is not the first output of a node. */
  readonly inside = new Set<string>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** First outputs of nodes by address. */
  get values(): Map<string, Seen> {
    return pick(this.#values, this.#outputs);
  }

  /** What the gradients of these and of parameters came to, by address. */
  get gradients(): Map<string, Seen> {
    const parameters = this.#session.program.parameters.map(({ address, slot }) => [address, slot] as const);
    return pick(this.#gradients, [...this.#outputs, ...parameters]);
  }

  /** Looks at what the last entry has made. */
  look(moment: Moment): void {
    const position = moment.done - 1;
    const entry = moment.entries.list[position] ?? expect.fail('no entry was done');
    const { phase, address, op, outputs, parameter } = entry;
    this.#outputs = moment.pass.schedule.outputs;
    if (phase === 'batch')
      for (const { slot } of this.#session.program.parameters)
        this.#values.set(slot, this.#see(moment.array({ of: 'value', slot })));
    const ends = new Set(this.#outputs.values());
    for (const ref of outputs) {
      // An update writes where the value stands that was read.
      if (phase === 'update' || (ref.of !== 'value' && ref.of !== 'gradient')) continue;
      (ref.of === 'value' ? this.#values : this.#gradients).set(ref.slot, this.#see(moment.array(ref)));
      if (phase === 'forward' && !ends.has(ref.slot)) this.inside.add(`${withoutNumbers(address)} ${op}`);
    }
    if (parameter === undefined) return;
    const seen = this.#see(moment.array({ of: 'added', position }));
    this.added.set(parameter, [...(this.added.get(parameter) ?? []), seen]);
  }

  #see(array: NDArray | undefined): Seen {
    if (array === undefined) return expect.fail('an array is not there');
    return { shape: array.shape, values: this.#session.backend.readSync(array) };
  }
}

function pick(seen: ReadonlyMap<Slot, Seen>, slots: Iterable<readonly [string, Slot]>): Map<string, Seen> {
  const found = new Map<string, Seen>();
  for (const [address, slot] of slots) {
    const one = seen.get(slot);
    if (one !== undefined) found.set(address, one);
  }
  return found;
}

/** Steps through the iteration that begins, entry by entry, and looks at each stop. */
export function watch(session: Session): Watched {
  const watched = new Watched(session);
  const { iteration } = session.cursor;
  while (session.cursor.iteration === iteration) {
    session.run(stepDone(session, 'entry'));
    watched.look(session.moment() ?? expect.fail('it does not run'));
  }
  return watched;
}
