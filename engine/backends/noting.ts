import { type Arena, StoredArray } from './arena.ts';
import type { Backend, NDArray, Operand } from './backend.ts';
import { isCell, isPlace, type PlannedCall, type PlannedWork, perform } from './calls.ts';

/** Calls that are gathered before they are done: who makes a work ready says what of it is needed. */
export interface Gathering {
  /** Will anybody look at this result once it is computed? */
  isNeeded: (x: StoredArray) => boolean;
  /** Is nothing left to be computed? */
  readonly isSettled: boolean;
  within(body: () => void): void;
  /** Computes what was gathered so far. */
  settle(): void;
}

/** What a backend brings to have its work noted. */
export interface Notebook<Tape> {
  readonly arena: Arena;
  readonly fusion: Gathering;
  /** Notes what `body` would launch. */
  note(body: () => void): Tape;
  /** What JavaScript does in its turn, in each run. */
  work(work: () => void): void;
  /** Arrays of one number each, which are set before each run. */
  cells(count: number): StoredArray[];
}

/** A work with all of its arrays in place, and what is to be played for each of its sections. */
export interface NotedWork<Tape> {
  readonly cells: readonly StoredArray[];
  readonly tapes: readonly Tape[];
  /** @throws Error where nobody was to look at it */
  array(at: number): NDArray;
}

/**
 * Has `backend` do the calls of a work as ever, but on arrays that stay where they are and with every launch noted instead of done.
 * A result that nobody looks at and no other kernel reads is never written; others give their memory to those that come after their
 * last use.
 */
export function noteWork<Tape>(work: PlannedWork, backend: Backend, notebook: Notebook<Tape>): NotedWork<Tape> {
  const { arena, fusion } = notebook;
  const { table, cells, tapes } = arena.apart(() => {
    const table = work.table.map(({ shape, dtype }) => new StoredArray(shape, dtype, null));
    const cells = notebook.cells(work.cells);
    for (const at of work.lookedAt) {
      const array = table[at];
      if (array !== undefined) arena.provide(array);
    }
    const lives = new Lives(work, table, arena);
    fusion.isNeeded = (array) => lives.isNeeded(array);
    const note = (calls: readonly PlannedCall[]) =>
      notebook.note(() =>
        fusion.within(() => {
          for (const { call, inputs, output } of calls) {
            const operands = inputs.map((input) => operandOf(input, table, cells));
            const target = output === undefined ? undefined : table[output];
            if (target === undefined) perform(backend, call, operands);
            else if (call.call === 'draw') {
              if (target.storage === null) arena.provide(target);
              // Drawn in each run, not now.
              notebook.work(() => arena.into(target, () => perform(backend, call, operands)));
            } else arena.into(target, () => perform(backend, call, operands));
            lives.next(fusion.isSettled);
          }
          fusion.settle();
        }),
      );
    try {
      return { table, cells, tapes: work.sections.map(note) };
    } finally {
      fusion.isNeeded = () => true;
    }
  });
  return {
    cells,
    tapes,
    array(at) {
      const array = table[at];
      if (array === undefined || !work.lookedAt.has(at)) throw new Error(`nobody was to look at place ${at} of a plan`);
      return array;
    },
  };
}

function operandOf(
  input: PlannedCall['inputs'][number],
  table: readonly NDArray[],
  cells: readonly NDArray[],
): Operand {
  if (typeof input === 'number') return input;
  const array = isPlace(input) ? table[input.at] : isCell(input) ? cells[input.cell] : input;
  if (array === undefined) throw new Error('a planned call takes an array that is not in its table');
  return array;
}

/** How long the arrays of a work are used. */
class Lives {
  readonly #arena: Arena;
  readonly #lookedAt: ReadonlySet<StoredArray>;
  /** The last call that takes an array; calls are counted through all sections. */
  readonly #lastUse = new Map<StoredArray, number>();
  readonly #endingAt = new Map<number, StoredArray[]>();
  /** They are not used any more, but by what is still to be computed. */
  #ending: StoredArray[] = [];
  #now = 0;

  constructor({ sections, lookedAt }: PlannedWork, table: readonly StoredArray[], arena: Arena) {
    this.#arena = arena;
    this.#lookedAt = new Set(table.filter((_, at) => lookedAt.has(at)));
    for (const [i, { inputs }] of sections.flat().entries())
      for (const input of inputs) {
        const array = typeof input === 'object' && isPlace(input) ? table[input.at] : undefined;
        if (array !== undefined) this.#lastUse.set(array, i);
      }
    for (const [array, last] of this.#lastUse) {
      if (this.#lookedAt.has(array)) continue;
      const those = this.#endingAt.get(last);
      if (those === undefined) this.#endingAt.set(last, [array]);
      else those.push(array);
    }
  }

  /** Is a result looked at, or taken by the call that is made now or one after it? */
  isNeeded(array: StoredArray): boolean {
    return this.#lookedAt.has(array) || (this.#lastUse.get(array) ?? -1) >= this.#now;
  }

  /** A call was made; `isSettled`: nothing that was gathered is left to be computed. */
  next(isSettled: boolean): void {
    this.#ending.push(...(this.#endingAt.get(this.#now) ?? []));
    this.#now++;
    if (!isSettled) return;
    for (const array of this.#ending) this.#arena.recycle(array);
    this.#ending = [];
  }
}
