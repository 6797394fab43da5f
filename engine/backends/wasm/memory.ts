import type { DType, TypedArray } from '../../tensor/dtype.ts';
import type { Block, Store } from '../reference/arena.ts';
import { MAX_PAGES } from './assembler.ts';

const PAGE = 65536;
/** The bottom of memory holds constants and the blocks that describe work to kernels; arrays stand above. */
const RESERVED = PAGE;
/** Kernels may read (never write) this far beyond an array's end. */
const SLACK = 256;
/** Arrays start at multiples of this: a line of the cache. */
const ALIGNMENT = 64;

const views = { f32: Float32Array, f64: Float64Array, i32: Int32Array, bool: Uint8Array } as const;
const widths: Record<DType, number> = { f32: 4, f64: 8, i32: 4, bool: 1 };

/** There is no more memory: the arrays alive and the one asked for exceed what 32-bit addresses reach, or what the machine has. */
class OutOfMemory extends Error {
  override name = 'OutOfMemory';
  constructor(bytes: number) {
    super(`${(bytes / 2 ** 20).toFixed(0)} MB more do not fit into memory`);
  }
}

/** Sizes come in steps of an eighth, so that a block that was given back fits many that are asked for later. */
function blockSize(bytes: number): number {
  const needed = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
  const step = Math.max(ALIGNMENT, 2 ** (Math.floor(Math.log2(needed)) - 3));
  return Math.ceil(needed / step) * step;
}

/** Blocks in one WebAssembly memory. It grows when it is full and never shrinks; what is given back is used again by size. */
export class LinearMemory implements Store {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  #end = RESERVED;
  readonly #free = new Map<number, number[]>();
  /** What `memory.buffer` is, which is slow to ask for. */
  #buffer: ArrayBuffer;
  #words: Int32Array;
  #floats: Float32Array;
  /** Called when memory is full, before it is given up: whoever holds blocks in store gives them back. */
  onFull: () => void = () => undefined;

  constructor(shared: boolean) {
    this.shared = shared;
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
    const byteLength = length * widths[dtype];
    return new LinearBlock(this, dtype, length, this.#address(blockSize(byteLength)), byteLength);
  }
  giveBack({ byteLength, address }: Block): void {
    const size = blockSize(byteLength);
    const shelf = this.#free.get(size);
    if (shelf === undefined) this.#free.set(size, [address]);
    else shelf.push(address);
  }

  #address(size: number): number {
    const reused = this.#free.get(size)?.pop();
    if (reused !== undefined) return reused;
    if (!this.#grow(size)) {
      this.onFull();
      const found = this.#free.get(size)?.pop();
      if (found !== undefined) return found;
      throw new OutOfMemory(size);
    }
    const address = this.#end;
    this.#end += size;
    return address;
  }

  #grow(size: number): boolean {
    const missing = this.#end + size + SLACK - this.memory.buffer.byteLength;
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
  readonly #memory: LinearMemory;
  readonly #dtype: DType;
  readonly #length: number;
  #view: TypedArray | undefined;

  constructor(memory: LinearMemory, dtype: DType, length: number, address: number, byteLength: number) {
    this.#memory = memory;
    this.#dtype = dtype;
    this.#length = length;
    this.address = address;
    this.byteLength = byteLength;
  }

  get elements(): TypedArray {
    const { buffer } = this.#memory;
    if (this.#view?.buffer !== buffer) this.#view = new views[this.#dtype](buffer, this.address, this.#length);
    return this.#view;
  }
}
