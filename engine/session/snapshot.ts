import type { BatchesState } from '../data/batches.ts';
import type { PythonState } from '../random/python.ts';
import type { TorchState } from '../random/torch.ts';
import type { TypedArray } from '../tensor/dtype.ts';

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

/** What the state of a random stream takes, about. */
const STREAM_BYTES = 2500;

/** The memory that a snapshot takes, in bytes. */
export function sizeOf({ parameters, gradients, writers }: Snapshot): number {
  const arrays = [parameters, gradients, ...writers.flatMap((writer) => writer.map((one) => one.arrays))];
  let bytes = 2 * STREAM_BYTES;
  for (const saved of arrays) for (const array of saved.values()) bytes += array.byteLength;
  return bytes;
}
