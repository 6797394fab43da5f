import { type DType, elementSizes, type TypedArray, typedArrays } from '../../tensor/dtype.ts';
import type { Block, Store } from '../arena.ts';
import { FreeBlocks } from '../free_blocks.ts';
import { OutOfMemory } from '../out_of_memory.ts';
import { MAX_PAGES } from './assembler.ts';

const PAGE = 65536;
/** The bottom of memory holds constants and the blocks that describe work to kernels; arrays stand above. */
const RESERVED = PAGE;
/** Kernels may read (never write) this far beyond an array's end. */
const SLACK = 256;
/** Arrays start at multiples of this: a line of the cache. */
const ALIGNMENT = 64;

/**
 * Large blocks lie this far apart. Where a kernel reads with long strides the processor fetches ahead beyond the end, and what it
 * fetches there is taken from the thread that writes it, which made an update of a parameter behind the data three times as slow.
 */
const APART = 32768 + ALIGNMENT;
const LARGE = 2 ** 17;

/** Sizes come in steps of an eighth, so that a block that was given back fits many that are asked for later. */
function blockSize(bytes: number): number {
  const needed = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
  const step = Math.max(ALIGNMENT, 2 ** (Math.floor(Math.log2(needed)) - 3));
  return Math.ceil(needed / step) * step + (needed >= LARGE ? APART : 0);
}

/** Blocks in one WebAssembly memory. It grows when it is full and never shrinks; what is given back is used again by size. */
export class LinearMemory implements Store {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly #most: number;
  #end = RESERVED;
  readonly #free = new FreeBlocks();
  /** What `memory.buffer` is, which is slow to ask for. */
  #buffer: ArrayBuffer;
  #words: Int32Array;
  #floats: Float32Array;
  /** Called when memory is full, before it is given up: whoever holds blocks in store gives them back. */
  onFull: () => void = () => undefined;

  /** `most`: bytes that it may grow to; by default all that 32-bit addresses reach. */
  constructor(shared: boolean, most = MAX_PAGES * PAGE) {
    this.shared = shared;
    this.#most = most;
    // Kernels are made for the maximum: what is less is kept to here.
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES, shared });
    this.#buffer = this.memory.buffer;
    this.#words = new Int32Array(this.#buffer);
    this.#floats = new Float32Array(this.#buffer);
  }

  /** All of memory, as words; not to be kept, as it moves when memory grows. */
  get words(): Int32Array {
    return this.#words;
  }
  get floats(): Float32Array {
    return this.#floats;
  }
  get buffer(): ArrayBuffer {
    return this.#buffer;
  }

  take(dtype: DType, length: number): Block {
    const byteLength = length * elementSizes[dtype];
    return new LinearBlock(this, dtype, length, this.#address(blockSize(byteLength)), byteLength);
  }
  bytesOf(dtype: DType, length: number): number {
    return length * elementSizes[dtype];
  }
  within({ address }: Block, dtype: DType, length: number): Block {
    return new LinearBlock(this, dtype, length, address, length * elementSizes[dtype]);
  }
  giveBack({ byteLength, address }: Block): void {
    this.#free.put(address, blockSize(byteLength));
  }

  #address(size: number): number {
    const reused = this.#free.take(size);
    if (reused !== undefined) return reused;
    if (!this.#grow(size)) {
      this.onFull();
      const { address, end } = this.#free.cut(size, this.#end);
      this.#end = end;
      if (address !== undefined) return address;
      if (!this.#grow(size)) throw new OutOfMemory(size);
    }
    const address = this.#end;
    this.#end += size;
    return address;
  }

  #grow(size: number): boolean {
    const missing = this.#end + size + SLACK - this.memory.buffer.byteLength;
    if (this.#end + size + SLACK > this.#most) return false;
    if (missing <= 0) return true;
    // By a quarter at least, so that a network that is built up does not grow it with every array.
    const wished = Math.max(Math.ceil(missing / PAGE), Math.ceil(this.memory.buffer.byteLength / PAGE / 4));
    for (const pages of [wished, Math.ceil(missing / PAGE)])
      try {
        this.memory.grow(pages);
        this.#buffer = this.memory.buffer;
        this.#words = new Int32Array(this.#buffer);
        this.#floats = new Float32Array(this.#buffer);
        return true;
      } catch {
        // Too much: try with what is needed.
      }
    return false;
  }
}

class LinearBlock implements Block {
  readonly address: number;
  readonly byteLength: number;
  readonly length: number;
  readonly #memory: LinearMemory;
  readonly #dtype: DType;
  #view: TypedArray | undefined;

  constructor(memory: LinearMemory, dtype: DType, length: number, address: number, byteLength: number) {
    this.#memory = memory;
    this.#dtype = dtype;
    this.length = length;
    this.address = address;
    this.byteLength = byteLength;
  }

  get elements(): TypedArray {
    const { buffer } = this.#memory;
    if (this.#view?.buffer !== buffer) this.#view = new typedArrays[this.#dtype](buffer, this.address, this.length);
    return this.#view;
  }
}
