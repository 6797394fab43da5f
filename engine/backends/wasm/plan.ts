import type { Backend, NDArray, Operand } from '../backend.ts';
import { isCell, isPlace, type PlannedCall, type PlannedWork, perform, type ReadyWork } from '../calls.ts';
import { type Arena, elements, HostArray } from '../reference/arena.ts';
import type { Fusion } from './fusion.ts';
import { type Launcher, Tape } from './launcher.ts';
import type { LinearMemory } from './memory.ts';
import type { Pool } from './pool.ts';

export interface PlanTools {
  readonly arena: Arena;
  readonly fusion: Fusion;
  readonly launcher: Launcher;
  readonly memory: LinearMemory;
  readonly pool: Pool;
}

/**
 * Has `backend` do the calls of a work as ever, but on arrays that stay where they are and with every launch noted instead of done:
 * to do them again is to play the tape. What each kernel is told is settled for good; nothing is allocated in a run.
 *
 * Neighbouring calls that work element by element are one pass over memory. A result that nobody looks at and no other kernel reads
 * is never written; others give their memory to those that come after their last use.
 */
export function makeReady(work: PlannedWork, backend: Backend, tools: PlanTools): ReadyWork {
  const { arena, fusion, launcher, pool } = tools;
  const blocks = launcher.begin();
  const { table, cells, tapes } = arena.apart(() => {
    const table = work.table.map(({ shape, dtype }) => new HostArray(shape, dtype, null));
    const cells = Array.from({ length: work.cells }, () => arena.make([], 'f32'));
    for (const at of work.lookedAt) {
      const array = table[at];
      if (array !== undefined) arena.provide(array);
    }
    const lives = new Lives(work, table, arena);
    fusion.isNeeded = (array) => lives.isNeeded(array);
    const note = (calls: readonly PlannedCall[]) => {
      const tape = new Tape();
      launcher.note(tape, () =>
        fusion.within(() => {
          for (const { call, inputs, output } of calls) {
            const operands = inputs.map((input) => operandOf(input, table, cells));
            const target = output === undefined ? undefined : table[output];
            if (target === undefined) perform(backend, call, operands);
            else if (call.call === 'draw') {
              if (target.storage === null) arena.provide(target);
              // Drawn in each run, not now.
              launcher.work(() => arena.into(target, () => perform(backend, call, operands)));
            } else arena.into(target, () => perform(backend, call, operands));
            lives.next(fusion.isSettled);
          }
          fusion.settle();
        }),
      );
      return tape;
    };
    try {
      return { table, cells, tapes: work.sections.map(note) };
    } finally {
      fusion.isNeeded = () => true;
    }
  });
  return {
    array(at) {
      const array = table[at];
      if (array === undefined || !work.lookedAt.has(at)) throw new Error(`nobody was to look at place ${at} of a plan`);
      return array;
    },
    setCells(values) {
      for (let i = 0; i < cells.length; i++) {
        const cell = cells[i];
        if (cell !== undefined) elements(cell)[0] = values[i] ?? 0;
      }
    },
    run: (section) => tapes[section]?.play(pool),
    close: () => launcher.end(blocks),
    kernels: tapes.reduce((sum, tape) => sum + tape.length, 0),
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
  readonly #lookedAt: ReadonlySet<HostArray>;
  /** The last call that takes an array; calls are counted through all sections. */
  readonly #lastUse = new Map<HostArray, number>();
  readonly #endingAt = new Map<number, HostArray[]>();
  /** They are not used any more, but by what is still to be computed. */
  #ending: HostArray[] = [];
  #now = 0;

  constructor({ sections, lookedAt }: PlannedWork, table: readonly HostArray[], arena: Arena) {
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
  isNeeded(array: HostArray): boolean {
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
