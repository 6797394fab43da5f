/**
 * How a node kind refers to a dataset: by a record's `name`, in
 *
 *     b.data({ kind: 'dataset', name: 'twoMoons', settings, outputs: [{ name: 'x', shape: [200, 2], dtype: 'f32' }, …] })
 *
 * `settings` are the node's own, passed through: a dataset reads the names that its file lists and ignores the rest. The
 * `outputs` a node states come in the order of `Loaded.outputs` and must have the shapes of their *training* rows
 * (whoever loads compares: `requireShapes`); axis 0 counts samples. A node kind imports nothing from here.
 *
 * Every dataset also takes `testFraction` (default 0), which moves that share of the rows to a test
 * split: training keeps `samples − round(samples · testFraction)`.
 */
import type { TorchGenerator } from '../random/torch.ts';
import { formatShape, type Shape, sameShape } from '../tensor/shape.ts';
import { DataError } from './data_error.ts';

/** Rows of one output: `values` in row-major order, `shape[0]` of them. */
export type Rows =
  | { readonly dtype: 'f32'; readonly shape: Shape; readonly values: Float32Array }
  | { readonly dtype: 'i32'; readonly shape: Shape; readonly values: Int32Array };

export interface LoadedOutput {
  readonly name: string;
  readonly train: Rows;
  /** Absent where there is nothing to test on. */
  readonly test?: Rows;
}

/** All outputs of a dataset; within a split they have equally many rows, and row i of each belongs together. */
export interface Loaded {
  readonly outputs: readonly LoadedOutput[];
}

/** Where datasets find files: the document's by the name in its `data`, shipped ones as `mnist/train-images-idx3-ubyte`. */
export interface FileSource {
  /** The whole file. @throws DataError (code `file-missing`) if it cannot be had. */
  read(name: string): Promise<ArrayBuffer>;
}

export type DatasetSettings = Readonly<Record<string, unknown>>;

/** A dataset that takes its numbers from `generator`, the session's stream. One file each, listed in `catalogue.ts`. */
export interface DrawnDataset {
  readonly name: string;
  /** Draws the whole set. @throws DataError */
  draw(settings: DatasetSettings, generator: TorchGenerator): Loaded;
}

/** A dataset that is read from files. */
export interface FileDataset {
  readonly name: string;
  /** Reads the whole set. @throws DataError */
  load(settings: DatasetSettings, files: FileSource): Promise<Loaded>;
}

export type DatasetRecord = DrawnDataset | FileDataset;

/** Declares a dataset; the identity, for inference. */
export const defineDrawn = (record: DrawnDataset): DrawnDataset => record;
export const defineFiled = (record: FileDataset): FileDataset => record;

export const floatRows = (shape: Shape, values: Float32Array): Rows => ({ dtype: 'f32', shape, values });
export const labelRows = (values: Int32Array): Rows => ({ dtype: 'i32', shape: [values.length], values });

/** Checks what was loaded against the shapes and types that a node stated. @throws DataError (code `data-shape`) */
export function requireShapes(
  loaded: Loaded,
  stated: readonly { readonly name: string; readonly shape: Shape; readonly dtype: string }[],
): void {
  stated.forEach(({ name, shape, dtype }, i) => {
    const train = loaded.outputs[i]?.train;
    if (train !== undefined && train.dtype === dtype && sameShape(train.shape, shape)) return;
    const got = train === undefined ? 'nothing' : `${formatShape(train.shape)} of ${train.dtype}`;
    throw new DataError(
      'data-shape',
      `The output ${name} was expected to be ${formatShape(shape)} of ${dtype}, and the data holds ${got}.`,
      'Set the number of samples and their size to what the data holds.',
    );
  });
}
