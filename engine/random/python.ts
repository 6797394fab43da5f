import { type MersenneState, MersenneTwister } from './mt19937.ts';

/** A `PythonRandom` frozen between two draws; plain data. */
export type PythonState = MersenneState;

/**
 * Python's `random.Random` as far as the tutorial uses it: bit-equal `randint` and `random`. It is the stream that
 * Repeat counts are drawn from, as `random.randint(0, 3)` in PyTorch's dynamic-graph examples.
 */
export class PythonRandom {
  readonly #mersenne = new MersenneTwister();

  /** @param seed a whole number of any size; its sign is ignored, as in Python. */
  constructor(seed: number | bigint) {
    this.seed(seed);
  }

  /** `random.seed(seed)`. @throws RangeError unless whole. */
  seed(seed: number | bigint): void {
    if (typeof seed === 'number' && !Number.isInteger(seed))
      throw new RangeError(`A seed is a whole number; got ${seed}.`);
    const whole = BigInt(seed);
    let rest = whole < 0n ? -whole : whole;
    const key: number[] = [];
    do {
      key.push(Number(rest & 0xffffffffn));
      rest >>= 32n;
    } while (rest > 0n);
    this.#mersenne.seedByArray(key);
  }

  /** `random.randint(a, b)`: a whole number of [a, b], both ends included. @throws RangeError */
  randint(a: number, b: number): number {
    const width = b - a + 1;
    if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || width < 1 || width >= 2 ** 32)
      throw new RangeError(`randint draws whole numbers from a to b, fewer than 2³² of them; got ${a} and ${b}.`);
    // The bit length of the width, not of the largest result: a power of two rejects half of its draws, as Python does.
    const shift = Math.clz32(width);
    for (;;) {
      const drawn = this.#mersenne.next() >>> shift;
      if (drawn < width) return a + drawn;
    }
  }

  /** `random.random()`: uniform over [0, 1) with 53 bits. */
  random(): number {
    const high = this.#mersenne.next() >>> 5;
    return (high * 2 ** 26 + (this.#mersenne.next() >>> 6)) * 2 ** -53;
  }

  state(): PythonState {
    return this.#mersenne.state();
  }

  /** Continues where `state()` was taken. @throws RangeError if it is no such state. */
  restore(state: PythonState): void {
    this.#mersenne.restore(state);
  }
}
