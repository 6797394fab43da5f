import type { Kernel, Library } from './library.ts';
import type { LinearMemory } from './memory.ts';
import {
  CONTROL,
  JOB,
  KERNEL_NAMES,
  keepApart,
  MOST_KERNELS,
  MOST_PARTS,
  MOST_SHARES,
  REGISTRY,
  REGISTRY_WORDS,
  takePart,
  workOf,
} from './pool_control.ts';

/** Starts a thread that calls `workInPool(memory)`, and ends when that returns. */
export type StartThread = (memory: WebAssembly.Memory) => void;

/** A kernel that follows another in every part, with a block for each: so many bytes further than that of the part before. */
export interface FollowUp {
  readonly kernel: Kernel;
  readonly block: number;
  readonly stride: number;
}

/** Does all parts, one after the other. */
export function alone(kernel: Kernel, block: number, parts: number, then: FollowUp | undefined): void {
  for (let part = 0; part < parts; part++) {
    kernel(block, part);
    then?.kernel(then.block + part * then.stride, 0);
  }
}

/** Looks this often whether the others are done before it sleeps until they are. */
const SPINS = 20_000;

/**
 * Threads that share the work of large kernels. Results do not depend on them: every part writes elements of its own, computed as it
 * would compute them alone.
 */
export class Pool {
  readonly #memory: LinearMemory;
  readonly #library: Library;
  /** How many threads there are beside the one that calls. */
  readonly #others: number;
  readonly #ids = new Map<Kernel, number>();
  readonly #modules = new Map<Uint8Array, number>();
  #doneByOthers = 0;

  /** `threads` more than the one that calls; none where memory is not shared. */
  constructor(memory: LinearMemory, library: Library, threads: number, start: StartThread | undefined) {
    this.#memory = memory;
    this.#library = library;
    this.#others = start !== undefined && memory.shared ? threads : 0;
    for (let i = 0; i < this.#others; i++) start?.(memory.memory);
  }

  /** How many threads work on a job; those that have not started yet are not counted. */
  get size(): number {
    return this.#others === 0 ? 1 : 1 + Atomics.load(this.#memory.words, CONTROL.ready);
  }

  /** As many as there will be once all have started. */
  get most(): number {
    return 1 + this.#others;
  }

  /** Does all parts of the work that `block` describes, and of each what follows. @throws Error when a thread fails */
  run(kernel: Kernel, block: number, parts: number, then?: FollowUp): void {
    const shares = Math.min(this.size, MOST_SHARES);
    const id = parts > 1 && parts < MOST_PARTS && shares > 1 ? this.#idOf(kernel) : undefined;
    const following = then === undefined ? 0 : this.#idOf(then.kernel);
    if (id === undefined || following === undefined) {
      alone(kernel, block, parts, then);
      return;
    }
    const { words } = this.#memory;
    const job = (Atomics.load(words, CONTROL.job) + 1) | 0;
    keepApart(words, job);
    const work = workOf(job);
    words[work + JOB.kernel] = id;
    words[work + JOB.block] = block;
    words[work + JOB.parts] = parts;
    words[work + JOB.shares] = shares;
    words[work + JOB.follower] = then === undefined ? 0 : following + 1;
    words[work + JOB.followerBlock] = then?.block ?? 0;
    words[work + JOB.followerStride] = then?.stride ?? 0;
    Atomics.store(words, CONTROL.job, job);
    if (Atomics.load(words, CONTROL.sleeping) > 0) Atomics.notify(words, CONTROL.job);
    let byOthers = parts;
    let failure: unknown;
    for (let part = takePart(words, job, parts, shares, 0); part >= 0; ) {
      try {
        kernel(block, part);
        then?.kernel(then.block + part * then.stride, 0);
      } catch (error) {
        // The others are still at it: they are waited for, or the next job would count their parts.
        failure ??= error;
      }
      byOthers--;
      part = takePart(words, job, parts, shares, 0);
    }
    this.#doneByOthers = (this.#doneByOthers + byOthers) | 0;
    for (let spin = 0; ; spin++) {
      const done = Atomics.load(words, CONTROL.done);
      if (done === this.#doneByOthers) break;
      if (spin > SPINS) Atomics.wait(words, CONTROL.done, done, 1);
    }
    const hasFailed = Atomics.exchange(words, CONTROL.failed, 0) !== 0;
    if (failure !== undefined) throw failure;
    if (hasFailed) throw new Error('a thread that shares the work failed: what was computed is not whole');
  }

  /** Parts that threads other than the calling one have done so far. */
  get doneByOthers(): number {
    return this.#doneByOthers;
  }

  /** The threads stop after the part that they are at, and end: nobody ends them in the middle of a kernel. */
  close(): void {
    if (this.#others === 0) return;
    const { words } = this.#memory;
    Atomics.store(words, CONTROL.stop, 1);
    Atomics.add(words, CONTROL.job, 1);
    Atomics.notify(words, CONTROL.job);
  }

  /** The number by which threads know a kernel; undefined where there is no room for more. */
  #idOf(kernel: Kernel): number | undefined {
    const known = this.#ids.get(kernel);
    if (known !== undefined) return known;
    const { bytes, name } = this.#library.sourceOf(kernel);
    const number = KERNEL_NAMES.indexOf(name);
    const id = this.#ids.size;
    if (id >= MOST_KERNELS || number < 0) return undefined;
    const at = REGISTRY + id * REGISTRY_WORDS;
    const address = this.#modules.get(bytes) ?? this.#store(bytes);
    this.#modules.set(bytes, address);
    const { words } = this.#memory;
    words[at] = address;
    words[at + 1] = bytes.length;
    words[at + 2] = number;
    this.#ids.set(kernel, id);
    return id;
  }

  #store(bytes: Uint8Array): number {
    const block = this.#memory.take('bool', bytes.length);
    block.elements.set(bytes);
    return block.address;
  }
}
