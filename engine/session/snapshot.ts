import type { Backend, NDArray } from '../backends/backend.ts';
import type { BatchesState } from '../data/batches.ts';
import type { PythonState } from '../random/python.ts';
import type { TorchState } from '../random/torch.ts';

import { allocate, dtypeOf, type TypedArray } from '../tensor/dtype.ts';
import { numel } from '../tensor/shape.ts';

/** Elements of arrays, by name or address. */
export type SavedArrays = ReadonlyMap<string, TypedArray>;

/** What an optimizer remembers: of each of its parameters, in order, its memory and how often it was updated. */
export type WriterState = readonly { readonly steps: number; readonly arrays: SavedArrays }[];

/**
 * A session between two iterations, as plain data: from here the run goes on in the same way, to the bit. It is what Reset goes
 * back to, and what time travel starts from.
 */
export interface Snapshot {
  /** Iterations finished. */
  readonly iteration: number;
  readonly epoch: number;
  /** Parameters, and the gradients that the document clears itself, by address. */
  readonly parameters: SavedArrays;
  readonly gradients: SavedArrays;
  /** In the order of the session's writers. */
  readonly writers: readonly WriterState[];
  readonly generator: TorchState;
  readonly random: PythonState;
  readonly batches: BatchesState | undefined;
}

/** Snapshots that are kept for copies to come. */
const MOST_SPARE = 2;

/**
 * Copies arrays for snapshots, into those of snapshots that nobody needs any more where there are such: in a run one is dropped for
 * almost every one that is taken, and memory that is new to a process costs more than what is copied there.
 */
export class Copies {
  readonly #backend: Backend;
  readonly #spare: Snapshot[] = [];
  /** Arrays of one that is being used up, by what they hold. */
  readonly #arrays = new Map<string, TypedArray[]>();
  readonly #from: NDArray[] = [];
  readonly #into: TypedArray[] = [];

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Has everything copied that `body` asks for, when it ends: a device is waited for once. */
  together<Made>(body: () => Made): Made {
    try {
      const made = body();
      const backend = this.#backend;
      if (backend.readAllSync !== undefined) backend.readAllSync(this.#from, this.#into);
      else for (const [i, array] of this.#from.entries()) backend.readSync(array, this.#into[i]);
      return made;
    } finally {
      this.#from.length = 0;
      this.#into.length = 0;
    }
  }

  /** Within `together`: where the elements will be. */
  of(array: NDArray): TypedArray {
    const key = `${array.dtype} ${numel(array.shape)}`;
    const found = this.#arrays.get(key)?.pop();
    if (found === undefined && this.#spare.length > 0) {
      this.#useUp(this.#spare.pop());
      return this.of(array);
    }
    const into = found ?? allocate(array.dtype, numel(array.shape));
    this.#from.push(array);
    this.#into.push(into);
    return into;
  }

  /** Nobody will look at this snapshot any more. */
  reuse(snapshot: Snapshot): void {
    if (this.#spare.length < MOST_SPARE) this.#spare.push(snapshot);
  }

  #useUp(snapshot: Snapshot | undefined): void {
    // What was left of the one before fits nothing.
    this.#arrays.clear();
    for (const saved of snapshot === undefined ? [] : arraysOf(snapshot))
      for (const array of saved.values()) {
        const key = `${dtypeOf(array)} ${array.length}`;
        const shelf = this.#arrays.get(key);
        if (shelf === undefined) this.#arrays.set(key, [array]);
        else shelf.push(array);
      }
  }
}

const arraysOf = ({ parameters, gradients, writers }: Snapshot): SavedArrays[] => [
  parameters,
  gradients,
  ...writers.flatMap((writer) => writer.map((one) => one.arrays)),
];

/** What the state of a random stream takes, about. */
const STREAM_BYTES = 2500;

/** The memory that a snapshot takes, in bytes. */
export function sizeOf(snapshot: Snapshot): number {
  let bytes = 2 * STREAM_BYTES;
  for (const saved of arraysOf(snapshot)) for (const array of saved.values()) bytes += array.byteLength;
  return bytes;
}
