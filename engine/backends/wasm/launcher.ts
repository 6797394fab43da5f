import type { Block } from '../reference/arena.ts';
import { type Kernel, WORK } from './library.ts';
import type { LinearMemory } from './memory.ts';
import type { Pool } from './pool.ts';

/** Words that a tape asks memory for at a time. */
const CHUNK = 4096;

/** Work that was noted instead of done: launches of kernels, and what JavaScript does between them. */
export class Tape {
  readonly #kernels: (Kernel | undefined)[] = [];
  readonly #blocks: number[] = [];
  readonly #parts: number[] = [];
  readonly #works: (() => void)[] = [];

  get length(): number {
    return this.#kernels.length;
  }
  /** Fewer than no parts: so many, none of them shared. */
  launch(kernel: Kernel, block: number, parts: number): void {
    this.#kernels.push(kernel);
    this.#blocks.push(block);
    this.#parts.push(parts);
  }
  work(work: () => void): void {
    this.#kernels.push(undefined);
    this.#blocks.push(this.#works.length);
    this.#parts.push(0);
    this.#works.push(work);
  }

  /** Does all of it, in order. */
  play(pool: Pool): void {
    const kernels = this.#kernels;
    for (let i = 0; i < kernels.length; i++) {
      const kernel = kernels[i];
      const block = this.#blocks[i] ?? 0;
      const parts = this.#parts[i] ?? 0;
      if (kernel === undefined) this.#works[block]?.();
      else if (parts > 1) pool.run(kernel, block, parts);
      else alone(kernel, block, parts);
    }
  }
}

function alone(kernel: Kernel, block: number, parts: number): void {
  for (let part = 0; part < Math.abs(parts); part++) kernel(block, part);
}

/** Where work is sent: it is done at once, or noted on a tape. */
export class Launcher {
  readonly #memory: LinearMemory;
  readonly #pool: Pool;
  #tape: Tape | undefined;
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
    if (this.#tape === undefined) return WORK >> 2;
    if (this.#next + count > this.#end) {
      const length = Math.max(CHUNK, count);
      const chunk = this.#memory.take('i32', length);
      this.#chunks.push(chunk);
      this.#next = chunk.address >> 2;
      this.#end = this.#next + length;
    }
    const first = this.#next;
    this.#next += count;
    return first;
  }

  /** Has all parts of what stands in the block at word `first` done; where they are many by many, unless it is not worth it. */
  launch(kernel: Kernel, first: number, parts: number, isWorthSharing = true): void {
    const shared = isWorthSharing && this.threads > 1 ? parts : -parts;
    if (this.#tape !== undefined) this.#tape.launch(kernel, 4 * first, shared);
    else if (shared > 1) this.#pool.run(kernel, 4 * first, parts);
    else alone(kernel, 4 * first, shared);
  }

  /** What JavaScript does in its turn. */
  work(work: () => void): void {
    if (this.#tape !== undefined) this.#tape.work(work);
    else work();
  }

  /** Notes what `body` sends on `tape` instead of doing it. */
  note(tape: Tape, body: () => void): void {
    this.#tape = tape;
    try {
      body();
    } finally {
      this.#tape = undefined;
    }
  }
}
