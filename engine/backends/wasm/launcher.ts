import type { Block } from '../arena.ts';
import { type Kernel, WORK } from './library.ts';
import type { LinearMemory } from './memory.ts';
import { alone, type FollowUp, type Pool } from './pool.ts';

/** Words that a tape asks memory for at a time. */
const CHUNK = 4096;

/** Work that was noted instead of done: launches of kernels, and what JavaScript does between them. */
export class Tape {
  readonly #kernels: (Kernel | undefined)[] = [];
  readonly #blocks: number[] = [];
  readonly #parts: number[] = [];
  readonly #isShared: boolean[] = [];
  readonly #works: (() => void)[] = [];
  readonly #follow: (FollowUp | undefined)[] = [];

  get length(): number {
    return this.#kernels.length;
  }
  launch(kernel: Kernel, block: number, parts: number, isShared: boolean): void {
    this.#kernels.push(kernel);
    this.#blocks.push(block);
    this.#parts.push(parts);
    this.#isShared.push(isShared);
  }
  /** What is done of every part of launch `at` when it is done. */
  follow(at: number, then: FollowUp): void {
    this.#follow[at] = then;
  }
  work(work: () => void): void {
    this.#kernels.push(undefined);
    this.#blocks.push(this.#works.length);
    this.#parts.push(0);
    this.#isShared.push(false);
    this.#works.push(work);
  }

  /** Does all of it, in order. */
  play(pool: Pool): void {
    const kernels = this.#kernels;
    for (let i = 0; i < kernels.length; i++) {
      const kernel = kernels[i];
      const block = this.#blocks[i] ?? 0;
      const parts = this.#parts[i] ?? 0;
      const then = this.#follow[i];
      if (kernel === undefined) this.#works[block]?.();
      else if (this.#isShared[i] === true) pool.run(kernel, block, parts, then);
      else alone(kernel, block, parts, then);
    }
  }
}

/** A matrix that is made part by part, of so many rows and columns, and what is read until all parts are there. */
export interface Making {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  readonly parts: number;
  readonly area: (part: number) => Area;
  readonly reads: readonly Range[];
}
export type Range = readonly [address: number, bytes: number];
/** Rows and columns from the first to one before the end. */
export interface Area {
  readonly rows: readonly [first: number, end: number];
  readonly columns: readonly [first: number, end: number];
}

const NONE: readonly Making[] = [];
/** So many matrices are looked back at: a layer's gradients are two. */
const MOST_MAKINGS = 3;

/** Where work is sent: it is done at once, or noted on a tape. */
export class Launcher {
  readonly #memory: LinearMemory;
  readonly #pool: Pool;
  #tape: Tape | undefined;
  /** What was launched last on the tape, as far back as it makes matrices. */
  #makings: readonly Making[] = NONE;
  readonly #places = new WeakMap<Making, number>();
  /** Memory of the tapes that are noted now, and the words of it that are left: from here to there. */
  #chunks: Block[] = [];
  #next = 0;
  #end = 0;

  constructor(memory: LinearMemory, pool: Pool) {
    this.#memory = memory;
    this.#pool = pool;
  }

  /** What is noted from here on has memory of its own: this. */
  begin(): readonly Block[] {
    this.#chunks = [];
    this.#next = 0;
    this.#end = 0;
    return this.#chunks;
  }
  /** Nothing that was noted in this memory will be done any more. */
  end(chunks: readonly Block[]): void {
    for (const chunk of chunks) this.#memory.giveBack(chunk);
  }

  get isNoting(): boolean {
    return this.#tape !== undefined;
  }
  /** How many threads a job is cut for. */
  get threads(): number {
    return this.#pool.most;
  }

  /** The first word of a block of `count` words that describe the next launch. On a tape each launch has its own, for good. */
  block(count: number): number {
    if (this.#tape === undefined) return WORK >>> 2;
    if (this.#next + count > this.#end) {
      const length = Math.max(CHUNK, count);
      const chunk = this.#memory.take('i32', length);
      this.#chunks.push(chunk);
      this.#next = chunk.address >>> 2;
      this.#end = this.#next + length;
    }
    const first = this.#next;
    this.#next += count;
    return first;
  }

  /** Has all parts of what stands in the block at word `first` done; where they are many by many, unless it is not worth it. */
  launch(kernel: Kernel, first: number, parts: number, isWorthSharing = true): void {
    this.#makings = NONE;
    const isShared = isWorthSharing && parts > 1 && this.threads > 1;
    if (this.#tape !== undefined) this.#tape.launch(kernel, 4 * first, parts, isShared);
    else if (isShared) this.#pool.run(kernel, 4 * first, parts);
    else alone(kernel, 4 * first, parts, undefined);
  }

  /** What was launched last, as far back as it makes matrices: something may follow in their parts. */
  get makings(): readonly Making[] {
    return this.#makings;
  }
  /** Says what the last launch makes, and what was launched `before` all that was launched for it. */
  makes(before: readonly Making[], making: Making): void {
    if (this.#tape === undefined) return;
    this.#makings = [...before.slice(-MOST_MAKINGS), making];
    this.#places.set(making, this.#tape.length - 1);
  }
  /** Has `kernel` do of each part of a matrix what stands in the blocks from word `first` on, so many words apart. */
  follow(making: Making, kernel: Kernel, first: number, apart: number): void {
    const at = this.#places.get(making);
    if (at !== undefined) this.#tape?.follow(at, { kernel, block: 4 * first, stride: 4 * apart });
    this.#makings = NONE;
  }

  /** What JavaScript does in its turn. */
  work(work: () => void): void {
    this.#makings = NONE;
    if (this.#tape !== undefined) this.#tape.work(work);
    else work();
  }

  /** Notes what `body` sends on `tape` instead of doing it. */
  note(tape: Tape, body: () => void): void {
    this.#tape = tape;
    this.#makings = NONE;
    try {
      body();
    } finally {
      this.#tape = undefined;
    }
  }
}
