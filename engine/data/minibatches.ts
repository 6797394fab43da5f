import { counting, freeing } from '../autograd/steps.ts';
import { defaultGenerator } from '../random/default.ts';
import { Batches } from './batches.ts';

/** How large minibatches are, and for how long there are any. */
export type MinibatchOptions = { readonly size: number } & ({ readonly steps: number } | { readonly epochs: number });

/** What one iteration sees of the data. */
export interface Minibatch {
  /** The iteration, from 0. */
  readonly step: number;
  /** The pass over the data, from 0. */
  readonly epoch: number;
  /** Its rows, for `x.takeRows(rows)`. */
  readonly rows: Int32Array;
  /** The epoch ends with it. */
  readonly last: boolean;
}

/**
 * Minibatches of `samples` rows, shuffled anew in every epoch by one permutation of the stream that `manualSeed` seeds; the last of an
 * epoch is smaller where the size does not divide. What an iteration makes is freed as by `steps`.
 *
 *     for (const { step, rows } of batches(800, { size: 64, epochs: 3 })) {
 *       const loss = lossFn.forward(model.forward(x.takeRows(rows)), y.takeRows(rows));
 *       …
 *     }
 *
 * PyTorch: `for rows in torch.randperm(800).split(64)`.
 * @throws RangeError unless there are samples, and counts are whole
 */
export function* batches(samples: number, options: MinibatchOptions): Generator<Minibatch, void> {
  yield* freeing(minibatches(samples, options));
}

function* minibatches(samples: number, options: MinibatchOptions): Generator<Minibatch, void> {
  const source = new Batches({ samples, batchSize: options.size, generator: defaultGenerator() });
  const count = 'steps' in options ? options.steps : options.epochs * source.perEpoch;
  for (const step of counting(count)) {
    const { epoch, rows, last } = source.next();
    yield { step, epoch, rows: rows.slice(), last };
  }
}
