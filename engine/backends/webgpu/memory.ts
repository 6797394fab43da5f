import type { DType, TypedArray } from '../../tensor/dtype.ts';
import type { Block, Store } from '../arena.ts';
import { FreeBlocks } from '../free_blocks.ts';
import { DeviceOutOfMemory } from '../out_of_memory.ts';

/** Arrays start at multiples of so many words, and have as many or a multiple of them. */
const UNIT = 64;
/** Addresses in a kernel are words of 32 bits. */
const MOST_WORDS = 2 ** 30;

const sizeOf = (length: number): number => {
  const needed = Math.max(UNIT, Math.ceil(length / UNIT) * UNIT);
  const step = Math.max(UNIT, 2 ** (Math.floor(Math.log2(needed)) - 3));
  return Math.ceil(needed / step) * step;
};

/**
 * The places of arrays in a device's memory: a word for each element. What is given back is used again by size; before memory has to
 * reach further, free places are joined and cut.
 */
export class DeviceMemory implements Store {
  readonly #free = new FreeBlocks();
  /** Words that it may reach to. */
  readonly #most: number;
  #end = 0;
  #reach = 0;
  /** Called when memory reaches further than it did. */
  onReach: (words: number) => void = () => undefined;
  /** Called when memory is full, before it is given up: whoever holds blocks in store gives them back. */
  onFull: () => void = () => undefined;

  constructor(mostBytes: number) {
    this.#most = Math.min(MOST_WORDS, Math.floor(mostBytes / 4));
  }

  take(_: DType, length: number): Block {
    return new DeviceBlock(this.#address(sizeOf(length)), length);
  }
  bytesOf(_: DType, length: number): number {
    return 4 * length;
  }
  within({ address }: Block, _: DType, length: number): Block {
    return new DeviceBlock(address, length);
  }
  giveBack({ address, length }: Block): void {
    this.#free.put(address, sizeOf(length));
  }

  #address(size: number): number {
    const reused = this.#free.take(size) ?? (this.#end + size > this.#reach ? this.#cut(size) : undefined);
    if (reused !== undefined) return reused;
    if (this.#end + size > this.#most) {
      this.onFull();
      const cut = this.#cut(size);
      if (cut !== undefined) return cut;
      if (this.#end + size > this.#most) throw new DeviceOutOfMemory(4 * size);
    }
    const address = this.#end;
    this.#end += size;
    if (this.#end > this.#reach) {
      this.#reach = this.#end;
      this.onReach(this.#end);
    }
    return address;
  }

  #cut(size: number): number | undefined {
    const { address, end } = this.#free.cut(size, this.#end);
    this.#end = end;
    return address;
  }
}

/** Where an array stands. */
export class DeviceBlock implements Block {
  /** In words. */
  readonly address: number;
  readonly length: number;
  constructor(address: number, length: number) {
    this.address = address;
    this.length = length;
  }
  get byteLength(): number {
    return 4 * this.length;
  }
  get elements(): TypedArray {
    throw new Error('the elements are in the memory of a device: read them');
  }
}
