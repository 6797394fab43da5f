/** What a user may ask a run to compute on. It is a matter of the machine: no document says it. */
export const DEVICES = ['auto', 'cpu', 'webgpu'] as const;
export type DeviceChoice = (typeof DEVICES)[number];

/** What a run asks of a device, as the check estimates it. */
export interface Need {
  /** Multiplications and additions in the matrix products of a forward pass. */
  readonly flops: number;
  /** What its arrays take at most. */
  readonly bytes: number;
}

/** Of a GPU, what `auto` goes by. */
export interface Candidate {
  /** Computed by the CPU. */
  readonly isSoftware: boolean;
  /** What it can hold. */
  readonly mostBytes: number;
}

/**
 * From so many multiplications and additions in a forward pass on, `auto` takes a GPU. A CPU takes some 60 ms for an iteration of
 * that size, and a GPU must be waited for once in each, for a few milliseconds, to tell the loss. A cautious guess: it was made
 * without a real GPU to measure on.
 */
export const WORTH_A_GPU = 1e9;

/** Is it large enough for `auto` to look for a GPU at all? */
export const mayGain = ({ flops }: Need): boolean => flops >= WORTH_A_GPU;

/** What `auto` finds where it looks at a GPU for a run: that it gains from it, or why it is left alone. */
export type GpuVerdict = 'gains' | 'small' | 'none' | 'software' | 'full';

/**
 * A GPU that the CPU only imitates is never taken for one, and the run has to fit in with room to spare: the estimate of memory may
 * be off by half.
 */
export function judgeGpu(need: Need, gpu: Candidate | undefined): GpuVerdict {
  if (!mayGain(need)) return 'small';
  if (gpu === undefined) return 'none';
  if (gpu.isSoftware) return 'software';
  return 2 * need.bytes > gpu.mostBytes ? 'full' : 'gains';
}
