import { allocate, type DType, type TypedArray } from '../../tensor/dtype.ts';
import { numel, type Shape } from '../../tensor/shape.ts';
import type { NDArray } from '../backend.ts';

/** Buffers that wait to be used again hold at most this many bytes; beyond it they are left to the garbage collector. */
const POOL_BYTES = 512 * 2 ** 20;

/** Who frees an array: the scope it was made in, or nobody (it lives until `free`, or until JavaScript forgets it). */
interface Scope {
  readonly owned: Set<HostArray>;
}

/** An array in ordinary memory. `storage` is null once it was freed. */
export class HostArray implements NDArray {
  readonly shape: Shape;
  readonly dtype: DType;
  storage: TypedArray | null;
  owner: Scope | null;
  constructor(shape: Shape, dtype: DType, storage: TypedArray) {
    this.shape = shape;
    this.dtype = dtype;
    this.storage = storage;
    this.owner = null;
  }
}

/** The elements of an array of this backend. @throws Error when it came from elsewhere or its scope was closed. */
export function elements(x: NDArray): TypedArray {
  if (!(x instanceof HostArray)) throw new Error('this array belongs to another backend: read it and upload it here');
  if (x.storage === null) throw new Error('this array was used after its scope was closed: keep it, or copy it before');
  return x.storage;
}

/**
 * Scopes and the pool behind them. Freed buffers are handed out again by type and length, so that an iteration that repeats
 * itself allocates nothing after its first time. Arrays that no scope owns are counted until JavaScript collects them.
 */
export class Arena {
  private readonly stack: Scope[] = [];
  private readonly pool: Record<DType, Map<number, TypedArray[]>> = {
    f32: new Map(),
    f64: new Map(),
    i32: new Map(),
    bool: new Map(),
  };
  private pooledBytes = 0;
  private arrays = 0;
  private bytes = 0;
  private readonly forgotten = new FinalizationRegistry<number>((bytes) => this.count(-1, -bytes));

  /** A new array in the innermost scope; its elements are whatever the buffer held. */
  make(shape: Shape, dtype: DType): HostArray {
    const length = numel(shape);
    const found = this.pool[dtype].get(length)?.pop();
    if (found !== undefined) this.pooledBytes -= found.byteLength;
    const array = new HostArray(shape, dtype, found ?? allocate(dtype, length));
    this.count(1, array.storage?.byteLength ?? 0);
    this.give(array, this.stack.at(-1) ?? null);
    return array;
  }

  open(): { keep(x: NDArray): void; close(): void } {
    const scope: Scope = { owned: new Set() };
    const outer = this.stack.at(-1) ?? null;
    this.stack.push(scope);
    return {
      keep: (x) => {
        if (x instanceof HostArray && x.owner === scope) this.give(x, outer);
      },
      close: () => {
        const at = this.stack.lastIndexOf(scope);
        if (at < 0) return;
        this.stack.splice(at, 1);
        for (const array of scope.owned) this.release(array);
        scope.owned.clear();
      },
    };
  }

  free(x: NDArray): void {
    if (!(x instanceof HostArray) || x.storage === null) return;
    if (x.owner === null) this.forgotten.unregister(x);
    else x.owner.owned.delete(x);
    this.release(x);
  }

  memory(): { arrays: number; bytes: number } {
    return { arrays: this.arrays, bytes: this.bytes };
  }

  private give(array: HostArray, owner: Scope | null): void {
    array.owner?.owned.delete(array);
    array.owner = owner;
    if (owner === null) this.forgotten.register(array, array.storage?.byteLength ?? 0, array);
    else owner.owned.add(array);
  }

  private release(array: HostArray): void {
    const storage = array.storage;
    if (storage === null) return;
    array.storage = null;
    array.owner = null;
    this.count(-1, -storage.byteLength);
    if (this.pooledBytes + storage.byteLength > POOL_BYTES) return;
    this.pooledBytes += storage.byteLength;
    const shelf = this.pool[array.dtype].get(storage.length);
    if (shelf === undefined) this.pool[array.dtype].set(storage.length, [storage]);
    else shelf.push(storage);
  }

  private count(arrays: number, bytes: number): void {
    this.arrays += arrays;
    this.bytes += bytes;
  }
}
