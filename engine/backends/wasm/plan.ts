import { type Arena, elements } from '../arena.ts';
import type { Backend } from '../backend.ts';
import type { PlannedWork, ReadyWork } from '../calls.ts';
import { noteWork } from '../noting.ts';
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
 * Notes every launch of a work: to do it again is to play the tape. What each kernel is told is settled for good; nothing is allocated
 * in a run. Neighbouring calls that work element by element are one pass over memory.
 */
export function makeReady(work: PlannedWork, backend: Backend, tools: PlanTools): ReadyWork {
  const { arena, fusion, launcher, pool } = tools;
  const blocks = launcher.begin();
  const { tapes, cells, array } = noteWork(work, backend, {
    arena,
    fusion,
    note(body) {
      const tape = new Tape();
      launcher.note(tape, body);
      return tape;
    },
    work: (work) => launcher.work(work),
    cells: (count) => Array.from({ length: count }, () => arena.make([], 'f32')),
  });
  return {
    array,
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
