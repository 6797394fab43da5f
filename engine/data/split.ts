import type { TorchGenerator } from '../random/torch.ts';
import { numel } from '../tensor/shape.ts';
import { DataError } from './data_error.ts';
import type { Loaded, Rows } from './dataset.ts';

/** The rows of `rows` at `index`, in that order. */
function takeRows(rows: Rows, index: ArrayLike<number>): Rows {
  const width = numel(rows.shape.slice(1));
  const shape = [index.length, ...rows.shape.slice(1)];
  const copy = <A extends Float32Array | Int32Array>(from: A, to: A): A => {
    for (let i = 0; i < index.length; i++) {
      const start = (index[i] ?? 0) * width;
      to.set(from.subarray(start, start + width), i * width);
    }
    return to;
  };
  return rows.dtype === 'f32'
    ? { dtype: 'f32', shape, values: copy(rows.values, new Float32Array(index.length * width)) }
    : { dtype: 'i32', shape, values: copy(rows.values, new Int32Array(index.length * width)) };
}

/**
 * Which rows of `samples` are for training, and the `round(samples · fraction)` that are for tests. With a generator, a
 * `randperm(samples)` decides: its first entries are the training rows, in that order, the last ones the test rows. Without one
 * the last rows are the test rows.
 * @throws DataError if one of the two would be empty.
 */
export function splitOrder(
  samples: number,
  fraction: number,
  generator?: TorchGenerator,
): { readonly train: Int32Array; readonly test: Int32Array } {
  const tested = Math.round(samples * fraction);
  if (!(tested > 0 && tested < samples))
    throw new DataError(
      'data-split',
      `A test fraction of ${fraction} of ${samples} samples leaves ${samples - tested} to train on and ${tested} to test on.`,
      'Choose a fraction that leaves at least one sample on either side.',
    );
  const order = generator?.randperm(samples) ?? Int32Array.from({ length: samples }, (_, i) => i);
  return { train: order.subarray(0, samples - tested), test: order.subarray(samples - tested) };
}

/** Moves rows of every output to the test split, as `splitOrder` chooses them. @throws DataError */
export function splitRows(loaded: Loaded, fraction: number, generator?: TorchGenerator): Loaded {
  const { train, test } = splitOrder(loaded.outputs[0]?.train.shape[0] ?? 0, fraction, generator);
  return {
    outputs: loaded.outputs.map((output) => ({
      name: output.name,
      train: takeRows(output.train, train),
      test: takeRows(output.train, test),
    })),
  };
}
