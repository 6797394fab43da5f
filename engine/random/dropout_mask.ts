import type { TorchGenerator } from './torch.ts';

/**
 * What `functional.dropout` multiplies `n` values by in training, for 0 < p < 1: 0 with probability p, else 1 / (1 − p), rounded
 * as in PyTorch, which divides in f32. Draws 2n words.
 */
export function dropoutMask(n: number, p: number, generator: TorchGenerator): Float32Array {
  const scale = Math.fround(1 / Math.fround(1 - p));
  return Float32Array.from(generator.bernoulli(n, 1 - p), (kept) => kept * scale);
}
