import type { TorchGenerator, TorchState } from '../random/torch.ts';

/** Rows of the training set that one iteration sees. */
export interface Batch {
  /** The pass over the data, from 0. */
  readonly epoch: number;
  /** The batch within its epoch, from 0. */
  readonly index: number;
  /** Until the next batch is taken, which may have its rows in the same place. */
  readonly rows: Int32Array;
  /** The epoch ends with it. */
  readonly last: boolean;
}

/** Where a run stands in its data; plain data. */
export interface BatchesState {
  readonly epoch: number;
  readonly index: number;
  /** The stream as it stood before this epoch's permutation, which is drawn from it again; null before the first batch. */
  readonly beforeOrder: TorchState | null;
}

export interface BatchesOptions {
  readonly samples: number;
  readonly batchSize: number;
  /** Shuffles: each epoch draws one `randperm(samples)` as its first batch is taken. Absent: in order. */
  readonly generator?: TorchGenerator;
}

/**
 * Minibatches without end, epoch after epoch; the last of an epoch is smaller where the size does not divide
 * (`drop_last=False`). In PyTorch: `for rows in torch.randperm(samples).split(batchSize)`. `DataLoader(shuffle=True)`
 * draws a seed for a generator of its own, hence another order.
 */
export class Batches {
  /** Batches in an epoch. */
  readonly perEpoch: number;
  readonly #samples: number;
  readonly #size: number;
  readonly #generator: TorchGenerator | undefined;
  #order: Int32Array;
  /** Where batches have their rows: all but the last of an epoch, and the last. */
  readonly #rows: Int32Array;
  readonly #lastRows: Int32Array;
  #beforeOrder: TorchState | null = null;
  #epoch = 0;
  #index = 0;

  /** @throws RangeError unless there is a sample and a size of at least one. */
  constructor(options: BatchesOptions) {
    const { samples, batchSize, generator } = options;
    if (!Number.isInteger(samples) || samples < 1 || !Number.isInteger(batchSize) || batchSize < 1)
      throw new RangeError(
        `Batches need samples and a size of at least 1; got ${samples} samples and size ${batchSize}.`,
      );
    this.#samples = samples;
    this.#size = batchSize;
    this.#generator = generator;
    this.#order = Int32Array.from({ length: samples }, (_, i) => i);
    this.perEpoch = Math.ceil(samples / batchSize);
    this.#rows = new Int32Array(Math.min(batchSize, samples));
    this.#lastRows = samples % batchSize === 0 ? this.#rows : new Int32Array(samples % batchSize);
  }

  next(): Batch {
    if (this.#index === 0) this.#shuffle();
    const start = this.#index * this.#size;
    const last = this.#index === this.perEpoch - 1;
    const rows = last ? this.#lastRows : this.#rows;
    for (let i = 0; i < rows.length; i++) rows[i] = this.#order[start + i] ?? 0;
    const batch: Batch = { epoch: this.#epoch, index: this.#index, rows, last };
    this.#index = batch.last ? 0 : this.#index + 1;
    if (batch.last) this.#epoch++;
    return batch;
  }

  state(): BatchesState {
    return { epoch: this.#epoch, index: this.#index, beforeOrder: this.#beforeOrder };
  }

  /** Continues where `state()` was taken. The generator is restored by its owner and keeps its place here. */
  restore(state: BatchesState): void {
    this.#epoch = state.epoch;
    this.#index = state.index;
    this.#beforeOrder = state.beforeOrder;
    const generator = this.#generator;
    if (generator === undefined || state.beforeOrder === null) return;
    const now = generator.state();
    generator.restore(state.beforeOrder);
    this.#order = generator.randperm(this.#samples);
    generator.restore(now);
  }

  #shuffle(): void {
    if (this.#generator === undefined) return;
    this.#beforeOrder = this.#generator.state();
    this.#order = this.#generator.randperm(this.#samples);
  }
}

/** One pass in order, for evaluation: `[start, end)` of each batch. */
export function* batchesInOrder(samples: number, batchSize: number): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < samples; start += batchSize) yield [start, Math.min(start + batchSize, samples)];
}
