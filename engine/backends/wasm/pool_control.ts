/**
 * How threads share work: words at the bottom of the shared memory, each in a cache line of its own. A job is a kernel, the block that
 * describes its work, and a number of parts; whoever is free takes the next part. `NEXT` holds the job's number in its upper half and
 * the next part in its lower one, so that a thread that is late for a job cannot take a part of the one after.
 */
export const CONTROL = {
  /** Number of the job; threads wait for it to change. */
  job: 64 >> 2,
  next: 128 >> 2,
  /** Parts that are done. */
  done: 192 >> 2,
  kernel: 256 >> 2,
  block: 260 >> 2,
  parts: 264 >> 2,
  /** Threads that have started. */
  ready: 320 >> 2,
  /** Other than 0: threads end. */
  stop: 384 >> 2,
} as const;

/** Kernels that threads know: (address, bytes, name) of the module each is in, from here on, in words. */
export const REGISTRY = 16384 >> 2;
export const REGISTRY_WORDS = 3;
/** As many as fit below the arrays. */
export const MOST_KERNELS = (65536 - 16384) / 4 / REGISTRY_WORDS - 1;

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

/** In the lower half of `next`: there is no part to take. */
export const NO_PART = 0xffff;
const isOfJob = (next: number, job: number): boolean => next >>> 16 === (job & 0xffff);
const partOf = (next: number): number => next & 0xffff;

/** Takes the next part of `job`; undefined where there is none left, or another job is under way. */
export function takePart(words: Int32Array, job: number, parts: number): number | undefined {
  for (;;) {
    const next = Atomics.load(words, CONTROL.next);
    if (!isOfJob(next, job) || partOf(next) >= parts) return undefined;
    if (Atomics.compareExchange(words, CONTROL.next, next, next + 1) === next) return partOf(next);
  }
}
