import { type MersenneState, MersenneTwister } from './mt19937.ts';

/** A `TorchGenerator` frozen between two draws; plain data. */
export interface TorchState {
  readonly mersenne: MersenneState;
  /** The second normal of a pair, kept by `randn` of fewer than 16 values for the next such call. */
  readonly nextNormal: number | null;
}

/** From this count on PyTorch transforms whole blocks of uniforms, below it single pairs in double precision. */
const BLOCK = 16;
const HALF = BLOCK / 2;
const TWO_PI = Math.fround(2 * Math.PI);
const LARGEST_COUNT = 2 ** 31 - 1;

/**
 * PyTorch's CPU generator (`torch.Generator`, `torch.manual_seed`) with the draws that filling a contiguous float32
 * tensor makes. Seeded alike and called alike, it yields PyTorch's numbers: bit-equal but for `randn`, whose
 * logarithms and angles PyTorch takes with vector code of its own (within 5e-7, an ulp of the
 * largest values). One call draws what one call there
 * draws: `randn(20)` is not `randn(10)` twice.
 */
export class TorchGenerator {
  readonly #mersenne = new MersenneTwister();
  #nextNormal: number | null = null;

  /** @param seed an integer from −2⁶³ to 2⁶⁴−1; negative ones wrap around. The low 32 bits decide, as in PyTorch. */
  constructor(seed: number | bigint) {
    this.seed(seed);
  }

  /** `generator.manual_seed(seed)`. @throws RangeError */
  seed(seed: number | bigint): void {
    const whole = typeof seed === 'bigint' || Number.isInteger(seed) ? BigInt(seed) : undefined;
    if (whole === undefined || whole < -(2n ** 63n) || whole >= 2n ** 64n)
      throw new RangeError(`A seed is a whole number from −2⁶³ to 2⁶⁴−1; got ${seed}.`);
    this.#mersenne.seed(Number(BigInt.asUintN(32, whole)));
    this.#nextNormal = null;
  }

  /** `torch.rand(n)`: uniform over [0, 1) in steps of 2⁻²⁴. Draws n words. */
  rand(n: number): Float32Array {
    const out = new Float32Array(checkedCount(n));
    for (let i = 0; i < n; i++) out[i] = this.#float24();
    return out;
  }

  /**
   * `torch.empty(n).uniform_(low, high)`. Draws n words. Rounded once, as the fused multiply-add is that PyTorch's kernels
   * are compiled to: the product of two f32 is exact in a double. @throws RangeError if low > high.
   */
  uniform(n: number, low: number, high: number): Float32Array {
    if (!(low <= high)) throw new RangeError(`uniform draws from low to high with low ≤ high; got ${low} and ${high}.`);
    const from = Math.fround(low);
    const range = Math.fround(Math.fround(high) - from);
    const out = new Float32Array(checkedCount(n));
    for (let i = 0; i < n; i++) out[i] = this.#float24() * range + from;
    return out;
  }

  /**
   * `torch.randn(n)`: standard normal. Below 16 values: two words per uniform, a pair at a time, the odd one kept.
   * From 16 on: n words, and 16 more where n is no multiple of 16; a kept value stays kept.
   */
  randn(n: number): Float32Array {
    const out = new Float32Array(checkedCount(n));
    if (n < BLOCK) {
      for (let i = 0; i < n; i++) out[i] = this.#normal();
      return out;
    }
    for (let i = 0; i < n; i++) out[i] = this.#float24();
    for (let start = 0; start + BLOCK <= n; start += BLOCK) transformBlock(out, start);
    if (n % BLOCK !== 0) {
      // The last 16 are drawn anew, over values that are already normal.
      for (let i = n - BLOCK; i < n; i++) out[i] = this.#float24();
      transformBlock(out, n - BLOCK);
    }
    return out;
  }

  /** `torch.randint(low, high, (n,))`: whole numbers of [low, high). Draws n words. @throws RangeError */
  randint(low: number, high: number, n: number): Int32Array {
    const fits = Number.isInteger(low) && Number.isInteger(high) && low >= -(2 ** 31) && high <= 2 ** 31;
    if (!fits || low >= high)
      throw new RangeError(`randint draws 32-bit whole numbers with low < high; got ${low} and ${high}.`);
    const range = high - low;
    const out = new Int32Array(checkedCount(n));
    for (let i = 0; i < n; i++) out[i] = (this.#mersenne.next() % range) + low;
    return out;
  }

  /** `torch.randperm(n)`: 0 … n−1 in random order. Draws n−1 words. */
  randperm(n: number): Int32Array {
    const out = new Int32Array(checkedCount(n)).map((_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const j = i + (this.#mersenne.next() % (n - i));
      const moved = out[i] ?? 0;
      out[i] = out[j] ?? 0;
      out[j] = moved;
    }
    return out;
  }

  /**
   * `torch.empty(n).bernoulli_(p)`: 1 with probability p. Draws 2n words.
   *
   * `functional.dropout(x, p)` in training multiplies by `bernoulli(n, 1 − p) / (1 − p)`, and draws nothing where p is
   * 0 or 1. `torch.bernoulli(tensor)` is something else (one word per value, `rand(n) < tensor`).
   * PyTorch builds with MKL on Intel processors hand `bernoulli_` (hence dropout) to MKL's generator, seeded with one
   * word of this stream; masks agree with the other builds, and with those only.
   * @throws RangeError unless 0 ≤ p ≤ 1.
   */
  bernoulli(n: number, p: number): Uint8Array {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`A probability lies between 0 and 1; got ${p}.`);
    const out = new Uint8Array(checkedCount(n));
    for (let i = 0; i < n; i++) out[i] = this.#double53() < p ? 1 : 0;
    return out;
  }

  state(): TorchState {
    return { mersenne: this.#mersenne.state(), nextNormal: this.#nextNormal };
  }

  /** Continues where `state()` was taken. @throws RangeError if it is no such state. */
  restore(state: TorchState): void {
    this.#mersenne.restore(state.mersenne);
    this.#nextNormal = state.nextNormal;
  }

  #float24(): number {
    return (this.#mersenne.next() & 0xffffff) * 2 ** -24;
  }

  /** The low 53 bits of (first word, second word). */
  #double53(): number {
    const high = this.#mersenne.next() & 0x1fffff;
    return (high * 2 ** 32 + this.#mersenne.next()) * 2 ** -53;
  }

  /** Box–Muller in double precision. */
  #normal(): number {
    if (this.#nextNormal !== null) {
      const kept = this.#nextNormal;
      this.#nextNormal = null;
      return kept;
    }
    const angle = 2 * Math.PI * this.#double53();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#double53()));
    this.#nextNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Box–Muller over 16 uniforms in place; value j pairs with j + 8. Rounded where PyTorch's f32 vectors round. */
function transformBlock(values: Float32Array, start: number): void {
  for (let j = start; j < start + HALF; j++) {
    const radius = Math.fround(Math.sqrt(-2 * Math.fround(Math.log(1 - (values[j] ?? 0)))));
    const angle = Math.fround(TWO_PI * (values[j + HALF] ?? 0));
    values[j] = radius * Math.fround(Math.cos(angle));
    values[j + HALF] = radius * Math.fround(Math.sin(angle));
  }
}

function checkedCount(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > LARGEST_COUNT)
    throw new RangeError(`The count of values is a whole number from 0 to ${LARGEST_COUNT}; got ${n}.`);
  return n;
}
