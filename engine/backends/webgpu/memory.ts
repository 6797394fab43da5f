import type { DType, TypedArray } from '../../tensor/dtype.ts';
import type { Block, Store } from '../arena.ts';
import { OutOfMemory } from '../out_of_memory.ts';

/** Arrays start at multiples of so many words, and have as many or a multiple of them. */
const UNIT = 64;
/** Addresses in a kernel are words of 32 bits. */
const MOST_WORDS = 2 ** 30;

const sizeOf = (length: number): number => {
  const needed = Math.max(UNIT, Math.ceil(length / UNIT) * UNIT);
  const step = Math.max(UNIT, 2 ** (Math.floor(Math.log2(needed)) - 3));
  return Math.ceil(needed / step) * step;
};

/** The places of arrays in a device's memory: a word for each element. What is given back is used again by size. */
export class DeviceMemory implements Store {
  readonly #free = new Map<number, number[]>();
  #end = 0;
  /** Called when memory reaches further than it did. */
  onReach: (words: number) => void = () => undefined;

  take(_: DType, length: number): Block {
    const size = sizeOf(length);
    const reused = this.#free.get(size)?.pop();
    if (reused !== undefined) return new DeviceBlock(reused, length);
    if (this.#end + size > MOST_WORDS) throw new OutOfMemory(4 * size);
    const block = new DeviceBlock(this.#end, length);
    this.#end += size;
    this.onReach(this.#end);
    return block;
  }
  within({ address }: Block, _: DType, length: number): Block {
    return new DeviceBlock(address, length);
  }
  giveBack({ address, length }: Block): void {
    const size = sizeOf(length);
    const shelf = this.#free.get(size);
    if (shelf === undefined) this.#free.set(size, [address]);
    else shelf.push(address);
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
