import { type Arena, blockOf, StoredArray } from '../arena.ts';
import type { Backend } from '../backend.ts';
import type { PlannedWork, ReadyWork } from '../calls.ts';
import { noteWork } from '../noting.ts';
import type { Collector } from './collector.ts';
import type { Fusion } from './fusion.ts';
import { bitsOf } from './launch.ts';
import type { Launcher } from './launcher.ts';
import type { DeviceLink } from './link.ts';
import { DeviceBlock } from './memory.ts';
import { moved } from './moved.ts';

export interface PlanTools {
  readonly arena: Arena;
  readonly fusion: Fusion;
  readonly launcher: Launcher;
  readonly link: DeviceLink;
  readonly collector: Collector;
}

/**
 * Leaves every launch of a work with the device, which does them again when it is told to: no more than a number is sent. Neighbouring
 * calls that work element by element are one launch, and where they take what another launch makes, they are part of that.
 */
export function makeReady(work: PlannedWork, backend: Backend, tools: PlanTools): ReadyWork {
  const { arena, fusion, launcher, link, collector } = tools;
  const block = arena.make([Math.max(1, work.cells)], 'f32');
  const cellAt = blockOf(block).address;
  const { tapes, array } = noteWork(work, backend, {
    arena,
    fusion,
    note: (body) =>
      launcher
        .note(body)
        .map((one) => (typeof one === 'function' ? one : { tape: link.define(one), length: one.length })),
    work: (work) => launcher.work(work),
    cells: (count) =>
      Array.from({ length: count }, (_, cell) => new StoredArray([], 'f32', new DeviceBlock(cellAt + cell, 1))),
  });
  const collecting = new Map<number, number>();
  const cells = new Uint32Array(work.cells);
  let areCellsThere = work.cells === 0;
  return {
    array,
    setCells(values) {
      for (let cell = 0; cell < cells.length; cell++) {
        const bits = bitsOf(values[cell] ?? 0);
        if (cells[cell] === bits) continue;
        cells[cell] = bits;
        areCellsThere = false;
      }
    },
    run(section) {
      if (!areCellsThere) {
        const at = link.bring(cells);
        link.launch(moved(cellAt, [cells.length], { at, dtype: 'f32', isBrought: true, strides: [1] }));
        areCellsThere = true;
      }
      for (const one of tapes[section] ?? [])
        if (typeof one === 'function') one();
        else link.play(one.tape);
      if (section === tapes.length - 1) link.stepped();
    },
    collect(at) {
      const tape = collecting.get(at) ?? link.define([collector.note(array(at))]);
      collecting.set(at, tape);
      link.play(tape);
      collector.noted();
    },
    close() {
      for (const tape of collecting.values()) link.forget(tape);
      for (const one of tapes.flat()) if (typeof one !== 'function') link.forget(one.tape);
      arena.free(block);
    },
    kernels: tapes.flat().reduce((sum, one) => sum + (typeof one === 'function' ? 0 : one.length), 0),
  };
}
