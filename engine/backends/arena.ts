import { allocate, type DType, elementSizes, type TypedArray } from '../tensor/dtype.ts';
import { formatShape, numel, type Shape, sameShape } from '../tensor/shape.ts';
import type { NDArray, OpenScope } from './backend.ts';

/** Buffers that wait to be used again hold at most this many bytes; beyond it they are left to whom they came from. */
const POOL_BYTES = 512 * 2 ** 20;

/** Memory for the elements of one array. */
export interface Block {
  readonly elements: TypedArray;
  readonly byteLength: number;
  readonly length: number;
  /** Where it stands: in a WebAssembly memory in bytes, in a device's in words. Blocks of ordinary memory have no address. */
  readonly address: number;
}

/** Where blocks come from. */
export interface Store {
  take(dtype: DType, length: number): Block;
  /** What so many elements take. */
  bytesOf(dtype: DType, length: number): number;
  /** A block in the place of a larger one that is free. */
  within(block: Block, dtype: DType, length: number): Block;
  /** Takes back a block that nobody uses any more. */
  giveBack(block: Block): void;
}

const ordinaryBlock = (dtype: DType, length: number): Block => {
  const elements = allocate(dtype, length);
  return { elements, byteLength: elements.byteLength, length, address: Number.NaN };
};
/** Ordinary memory, which JavaScript collects and nobody needs to save. */
const ordinaryMemory: Store = {
  take: ordinaryBlock,
  bytesOf: (dtype, length) => length * elementSizes[dtype],
  within: (_, dtype, length) => ordinaryBlock(dtype, length),
  giveBack: () => undefined,
};

/** A body of `apart` takes a block for an array of as much as this share of it, or none: what is left of it is lost meanwhile. */
const LEAST_SHARE = 0.5;

/** Who frees an array: the scope it was made in, or nobody (it lives until `free`, or until JavaScript forgets it). */
interface Scope {
  /** What was ever its own; `owner` tells what still is. */
  readonly given: StoredArray[];
}

/** An array that has a place in the memory of its backend. `storage` is null before it was given one and once it was freed. */
export class StoredArray implements NDArray {
  readonly shape: Shape;
  readonly dtype: DType;
  storage: Block | null;
  owner: Scope | null;
  /** In this turn of work that is gathered before it is done, the array stands for the result of this step. */
  turn = 0;
  step = 0;
  constructor(shape: Shape, dtype: DType, storage: Block | null) {
    this.shape = shape;
    this.dtype = dtype;
    this.storage = storage;
    this.owner = null;
  }
}

/** Where the elements of an array of this backend are. @throws Error when it came from elsewhere or its scope was closed. */
export function blockOf(x: NDArray): Block {
  if (!(x instanceof StoredArray)) throw new Error('this array belongs to another backend: read it and upload it here');
  if (x.storage === null)
    throw new Error(
      'this array was used after its scope was closed, which freed it: keep() it in the iteration that makes it, or read it there',
    );
  return x.storage;
}

/** The elements of an array of this backend; to be looked at at once, as memory may move when it grows. */
export const elements = (x: NDArray): TypedArray => blockOf(x).elements;

/**
 * Scopes and the pool behind them. Freed blocks are handed out again by type and length, so that an iteration that repeats
 * itself allocates nothing after its first time. Arrays that no scope owns are counted until JavaScript collects them.
 */
export class Arena {
  private readonly store: Store;
  private stack: Scope[] = [];
  private pool = emptyPool();
  private pooledBytes = 0;
  private awaited: StoredArray | null = null;
  private isApart = false;
  /** Memory that is set apart: all of it, what of it is free, and of which block an array has the start. */
  private readonly blocksApart: Block[] = [];
  private freeApart: Block[] = [];
  private readonly wholes = new WeakMap<Block, Block>();
  private arrays = 0;
  private bytes = 0;
  private readonly forgotten = new FinalizationRegistry<Freed>((freed) => this.release(freed));

  constructor(store: Store = ordinaryMemory) {
    this.store = store;
  }

  /** A new array in the innermost scope, or the one that is awaited; its elements are whatever the block held. */
  make(shape: Shape, dtype: DType): StoredArray {
    const awaited = this.claim(shape, dtype);
    if (awaited !== undefined) {
      if (awaited.storage === null) this.provide(awaited);
      return awaited;
    }
    const array = new StoredArray(shape, dtype, null);
    this.provide(array);
    return array;
  }

  /** Has `body` make `target` itself in place of its first new array. */
  into<T>(target: StoredArray, body: () => T): T {
    this.awaited = target;
    try {
      return body();
    } finally {
      this.awaited = null;
    }
  }

  /** The array that is awaited, which may have no memory yet. @throws Error when it is of another kind */
  claim(shape: Shape, dtype: DType): StoredArray | undefined {
    const { awaited } = this;
    if (awaited === null) return undefined;
    this.awaited = null;
    if (awaited.dtype === dtype && sameShape(awaited.shape, shape)) return awaited;
    throw new Error(`awaited ${formatShape(awaited.shape)} ${awaited.dtype}, got ${formatShape(shape)} ${dtype}`);
  }

  /** The array that is awaited, with memory. @throws Error when there is none */
  claimed(): StoredArray {
    const { awaited } = this;
    if (awaited === null) throw new Error('no array is awaited');
    this.awaited = null;
    if (awaited.storage === null) this.provide(awaited);
    return awaited;
  }

  /**
   * Runs `body`, whose arrays live in memory that is set apart: no scope frees them, and `recycle` alone lets others take their place.
   * Each body may use all of it, in blocks that are large enough and not too large; what one of them left there is lost to the next.
   */
  apart<T>(body: () => T): T {
    const { stack } = this;
    const before = this.blocksApart.length;
    this.freeApart = [...this.blocksApart];
    this.stack = [];
    this.isApart = true;
    try {
      return body();
    } catch (error) {
      // What is half made needs no memory.
      for (const block of this.blocksApart.splice(before)) {
        this.count(0, -block.byteLength);
        this.store.giveBack(block);
      }
      throw error;
    } finally {
      this.isApart = false;
      this.stack = stack;
    }
  }

  /** Nobody will look at this array of `apart` any more, but for those who know already where it is. */
  recycle({ dtype, storage }: StoredArray): void {
    if (storage !== null) this.shelve({ dtype, block: storage });
  }

  /** Gives memory to an array that has none; its elements are whatever the block held. */
  provide(array: StoredArray): void {
    const { dtype } = array;
    const length = numel(array.shape);
    if (this.isApart) {
      array.storage = this.takeApart(dtype, length);
      const scope = this.stack.at(-1);
      if (scope !== undefined) this.give(array, scope);
      return;
    }
    const found = this.pool[dtype].get(length)?.pop();
    if (found !== undefined) this.pooledBytes -= found.byteLength;
    const block = found ?? this.store.take(dtype, length);
    array.storage = block;
    this.count(1, block.byteLength);
    this.give(array, this.stack.at(-1) ?? null);
  }

  open(): OpenScope {
    const scope: Scope = { given: [] };
    const outer = this.stack.at(-1) ?? null;
    this.stack.push(scope);
    return {
      keep: (x) => {
        if (x instanceof StoredArray && x.owner === scope) this.give(x, outer);
      },
      owns: (x) => x instanceof StoredArray && x.owner === scope,
      close: () => {
        const at = this.stack.lastIndexOf(scope);
        if (at < 0) return;
        this.stack.splice(at, 1);
        for (const array of scope.given) if (array.owner === scope) this.end(array);
        scope.given.length = 0;
      },
    };
  }

  /** Runs `body` in a scope of its own. */
  scope<T>(body: (keep: <A extends NDArray>(x: A) => A) => T): T {
    const scope = this.open();
    try {
      return body((x) => {
        scope.keep(x);
        return x;
      });
    } finally {
      scope.close();
    }
  }

  free(x: NDArray): void {
    if (!(x instanceof StoredArray) || x.storage === null) return;
    if (x.owner === null) this.forgotten.unregister(x);
    this.end(x);
  }

  memory(): { arrays: number; bytes: number } {
    return { arrays: this.arrays, bytes: this.bytes };
  }

  /** Gives the blocks that wait to be used again back to where they came from. */
  drain(): void {
    for (const shelves of Object.values(this.pool))
      for (const shelf of shelves.values()) for (const block of shelf) this.store.giveBack(block);
    this.pool = emptyPool();
    this.pooledBytes = 0;
  }

  private give(array: StoredArray, owner: Scope | null): void {
    array.owner = owner;
    if (owner !== null) owner.given.push(array);
    else if (array.storage !== null)
      this.forgotten.register(array, { dtype: array.dtype, block: array.storage }, array);
  }

  private end(array: StoredArray): void {
    const block = array.storage;
    array.storage = null;
    array.owner = null;
    if (block !== null) this.release({ dtype: array.dtype, block });
  }

  /** The smallest block that is free and fits, or a new one. */
  private takeApart(dtype: DType, length: number): Block {
    const bytes = this.store.bytesOf(dtype, length);
    let best: Block | undefined;
    for (const block of this.freeApart) {
      const fits = block.byteLength >= bytes && LEAST_SHARE * block.byteLength <= bytes;
      if (fits && block.byteLength < (best?.byteLength ?? Number.POSITIVE_INFINITY)) best = block;
    }
    if (best === undefined) {
      const block = this.store.take(dtype, length);
      this.blocksApart.push(block);
      this.count(0, block.byteLength);
      return block;
    }
    this.freeApart.splice(this.freeApart.indexOf(best), 1);
    const part = this.store.within(best, dtype, length);
    this.wholes.set(part, best);
    return part;
  }

  private release({ dtype, block }: Freed): void {
    if (this.isApart) {
      this.shelve({ dtype, block });
      return;
    }
    this.count(-1, -block.byteLength);
    if (this.pooledBytes + block.byteLength > POOL_BYTES) {
      this.store.giveBack(block);
      return;
    }
    this.pooledBytes += block.byteLength;
    this.shelve({ dtype, block });
  }

  private shelve({ dtype, block }: Freed): void {
    if (this.isApart) {
      this.freeApart.push(this.wholes.get(block) ?? block);
      return;
    }
    const { length } = block;
    const shelf = this.pool[dtype].get(length);
    if (shelf === undefined) this.pool[dtype].set(length, [block]);
    else shelf.push(block);
  }

  private count(arrays: number, bytes: number): void {
    this.arrays += arrays;
    this.bytes += bytes;
  }
}

interface Freed {
  readonly dtype: DType;
  readonly block: Block;
}

const emptyPool = (): Record<DType, Map<number, Block[]>> => ({
  f32: new Map(),
  f64: new Map(),
  i32: new Map(),
  bool: new Map(),
});
