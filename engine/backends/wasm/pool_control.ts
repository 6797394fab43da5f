/**
 * How threads share work: words at the bottom of the shared memory, each in a cache line of its own. A job is a kernel, the block that
 * describes its work, and a number of parts. Every thread has a share of the parts, the same one of every job of as many: what it
 * wrote in one job it finds at hand in the next. Whoever is through with its own takes what others have not come to.
 */
export const CONTROL = {
  /** Number of the job; threads wait for it to change. */
  job: 64 >> 2,
  /** Threads that sleep until it does. */
  sleeping: 128 >> 2,
  /** Parts that are done. */
  done: 192 >> 2,
  /** What is done, twice: a thread that is late reads of its own job while the next one is written. */
  work: [256 >> 2, 320 >> 2],
  /** Threads that have started. */
  ready: 384 >> 2,
  /** Other than 0: threads end. */
  stop: 448 >> 2,
} as const;
/** Words of `work`. */
export const JOB = { kernel: 0, block: 1, parts: 2, shares: 3 } as const;
export const workOf = (job: number): number => CONTROL.work[job & 1] ?? CONTROL.work[0];

/** The next part of every share, from here on; the lower half of the job's number stands above it, so that nobody takes of another. */
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

/** Lets parts of `job` be taken. */
export function openShares(words: Int32Array, job: number, parts: number, shares: number): void {
  for (let share = 0; share < shares; share++)
    Atomics.store(words, NEXT + share * LINE, (job << 16) | startOf(share, parts, shares));
}

/** Takes the next part of `job` for thread `own`; −1 where none is left, or another job is under way. */
export function takePart(words: Int32Array, job: number, parts: number, shares: number, own: number): number {
  for (let i = 0; i < shares; i++) {
    const share = (own + i) % shares;
    const at = NEXT + share * LINE;
    const end = startOf(share + 1, parts, shares);
    for (;;) {
      const next = Atomics.load(words, at);
      const part = next & 0xffff;
      if (next >>> 16 !== (job & 0xffff) || part >= end) break;
      if (Atomics.compareExchange(words, at, next, next + 1) === next) return part;
    }
  }
  return -1;
}
