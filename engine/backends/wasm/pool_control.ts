/**
 * How threads share work: words at the bottom of the shared memory. Passing a line of the cache from one thread to another takes half
 * a microsecond where they are far apart, so that a job is one line that is written by who brings it and one that is written by who is
 * through. A job is a kernel, the block that describes its work, and a number of parts. Every thread has a share of the parts, the same
 * one of every job of as many: what it wrote in one job it finds at hand in the next. Whoever is through with its own takes what others
 * have not come to.
 */
export const CONTROL = {
  /** Number of the job; threads wait for it to change. */
  job: 64 >> 2,
  /** What is done, twice in the same line: a thread that is late reads of its own job while the next one is written. */
  work: [(64 >> 2) + 1, (64 >> 2) + 8],
  /** Threads that sleep until there is a job. */
  sleeping: 128 >> 2,
  /** Parts that were done by threads, in all jobs so far. */
  done: 192 >> 2,
  /** Threads that have started. */
  ready: 256 >> 2,
  /** Other than 0: threads end. */
  stop: 320 >> 2,
  /** Other than 0: a thread could not do what it was told to. */
  failed: 384 >> 2,
} as const;
/** Words of `work`; `follower` is one more than the kernel that follows in every part, or 0. */
export const JOB = {
  kernel: 0,
  block: 1,
  parts: 2,
  shares: 3,
  follower: 4,
  followerBlock: 5,
  followerStride: 6,
} as const;
export const workOf = (job: number): number => CONTROL.work[job & 1] ?? CONTROL.work[0];

/** The next part of every share, from here on, with the lower half of the number of its job above it. */
const NEXT = 16384 >> 2;
const LINE = 64 >> 2;
export const MOST_SHARES = 64;
/** Parts are counted in half a word. */
export const MOST_PARTS = 0xffff;

/** Kernels that threads know: (address, bytes, name) of the module each is in, from here on, in words. */
export const REGISTRY = NEXT + MOST_SHARES * LINE;
export const REGISTRY_WORDS = 3;
/** As many as fit below the arrays. */
export const MOST_KERNELS = Math.floor(((65536 >> 2) - REGISTRY) / REGISTRY_WORDS);

/** Names that modules export kernels by. */
export const KERNEL_NAMES = [
  'kernel',
  'compute',
  'packRows',
  'packColumns',
  'packTileRows',
  'packTileColumns',
  'packRowsAndCompute',
  'packColumnsAndCompute',
] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

const startOf = (share: number, parts: number, shares: number): number => Math.floor((share * parts) / shares);

/** Shares of which no part was taken for so many jobs might be mistaken for those of a job to come. */
const JOBS_TOLD_APART = 2 ** 14;

/** Called before a job, when nobody works: `job` will be told from all before it. */
export function keepApart(words: Int32Array, job: number): void {
  if (job % JOBS_TOLD_APART !== 0) return;
  for (let share = 0; share < MOST_SHARES; share++)
    Atomics.store(words, NEXT + share * LINE, ((job - 1) << 16) | MOST_PARTS);
}

/** Takes the next part of `job` for thread `own`; −1 where none is left, or another job is under way. */
export function takePart(words: Int32Array, job: number, parts: number, shares: number, own: number): number {
  for (let i = 0; i < shares; i++) {
    const share = (own + i) % shares;
    const at = NEXT + share * LINE;
    const start = startOf(share, parts, shares);
    const end = startOf(share + 1, parts, shares);
    for (;;) {
      const next = Atomics.load(words, at);
      // Whoever comes first opens the share. A job is over only when all of its parts were taken: one that is over finds none, nor
      // any share of an earlier one.
      const age = (job << 16) - (next & ~0xffff);
      const part = age === 0 ? next & 0xffff : (age | 0) > 0 ? start : end;
      if (part >= end) break;
      if (Atomics.compareExchange(words, at, next, (job << 16) | (part + 1)) === next) return part;
    }
  }
  return -1;
}
