/** Words in the state of MT19937, and the distance of the recurrence. */
const SIZE = 624;
const SHIFT = 397;

/** A stream frozen between two draws; plain data, safe for JSON and for structured clone. */
export interface MersenneState {
  readonly words: readonly number[];
  /** Words of this block already drawn; 624 means that the next draw twists first. */
  readonly drawn: number;
}

/**
 * The Mersenne Twister of Matsumoto and Nishimura (1998), which both PyTorch's CPU generator and Python's `random` are
 * built on. They differ in how a seed becomes a state and in how words become numbers: see `torch.ts` and `python.ts`.
 */
export class MersenneTwister {
  readonly #words = new Uint32Array(SIZE);
  #drawn = SIZE;
  /** The words as plain data, once somebody has asked: they stay the same until the next twist. */
  #saved: readonly number[] | undefined;

  /** Knuth's initialisation from one 32-bit word: `torch.manual_seed`. */
  seed(word: number): void {
    const words = this.#words;
    let last = word >>> 0;
    words[0] = last;
    for (let i = 1; i < SIZE; i++) {
      last = (Math.imul(1812433253, last ^ (last >>> 30)) + i) >>> 0;
      words[i] = last;
    }
    this.#drawn = SIZE;
    this.#saved = undefined;
  }

  /** `init_by_array` of the reference code, from a key of any length ≥ 1: `random.seed`. */
  seedByArray(key: readonly number[]): void {
    this.seed(19650218);
    const words = this.#words;
    const at = (i: number): number => words[i] ?? 0;
    let i = 1;
    const advance = (): void => {
      i++;
      if (i < SIZE) return;
      words[0] = at(SIZE - 1);
      i = 1;
    };
    for (let k = 0; k < Math.max(SIZE, key.length); k++) {
      const j = k % key.length;
      words[i] = (at(i) ^ Math.imul(at(i - 1) ^ (at(i - 1) >>> 30), 1664525)) + (key[j] ?? 0) + j;
      advance();
    }
    for (let k = 0; k < SIZE - 1; k++) {
      words[i] = (at(i) ^ Math.imul(at(i - 1) ^ (at(i - 1) >>> 30), 1566083941)) - i;
      advance();
    }
    words[0] = 0x80000000;
    this.#drawn = SIZE;
    this.#saved = undefined;
  }

  /** The next tempered word, uniform over 0 … 2³²−1. */
  next(): number {
    if (this.#drawn >= SIZE) this.#twist();
    let y = this.#words[this.#drawn++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  state(): MersenneState {
    this.#saved ??= Array.from(this.#words);
    return { words: this.#saved, drawn: this.#drawn };
  }

  /** @throws RangeError if the state is not one of MT19937. */
  restore(state: MersenneState): void {
    if (state.words.length !== SIZE || !Number.isInteger(state.drawn) || state.drawn < 0 || state.drawn > SIZE)
      throw new RangeError(
        `A saved stream holds ${SIZE} words and a position in them; this one has ${state.words.length} and ${state.drawn}.`,
      );
    this.#words.set(state.words);
    this.#drawn = state.drawn;
    this.#saved = undefined;
  }

  #twist(): void {
    const words = this.#words;
    for (let i = 0; i < SIZE; i++) {
      const y = ((words[i] ?? 0) & 0x80000000) | ((words[(i + 1) % SIZE] ?? 0) & 0x7fffffff);
      words[i] = (words[(i + SHIFT) % SIZE] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#drawn = 0;
    this.#saved = undefined;
  }
}
